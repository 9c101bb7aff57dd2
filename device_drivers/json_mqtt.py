"""Any device or system that publishes JSON over MQTT: the settings say where its values stand.

One message gives measurements, a fix, a tag read, a passage or packings, or one for each item of a list. Expressions
are described in `json_mqtt_fields`. What must be there and is not, or is something else, is rejected in words.

A cold-chain sensor, {"ts": 1760000000000, "env": {"temp": 2931, "hum": 40.5}, "door": "open"}:

    driver: json_mqtt
    connect: mqtt:sensors/+/state
    settings:
      yields: measurement
      fields: {temperature: env.temp | scale:0.1 | kelvin, humidity: env.hum, door_open: door | values,
               time: ts | ms, asset: "$topic[1]"}
      units: {humidity: P1}
      values: {open: true, closed: false}

Departures and arrivals from a transport management system, on tms/<carrier>/events:

    {"events": [{"truck": "TRL-7", "location": "DEHAM", "status": "departed", "at": "2026-03-01T06:10:00+01:00",
                 "reference": "SHP-1"}]}

    driver: json_mqtt
    connect: mqtt:tms/+/events
    settings:
      yields: passage
      each: events
      fields: {asset: truck, place: location, direction: status | values, time: at | iso, shipment: reference}
      values: {departed: out, arrived: in, delayed: ignore}

What a warehouse system packs into what, such as an EPCIS AggregationEvent in JSON-LD:

      yields: packing
      only: {type: AggregationEvent}
      fields: {asset: childEPCs, parent: parentID, action: action, place: bizLocation.id, time: eventTime | iso}

A tracker that sends "lat,lon" in one text, and other messages that mean nothing here:

      yields: fix
      only: {_type: location}
      fields: {lat: pos | part:0 | number, lon: pos | part:1 | number, speed_mps: vel | kmh, time: tst | s}

A device that `json_mqtt_presets` knows needs one line; what stands beside it goes before the preset's own:

    driver: json_mqtt
    connect: mqtt:+/events/rpc
    settings: {preset: shelly_plus_ht}
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Literal, TypeAlias

import msgspec

from device_drivers.bounded_json import BadJson, read_json
from device_drivers.json_mqtt_fields import Source, compile_expression, nearest
from device_drivers.json_mqtt_presets import PRESETS
from device_drivers.json_mqtt_readings import ALLOWED, BUILDERS, NEEDED, NOT_MEASURED, Found
from device_drivers.json_mqtt_values import Ignored, Unfit, shown
from gateway.model import Micros, Output, Rejected

NAME = "json_mqtt"
TRANSPORT: Literal["stream", "message"] = "message"

MOST_ITEMS = 10_000  # of the list under `each`

Scalar: TypeAlias = str | int | float | bool | None


@dataclass(frozen=True, kw_only=True)
class Settings:
    """How this device's messages are read."""

    preset: str = ""  # ready settings by name, such as shelly_plus_ht or generic_tracker; empty: none
    yields: Literal["measurement", "fix", "tag_read", "passage", "packing"] = "measurement"  # what one is
    fields: dict[str, str] = field(default_factory=dict)  # our name -> expression; a measurement's name is free
    each: str = ""  # path of a list: one output per item, paths start at the item; empty: the message is one
    units: dict[str, str] = field(default_factory=dict)  # measurement -> UN/ECE Rec 20 code
    values: dict[str, Scalar] = field(default_factory=dict)  # for the transform `values`: word -> value, or ignore
    only: dict[str, Scalar] = field(default_factory=dict)  # path -> value: messages without it mean nothing here

    def __post_init__(self) -> None:
        Plan(self)


class Plan:
    """The settings, compiled; raises ValueError with the path of the first setting that is wrong."""

    def __init__(self, settings: Settings) -> None:
        if settings.preset:
            settings = _with_preset(settings)
        if settings.yields not in NEEDED:
            raise ValueError(f"yields: unknown word {settings.yields!r}; {nearest(settings.yields, tuple(NEEDED))}")
        self.build = BUILDERS[settings.yields]
        self.units = settings.units
        _check_names(settings)
        self.fields = {
            name: compile_expression(f"fields.{name}", written, settings.values)
            for name, written in settings.fields.items()
        }
        self.each = compile_expression("each", settings.each, {}) if settings.each else None
        self.only = [(compile_expression(f"only.{path}", path, {}), value) for path, value in settings.only.items()]


