"""Rules, InfluxDB and other outputs: what is asked, and where it is stored."""

from __future__ import annotations

from collections.abc import Iterator

from gateway.config.catalogue import Catalogue
from gateway.config.model import Influx, SparkplugOutput
from gateway.config.names import Names, means, refers
from gateway.config.nodes import Scalar, Table
from gateway.config.shape import build
from gateway.errors import Fault

_SETTINGS_THAT_NAME = {  # settings of rules whose texts are names of this file, and of what
    "devices": ("devices", "the name of a device"),
    "places": ("places", "the code of a place"),
    "except_places": ("places", "the code of a place"),
    "parties": ("parties", "the code of a party"),
}
_OWN = {  # keys of outputs that no other of the kind may share
    "files": (("name",), ("folder",)),
    "mqtt": (("name",),),
    "sparkplug": (("name",), ("group", "node")),
}
_DEFAULTS = {"node": str(SparkplugOutput.model_fields["node"].default)}
_BY_VERSION = {  # keys that only some versions of InfluxDB know
    "retention_policy": (1,),
    "username": (1,),
    "password": (1,),
    "organisation": (2,),
    "token": (2, 3),
}


def check_rules(root: Table, names: Names, catalogue: Catalogue) -> Iterator[Fault]:
    """Yield the faults of each rule, and of two that ask the same."""
    running: list[tuple[str, object, Table]] = []
    for table in root.tables("rules"):
        rule = table.text("rule")
        if rule not in catalogue.rules:
            if rule:
                yield from means(table.spot("rule"), rule, sorted(catalogue.rules), "a rule")
            continue
        built, faults = build(catalogue.rules[rule], table.table("settings"))
        yield from faults
        yield from _named(table.table("settings"), names)
        same = next((other for name, value, other in running if name == rule and value == built), None)
        if same and built is not None:
            text = f"expected a question of its own, came {rule} with the settings of {same.text('name')} again"
            yield table.fault(text, "remove one: every finding would be told twice")
        running.append((rule, built, table))


def check_influx(root: Table, names: Names) -> Iterator[Fault]:
    """Yield a fault for what the configured version of InfluxDB does not know or needs, and a party that is none."""
    for table in root.tables("influx"):
        yield from refers(table, "party", names.parties, "the code of a party")
        node = table.get("version")
        version = node.value if isinstance(node, Scalar) else Influx.model_fields["version"].default
        for key, versions in _BY_VERSION.items():
            if table.has(key) and version in (1, 2, 3) and version not in versions:
                spoken = " and ".join(f"{known}.x" for known in versions)
                text = f"expected no `{key}` for InfluxDB {version}.x, came one: it belongs to {spoken}"
                yield table.spot(key).fault(text, "remove it, or mend `version`")
        for key in ("token", "organisation") if version == 2 else ():
            if not table.has(key):
                yield table.fault(f"expected the key `{key}` for InfluxDB 2.x, came none", f"add `{key}: ...`")
        if table.has("username") != table.has("password"):
            yield table.fault("expected `username` and `password` together, came one of them", "add the other")


def check_others(root: Table, names: Names) -> Iterator[Fault]:
    """Yield the faults of outputs beside InfluxDB: of parties that are none, and of two that are one."""
    outputs = root.table("outputs")
    for kind, own in _OWN.items():
        taken: dict[tuple[str, ...], Table] = {}
        for table in outputs.tables(kind):
            yield from refers(table, "party", names.parties, "the code of a party")
            for keys in own:
                said = (*keys, *(table.text(key, _DEFAULTS.get(key, "")).casefold().rstrip("/") for key in keys))
                other = taken.setdefault(said, table)
                if other is not table:
                    text = f"expected {' and '.join(keys)} of its own, came those of line {other.line} again"
                    yield table.spot(keys[-1]).fault(text, "name it otherwise")


def _named(settings: Table, names: Names) -> Iterator[Fault]:
    for key, (kind, what) in _SETTINGS_THAT_NAME.items():
        for spot, name in settings.texts(key):
            yield from means(spot, name, getattr(names, kind), what)
