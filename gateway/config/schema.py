"""JSON Schema (draft 2020-12) of config.yaml, for editors: keys, types, meanings, each driver's and rule's settings.

What a field means stands once, in the comment behind it in the source; here it is read from there.
"""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

from pydantic import TypeAdapter

from gateway.config.catalogue import Catalogue
from gateway.config.model import Config
from gateway.config.nodes import SECRET_KEYS
from gateway.config.shape import hints, record

Schema: TypeAlias = dict[str, Any]

DIALECT = "https://json-schema.org/draft/2020-12/schema"
REFERENCE_PATTERN = r"^(\$\{[A-Za-z_][A-Za-z0-9_]*\}|file:.+)$"
_CONNECT_PATTERNS = {
    "stream": "^((serial|socket|rfc2217|tcp|tls)://|listen:tcp://)",
    "message": "^(mqtt:[^/]|https?://|webhook$)",
}


def json_schema(catalogue: Catalogue) -> Schema:
    """Describe the whole file; settings follow from the driver or rule that is named beside them."""
    schema = _described(Config, "#/$defs/{model}")
    definitions = schema["$defs"]
    for definition in definitions.values():
        _secrets(definition)
    drivers = {name: entry.settings for name, entry in catalogue.drivers.items()}
    _choose(definitions, "Device", "driver", drivers)
    _choose(definitions, "RuleEntry", "rule", catalogue.rules)
    for name, entry in catalogue.drivers.items():
        chosen = definitions["Device"]["allOf"][list(catalogue.drivers).index(name)]["then"]["properties"]
        chosen["connect"] = {"pattern": _CONNECT_PATTERNS[entry.transport]}
    return {"$schema": DIALECT, **schema, "title": "tierview configuration"}


def field_comments(kind: type) -> dict[str, str]:
    """Read what each field of a class means from the comment at the end of its line."""
    lines = textwrap.dedent(inspect.getsource(kind)).splitlines()
    body = ast.parse("\n".join(lines)).body[0]
    assert isinstance(body, ast.ClassDef)
    comments: dict[str, str] = {}
    for field in body.body:
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name) and field.end_lineno:
            after = lines[field.end_lineno - 1].encode()[field.end_col_offset :].decode().strip()
            if after.startswith("# "):
                comments[field.target.id] = after.removeprefix("# ")
    return comments


def _choose(definitions: Schema, part: str, key: str, settings: Mapping[str, type]) -> None:
    """Let the text under `key` choose which settings the part has."""
    choices = []
    for name, kind in settings.items():
        prefix = f"{key}_{name}"
        own = _described(kind, f"#/$defs/{prefix}_{{model}}")
        definitions.update({f"{prefix}_{inner}": value for inner, value in own.pop("$defs", {}).items()})
        definitions[prefix] = own
        then: Schema = {"properties": {"settings": {"$ref": f"#/$defs/{prefix}"}}}
        if own.get("required"):
            then["required"] = ["settings"]
        choices.append({"if": {"properties": {key: {"const": name}}, "required": [key]}, "then": then})
    definitions[part]["properties"][key]["enum"] = list(settings)
    definitions[part]["allOf"] = choices


def _described(kind: type, ref_template: str) -> Schema:
    """Give pydantic's schema of a type, closed to unknown keys, with the comments of its fields."""
    schema: Schema = TypeAdapter(kind).json_schema(ref_template=ref_template)
    for inner in _records(kind, set()):
        target = schema if inner is kind else schema.get("$defs", {}).get(inner.__name__, {})
        if "properties" not in target:
            continue
        target["additionalProperties"] = False
        for name, comment in field_comments(inner).items():
            if name in target["properties"]:
                target["properties"][name]["description"] = comment
    return schema


def _records(kind: type, seen: set[type]) -> Iterator[type]:
    seen.add(kind)
    yield kind
    for hint in hints(kind).values():
        inner = record(hint)
        if inner is not None and inner not in seen:
            yield from _records(inner, seen)


def _secrets(definition: Schema) -> None:
    for key in SECRET_KEYS & set(definition.get("properties", {})):
        definition["properties"][key]["anyOf"] = [{"type": "string", "pattern": REFERENCE_PATTERN}, {"type": "null"}]