def _with_preset(settings: Settings) -> Settings:
    """The preset's settings, and those beside it before them."""
    preset = PRESETS.get(settings.preset)
    if preset is None:
        raise ValueError(f"preset: unknown name {settings.preset!r}; {nearest(settings.preset, tuple(PRESETS))}")
    if settings.yields not in ("measurement", preset.yields):
        raise ValueError(f"yields: the preset {settings.preset} yields {preset.yields}, came {settings.yields}")
    fields = {name: written for name, written in {**preset.fields, **settings.fields}.items() if written}
    units = {name: unit for name, unit in preset.units.items() if name in fields}
    return replace(
        settings,
        preset="",
        yields=preset.yields,
        fields=fields,
        each=settings.each or preset.each,
        units=units | settings.units,
        values={**preset.values, **settings.values},
        only={**preset.only, **settings.only},
    )


def _check_names(settings: Settings) -> None:
    names = tuple(settings.fields)
    if settings.yields == "measurement":
        if ("name" in names) != ("value" in names):
            raise ValueError("fields: `name` and `value` go together: they read both from the message")
        if "value" not in names and not set(names) - set(NOT_MEASURED):
            raise ValueError("fields: expected at least one measurement, such as temperature: data.temp")
    else:
        allowed = ALLOWED[settings.yields]
        for name in names:
            if name not in allowed:
                raise ValueError(f"fields.{name}: not a field of {settings.yields}; {nearest(name, allowed)}")
    for name in NEEDED[settings.yields]:
        if name not in names:
            raise ValueError(f"fields.{name}: missing; {settings.yields} needs {', '.join(NEEDED[settings.yields])}")
    for name in settings.units:
        if name not in names:
            raise ValueError(f"units.{name}: no such measurement; {nearest(name, names)}")


class Decoder:
    """Messages of one device to readings."""

    def __init__(self, settings: Settings) -> None:
        self._plan = Plan(settings)

    def start(self, now_us: Micros) -> list[Output]:
        """Devices publish by themselves: nothing to say."""
        return []

    def feed(self, data: bytes, now_us: Micros, topic: str = "") -> list[Output]:
        """Take one message; give what it means, and a rejection for each part that is not as the settings say."""
        try:
            message = read_json(data)
            items = self._items(Source(item=message, message=message, topic=topic))
        except BadJson as error:
            return [Rejected(data=data, reason="json", text=str(error))]
        except Unfit as error:
            return [Rejected(data=data, reason="field", text=str(error))]
        out: list[Output] = []
        for item in items:
            self._item(item, data if self._plan.each is None else None, out)
        return out

    def tick(self, now_us: Micros) -> list[Output]:
        """Messages stand alone: nothing waits."""
        return []

    def _items(self, whole: Source) -> list[Source]:
        plan = self._plan
        if any(wanted != path.of(whole) for path, wanted in plan.only):
            return []
        if plan.each is None:
            return [whole]
        items = plan.each.of(whole)
        if not isinstance(items, list):
            raise Unfit(f"each: expected a list at {plan.each.text}, came {shown(items)}")
        if len(items) > MOST_ITEMS:
            raise Unfit(f"each: expected at most {MOST_ITEMS} items, came {len(items)}")
        return [Source(item=item, message=whole.message, topic=whole.topic) for item in items]

    def _item(self, source: Source, data: bytes | None, out: list[Output]) -> None:
        fields = self._plan.fields
        try:
            values = {name: value for name, path in fields.items() if (value := path.of(source)) is not None}
            found = Found(values=values, fields=fields, item=source.item)
            out.extend(self._plan.build(found, self._plan.units))
        except Ignored:
            return
        except Unfit as error:
            data = msgspec.json.encode(source.item) if data is None else data
            out.append(Rejected(data=data, reason="field", text=str(error)))
