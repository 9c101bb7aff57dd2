"""The JSON Schema accepts what the gateway accepts, and refuses what an editor can see is wrong."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from gateway.config import json_schema
from gateway.config.nodes import Tree, plain
from gateway.config.schema import REFERENCE_PATTERN, field_comments
from gateway.config.shape import PATTERNS
from gateway.config.strict_yaml import parse
from tests.config.samples import SAMPLES, ReaderSettings, real_catalogue

ROOT = Path(__file__).resolve().parent.parent.parent
SEEN_BY_AN_EDITOR = {  # bad files whose fault needs no second look at the file
    "blank_missing_behind_colon",
    "decimal_comma",
    "entries_without_dashes",
    "no_break_space_behind_colon",
    "one_where_a_list",
    "setting_beside_settings",
    "calendar_hours_by_twelve",
    "anchor_and_alias",
    "code_with_blanks",
    "connect_not_for_driver",
    "device_secret_in_the_file",
    "driver_setting_of_wrong_type",
    "influx_version",
    "listen_without_port",
    "mail_to_a_name",
    "missing_key",
    "number_where_text",
    "out_of_range",
    "outputs_that_are_one",
    "part_pattern_is_a_regex",
    "position_of_one_number",
    "quiet_hours",
    "rule_setting_is_a_time",
    "secret_in_the_file",
    "tag",
    "twelve_faults",
    "unknown_driver",
    "unknown_driver_setting",
    "unknown_key",
    "unknown_part",
    "unknown_rule",
    "unknown_rule_setting",
    "unknown_tier",
    "wrong_type",
}
_TYPES = {"object": dict, "array": list, "string": str, "boolean": bool, "null": type(None)}


class Checker:
    """As much of draft 2020-12 as the schema uses; an unknown keyword fails, so that none is passed over."""

    def __init__(self, schema: dict[str, Any]) -> None:
        self.root = schema

    def fits(self, value: Tree, schema: dict[str, Any]) -> bool:
        return all(getattr(self, f"_{key.strip('$')}")(value, limit, schema) for key, limit in schema.items())

    def _pass(self, value: Tree, limit: Any, schema: dict[str, Any]) -> bool:
        return True

    _schema = _title = _description = _default = _defs = _then = _pass

    def _ref(self, value: Tree, limit: str, schema: dict[str, Any]) -> bool:
        return self.fits(value, self.root["$defs"][limit.removeprefix("#/$defs/")])

    def _type(self, value: Tree, limit: str, schema: dict[str, Any]) -> bool:
        if limit in ("integer", "number"):
            return isinstance(value, int if limit == "integer" else (int, float)) and not isinstance(value, bool)
        return isinstance(value, _TYPES[limit])

    def _properties(self, value: Tree, limit: dict[str, Any], schema: dict[str, Any]) -> bool:
        return not isinstance(value, dict) or all(self.fits(value[key], limit[key]) for key in limit if key in value)

    def _additionalProperties(self, value: Tree, limit: Any, schema: dict[str, Any]) -> bool:  # noqa: N802
        others = [key for key in value if key not in schema.get("properties", {})] if isinstance(value, dict) else []
        return not others if limit is False else limit is True or all(self.fits(value[k], limit) for k in others)  # type: ignore[index, call-overload]

    def _required(self, value: Tree, limit: list[str], schema: dict[str, Any]) -> bool:
        return not isinstance(value, dict) or all(key in value for key in limit)

    def _items(self, value: Tree, limit: Any, schema: dict[str, Any]) -> bool:
        return not isinstance(value, list) or all(self.fits(item, limit) for item in value)

    def _prefixItems(self, value: Tree, limit: list[Any], schema: dict[str, Any]) -> bool:  # noqa: N802
        return not isinstance(value, list) or all(map(self.fits, value, limit))

    def _minItems(self, value: Tree, limit: int, schema: dict[str, Any]) -> bool:  # noqa: N802
        return not isinstance(value, list) or len(value) >= limit

    def _maxItems(self, value: Tree, limit: int, schema: dict[str, Any]) -> bool:  # noqa: N802
        return not isinstance(value, list) or len(value) <= limit

    def _enum(self, value: Tree, limit: list[Any], schema: dict[str, Any]) -> bool:
        return value in limit

    def _const(self, value: Tree, limit: Any, schema: dict[str, Any]) -> bool:
        return bool(value == limit)

    def _pattern(self, value: Tree, limit: str, schema: dict[str, Any]) -> bool:
        return not isinstance(value, str) or bool(re.search(limit, value))

    def _minimum(self, value: Tree, limit: float, schema: dict[str, Any]) -> bool:
        return not isinstance(value, (int, float)) or value >= limit

    def _maximum(self, value: Tree, limit: float, schema: dict[str, Any]) -> bool:
        return not isinstance(value, (int, float)) or value <= limit

    def _exclusiveMinimum(self, value: Tree, limit: float, schema: dict[str, Any]) -> bool:  # noqa: N802
        return not isinstance(value, (int, float)) or value > limit

    def _anyOf(self, value: Tree, limit: list[Any], schema: dict[str, Any]) -> bool:  # noqa: N802
        return any(self.fits(value, one) for one in limit)

    def _allOf(self, value: Tree, limit: list[Any], schema: dict[str, Any]) -> bool:  # noqa: N802
        return all(self.fits(value, one) for one in limit)

    def _if(self, value: Tree, limit: dict[str, Any], schema: dict[str, Any]) -> bool:
        return not self.fits(value, limit) or self.fits(value, schema["then"])


def tree(path: Path) -> Tree:
    return plain(parse(path.read_bytes())[0])


def test_it_accepts_the_default_and_refuses_what_can_be_seen_in_one_place() -> None:
    schema = json.loads(json.dumps(json_schema(real_catalogue())))
    checker = Checker(schema)
    assert checker.fits(tree(ROOT / "config.yaml"), schema)
    bad = sorted((ROOT / "tests" / "bad_config").glob("*.yaml"))
    refused = {path.stem for path in bad if not checker.fits(tree(path), schema)}
    assert refused - {"aliases_a_billion"} == SEEN_BY_AN_EDITOR


def test_it_is_titled_for_people() -> None:
    assert json_schema(SAMPLES)["title"] == "tierview configuration"


def test_every_setting_of_drivers_and_rules_says_what_it_means() -> None:
    definitions = json_schema(real_catalogue())["$defs"]
    silent = [
        f"{name}.{field}"
        for name, definition in definitions.items()
        if name.startswith(("driver_", "rule_"))
        for field, schema in definition.get("properties", {}).items()
        if not schema.get("description")
    ]
    assert silent == [], "say it in a comment behind the field"


def test_what_a_field_means_is_read_from_its_comment() -> None:
    assert field_comments(ReaderSettings) == {
        "power_dbm": "of each antenna",
        "antennas": "none: all",
        "mode": "of the air protocol",
    }
    schema = json_schema(SAMPLES)
    assert schema["$defs"]["driver_reader"]["properties"]["power_dbm"]["description"] == "of each antenna"
    assert schema["$defs"]["driver_sensor_Pick"]["properties"]["unit"]["description"] == "UN/ECE code"
    assert schema["$defs"]["Journal"]["properties"]["folder"]["description"] == "relative to the configuration file"


def test_the_driver_chooses_its_settings_and_its_address() -> None:
    choices = json_schema(SAMPLES)["$defs"]["Device"]["allOf"]
    assert [choice["if"]["properties"]["driver"]["const"] for choice in choices] == ["reader", "sensor"]
    assert choices[0]["then"]["properties"]["settings"] == {"$ref": "#/$defs/driver_reader"}
    assert choices[1]["then"]["required"] == ["settings"]
    assert choices[1]["then"]["properties"]["connect"]["pattern"].startswith("^(mqtt:")


def test_every_pattern_is_said_in_words() -> None:
    """Nobody is shown a regular expression."""
    patterns = set(_patterns(json_schema(SAMPLES)["$defs"])) - {REFERENCE_PATTERN}
    of_addresses = {one for one in patterns if "socket" in one or "webhook" in one}  # said by their own check
    assert len(of_addresses) == 2
    assert patterns - of_addresses <= PATTERNS.keys()


def _patterns(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        if isinstance(node.get("pattern"), str):
            yield node["pattern"]
        node = list(node.values())
    if isinstance(node, list):
        for inner in node:
            yield from _patterns(inner)
