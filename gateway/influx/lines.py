"""Events, alerts, deliveries, stops and samples as InfluxDB line protocol; nothing but text, written from the schema.

The grammar, and what 1.x, 2.x and 3.x agree on:
https://docs.influxdata.com/influxdb/v2/reference/syntax/line-protocol/
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import TypeAlias
from urllib.parse import quote

from gateway.influx.samples import Sample
from gateway.influx.schema import MEASUREMENTS, OFFSETS, Form, Getter, Measurement
from gateway.model import Alert, Delivery, Event, StopState

Item: TypeAlias = Event | Alert | Delivery
Entry: TypeAlias = Item | StopState  # of a log of the journal

NS_PER_US = 1000
NONE: Mapping[str, str] = MappingProxyType({})

_TAG_ESCAPES = str.maketrans({",": "\\,", "=": "\\=", " ": "\\ "})
_STRING_ESCAPES = str.maketrans({'"': '\\"', "\\": "\\\\"})
_QUOTED = re.compile(r'["\\]')
# A tag cannot hold a line feed, and a backslash only where nothing that is escaped follows it. Servers differ
# on other controls.
_UNTAGGABLE = re.compile(r"[\x00-\x1f\x7f\\]")


def tag_text(value: str) -> str:
    """A tag's value as it will be stored: itself, or percent-encoded where line protocol has no way to say it."""
    if not _UNTAGGABLE.search(value):
        return value
    return re.sub(r"[%\x00-\x1f\x7f\\]", lambda found: quote(found.group(), safe=""), value)


@lru_cache(maxsize=8192)  # tags are few words, said again and again
def _tag(value: object) -> str | None:
    return tag_text(value).translate(_TAG_ESCAPES) if isinstance(value, str) and value else None


def _number(value: object) -> str | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return None  # line protocol has no word for infinity and not-a-number
    return repr(float(value))


def _integer(value: object) -> str | None:
    return f"{value}i" if isinstance(value, int) and not isinstance(value, bool) else None


def _flag(value: object) -> str | None:
    return ("true" if value else "false") if isinstance(value, bool) else None


def _text(value: object) -> str | None:
    if not isinstance(value, str) or not value:
        return None
    return f'"{value.translate(_STRING_ESCAPES)}"' if _QUOTED.search(value) else f'"{value}"'


_WRITE: dict[Form, Callable[[object], str | None]] = {
    Form.TAG: _tag,
    Form.NUMBER: _number,
    Form.INTEGER: _integer,
    Form.FLAG: _flag,
    Form.TEXT: _text,
}

Written = tuple[str, Getter, Callable[[object], str | None]]


class Lines:
    """Writes one line for one value; `site` stands on each, and the party of its place where it has one."""

    def __init__(
        self, *, site: str, parties: Mapping[str, str], tiers: Mapping[str, str] = NONE, party: str = ""
    ) -> None:
        """`parties` and `tiers` map a place's code to its party's code and its tier.

        `party` is who all lines are for, where they are for one: then it stands on each in place of the place's.
        """
        self._parties = parties
        self._tiers = tiers
        self._party = party
        self._layouts = {kind: self._layout(measurement, site) for kind, measurement in MEASUREMENTS.items()}

    def line(self, number: int, value: Entry | Sample) -> bytes:
        """The line of the value with this number in the journal, without a line feed; precision nanoseconds."""
        measurement, head, tags, fields = self._layouts[type(value)]
        found = [f"{name}{text}" for name, of, write in tags if (text := write(of(value))) is not None]
        said = [f"{name}{text}" for name, of, write in fields if (text := write(of(value))) is not None]
        time_ns = measurement.time_us(value) // NS_PER_US * OFFSETS + number % OFFSETS
        return f"{head}{''.join(found)} {','.join(said)} {time_ns}".encode("utf-8", "replace")

    def _layout(self, measurement: Measurement, site: str) -> tuple[Measurement, str, list[Written], list[Written]]:
        tags = [(column.name, column.value) for column in measurement.columns if column.form is Form.TAG]
        if self._party:
            tags.append(("party", lambda _: self._party))
        elif measurement.place is not None:
            tags.append(("party", _of_place(measurement.place, self._parties)))
        if measurement.asks_tier and measurement.place is not None:
            tags.append(("tier", _of_place(measurement.place, self._tiers)))
        fields = [column for column in measurement.columns if column.form is not Form.TAG]
        return (
            measurement,
            f"{measurement.name},site={_tag(site)}",
            [(f",{name}=", of, _tag) for name, of in sorted(tags, key=lambda tag: tag[0])],
            [(f"{column.name}=", column.value, _WRITE[column.form]) for column in fields],
        )


def _of_place(place: Getter, known: Mapping[str, str]) -> Getter:
    def found(value: object) -> object:
        code = place(value)
        return known.get(code) if isinstance(code, str) else None

    return found
