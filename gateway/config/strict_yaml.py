"""YAML read strictly: what a person wrote is what they get.

YAML 1.1 turns NO into false, 12:30 into 750 and 0123 into 83, keeps the last of two equal keys, and lets
332 bytes of aliases grow to 10^9 values. Here only null, true, false and plain decimal numbers are more
than text; equal keys, anchors, aliases and tags are faults; depth and size are bounded. ruamel.yaml does
the scanning; the tree is built from its events, so that nothing is expanded before it is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, StreamMark
from ruamel.yaml.events import (
    AliasEvent,
    DocumentEndEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
    StreamStartEvent,
)
from ruamel.yaml.reader import ReaderError
from ruamel.yaml.scanner import Scanner

from gateway.config.nodes import Entry, Items, Node, Plain, Scalar, Spot, Table, shown
from gateway.config.slips import of_syntax
from gateway.errors import Fault

MOST_BYTES = 1 << 20
MOST_DEPTH = 32
MOST_FAULTS = 50  # of syntax; a file with more is no configuration, and reading on would only cost time

_WORDS: dict[str, Plain] = {"": None, "null": None, "true": True, "false": False}
_INT = re.compile(r"-?(0|[1-9][0-9]{0,17})")
_FLOAT = re.compile(r"-?(0|[1-9][0-9]{0,17})(\.[0-9]{1,30})?([eE][-+]?[0-9]{1,2})?")


def parse(data: bytes) -> tuple[Table, list[Fault]]:
    """Read a whole file into a tree; what cannot be used is a fault and is left out of the tree."""
    start = Spot(line=1, column=1, path="")
    empty = Table(line=1, column=1, path="", entries=())
    if len(data) > MOST_BYTES:
        return empty, [start.fault(f"expected at most {MOST_BYTES} bytes, came {len(data)}", "split or shorten it")]
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        spot = _spot_at(data[: error.start].decode("utf-8", "replace"))
        return empty, [spot.fault(f"expected UTF-8, came the byte 0x{data[error.start]:02x}", "save it as UTF-8")]
    reading = _Reading()
    return reading.document(text) or empty, reading.faults


class _Stop(Exception):
    """The rest of the file cannot be read; the faults say why."""


class _BoundedScanner(Scanner):
    """ruamel's scanner, which else reads 1024 brackets ahead, at a cost that grows with their square."""

    def fetch_flow_collection_start(self, token_class: type, to_push: str) -> None:
        super().fetch_flow_collection_start(token_class, to_push)
        if len(self.flow_context) > MOST_DEPTH:
            raise MarkedYAMLError(problem=_TOO_DEEP, problem_mark=self.reader.get_mark())


_TOO_DEEP = f"expected at most {MOST_DEPTH} levels of nesting, came more"


class _Reading:
    """One file being read: its events become nodes, its faults are gathered."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []
        self._events: Iterator[Event] = iter(())

    def document(self, text: str) -> Table | None:
        """Return the file's mapping, or None where there is none to return."""
        yaml = YAML(typ="safe", pure=True)
        yaml.Scanner = _BoundedScanner
        self._events = yaml.parse(text)
        try:
            return self._whole()
        except _Stop:
            pass
        except MarkedYAMLError as error:
            self._syntax(error, text)
        except ReaderError as error:
            spot = _spot_at(text[: error.position])
            self.faults.append(spot.fault(f"expected printable text, came character U+{error.character:04X}"))
        return None

    def _whole(self) -> Table | None:
        root: Node | None = None
        for event in self._events:
            if isinstance(event, DocumentStartEvent) and root is not None:
                self._fault(_spot(event.start_mark, ""), "expected one document, came a second", "remove the `---`")
                break
            if not isinstance(event, StreamStartEvent | StreamEndEvent | DocumentStartEvent | DocumentEndEvent):
                root = self._node(event, "", 1)
        if isinstance(root, Items) or (isinstance(root, Scalar) and root.value is not None):
            self._fault(root, f"expected a mapping such as `site: ...`, came {shown(root)}")
        return root if isinstance(root, Table) else None

    def _node(self, event: Event, path: str, depth: int) -> Node:
        spot = _spot(event.start_mark, path)
        if depth > MOST_DEPTH:
            self._fault(spot, _TOO_DEEP, "write it flatter")
            raise _Stop
        self._refuse_references(event, spot)
        if isinstance(event, SequenceStartEvent):
            nodes = tuple(self._items(path, depth))
            return Items(line=spot.line, column=spot.column, path=path, nodes=nodes)
        if isinstance(event, MappingStartEvent):
            entries = self._entries(path, depth)
            return Table(line=spot.line, column=spot.column, path=path, entries=tuple(entries.values()))
        value = _resolve(event) if isinstance(event, ScalarEvent) else None
        return Scalar(line=spot.line, column=spot.column, path=path, value=value)

    def _items(self, path: str, depth: int) -> Iterator[Node]:
        index = 0
        while not isinstance(event := next(self._events), SequenceEndEvent):
            yield self._node(event, f"{path}[{index}]", depth + 1)
            index += 1

    def _entries(self, path: str, depth: int) -> dict[str, Entry]:
        entries: dict[str, Entry] = {}
        while not isinstance(event := next(self._events), MappingEndEvent):
            if isinstance(event, ScalarEvent):
                name = str(event.value)
            else:
                name = "?"
                self._fault(_spot(event.start_mark, path), "expected a key that is a text, came another value")
            key = self._node(event, f"{path}.{name}" if path else name, depth + 1)
            node = self._node(next(self._events), key.path, depth + 1)
            if name in entries:
                first = entries[name].key.line
                self._fault(key, "expected each key once, came a second", f"remove it, or the one in line {first}")
            elif isinstance(key, Scalar):
                entries[name] = Entry(key=key, name=name, node=node)
        return entries

    def _refuse_references(self, event: Event, spot: Spot) -> None:
        if isinstance(event, AliasEvent):
            self._fault(spot, f"expected a value, came the alias *{event.anchor}", "write the value itself")
        elif isinstance(event, NodeEvent) and event.anchor:
            self._fault(spot, f"expected no anchors, came &{event.anchor}", "remove it")
        tag = getattr(event, "tag", None)  # only scalars and collections can carry one
        if tag:
            self._fault(spot, f"expected no tags, came {str(tag)[:40]}", "remove it; quote what must stay text")

    def _syntax(self, error: MarkedYAMLError, text: str) -> None:
        spot = _spot(error.problem_mark or error.context_mark, "")
        if error.problem == _TOO_DEEP:
            self.faults.append(spot.fault(_TOO_DEEP, "write it flatter"))
            return
        problem = " ".join(filter(None, (error.problem, error.context)))
        self.faults.append(spot.fault(f"expected valid YAML, came: {problem}", of_syntax(problem, text, spot.line)))

    def _fault(self, spot: Spot, text: str, fix: str = "") -> None:
        self.faults.append(spot.fault(text, fix))
        if len(self.faults) >= MOST_FAULTS:
            self.faults.append(spot.fault(f"came {MOST_FAULTS} faults; the rest of the file was not read"))
            raise _Stop


def _resolve(event: ScalarEvent) -> Plain:
    """Give a plain scalar its type; quoted and block scalars are text."""
    text = str(event.value)
    if event.style is not None and event.style != "":
        return text
    if text in _WORDS:
        return _WORDS[text]
    if _INT.fullmatch(text):
        return int(text)
    return float(text) if _FLOAT.fullmatch(text) else text


def _spot(mark: StreamMark | None, path: str) -> Spot:
    return Spot(line=mark.line + 1 if mark else 1, column=mark.column + 1 if mark else 1, path=path)


def _spot_at(before: str) -> Spot:
    return Spot(line=before.count("\n") + 1, column=len(before) - (before.rfind("\n") + 1) + 1, path="")
