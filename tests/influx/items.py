"""Events, alerts and deliveries to write, plain ones and hostile ones, from a seed."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import TypeVar

from gateway.influx.lines import Entry, Item
from gateway.model import (
    Ack,
    Alert,
    AlertState,
    AssetKind,
    Delivery,
    DeliveryState,
    DeviceEvent,
    Event,
    EventKind,
    LocationEvent,
    Method,
    PositionEvent,
    SensorEvent,
    Severity,
    StopState,
    Tier,
    TripStatus,
)

EPOCH_US = 1_767_225_600_000_000  # 2026-01-01
HOSTILE = [
    "\n",
    "\r",
    "\t",
    "\0",
    ",",
    " ",
    "=",
    '"',
    "\\",
    "'",
    "#",
    "%",
    "a",
    "Z",
    "0",
    "ä",
    "車",
    "😀",
    "\u2028",
    "%0A",
    "i",
]
PLAIN = [*"abcdefXYZ0123456789_.:-"]

T = TypeVar("T")


class Chance:
    """Draws items; with `hostile` texts hold every character that line protocol knows, and more."""

    def __init__(self, seed: int, *, hostile: bool) -> None:
        self._random = random.Random(seed)
        self._alphabet = HOSTILE if hostile else PLAIN

    def one_of(self, *choices: T) -> T:
        return self._random.choice(choices)

    def text(self) -> str:
        return "".join(self._random.choices(self._alphabet, k=self._random.choice([0, 1, 2, 3, 8, 20])))

    def time_us(self) -> int:
        """Coarse on purpose, as devices' clocks are: many items fall on the same microsecond."""
        return EPOCH_US + self._random.randrange(5) * 1_000_000

    def number(self) -> float:
        return self._random.choice([0.0, -0.0, 1e-9, 1e300, -52.5, self._random.uniform(-180, 180)])

    def flag(self) -> bool:
        return self._random.random() < 0.5

    def value(self) -> float | bool | str:
        values: list[float | bool | str] = [self.number(), self.flag(), self.text()]
        return self._random.choice(values)

    def item(self) -> Item:
        kinds: list[Callable[[], Item]] = [self.event, self.alert, self.delivery]
        return self._random.choice(kinds)()

    def entry(self) -> Entry:
        kinds: list[Callable[[], Entry]] = [self.item, self.item, self.item, self.stop]
        return self._random.choice(kinds)()

    def event(self) -> Event:
        kinds: list[Callable[[], Event]] = [self.location, self.position, self.sensor, self.device]
        return self._random.choice(kinds)()

    def location(self) -> LocationEvent:
        return LocationEvent(
            event_id=self.text(),
            kind=self.one_of(*EventKind),
            asset=self.text(),
            asset_kind=self.one_of(*AssetKind),
            place=self.one_of("DOCK-1", "DOCK-2", self.text()),
            tier=self.one_of(*Tier),
            previous_place=self.text(),
            previous_tier=self.one_of(None, *Tier),
            parent=self.text(),
            lat=self.one_of(None, self.number()),
            lon=self.one_of(None, self.number()),
            late=self.flag(),
            at_us=self.time_us(),
            received_us=self.time_us(),
            recorded_us=self.time_us(),
        )

    def position(self) -> PositionEvent:
        return PositionEvent(
            event_id=self.text(),
            asset=self.one_of("TRAILER-1", self.text()),
            asset_kind=AssetKind.TRAILER,
            lat=self.number(),
            lon=self.number(),
            speed_mps=self.one_of(None, self.number()),
            device=self.text(),
            at_us=self.time_us(),
            received_us=self.time_us(),
            recorded_us=self.time_us(),
        )

    def sensor(self) -> SensorEvent:
        return SensorEvent(
            event_id=self.text(),
            asset=self.text(),
            name=self.one_of("temperature", self.text()),
            value=self.value(),
            unit=self.one_of("", "CEL"),
            device=self.text(),
            at_us=self.time_us(),
            received_us=self.time_us(),
            recorded_us=self.time_us(),
        )

    def device(self) -> DeviceEvent:
        return DeviceEvent(
            event_id=self.text(),
            device=self.one_of("reader-1", self.text()),
            name=self.one_of("connected", "disconnected", self.text()),
            text=self.text(),
            fault=self.flag(),
            antenna=self.one_of(0, 1, 2),
            at_us=self.time_us(),
            received_us=self.time_us(),
            recorded_us=self.time_us(),
        )

    def alert(self) -> Alert:
        return Alert(
            alert_id=self.text(),
            rule=self.one_of("late", self.text()),
            subject=self.text(),
            state=self.one_of(*AlertState),
            severity=self.one_of(*Severity),
            reason=self.text(),
            text=self.text(),
            raised_us=self.time_us(),
            recorded_us=self.time_us(),
            ended_us=self.one_of(None, self.time_us()),
            lane=self.one_of("T1>OEM", self.text()),
            place=self.one_of("DOCK-1", self.text()),
            tier=self.one_of(None, *Tier),
            late_s=self.one_of(0, 3600),
            parties=("OEM", "SUPPLIER"),
            acks=self.one_of((), (Ack(party="OEM", at_us=self.time_us()),)),
        )

    def stop(self) -> StopState:
        return StopState(
            shipment=self.text(),
            lane=self.one_of("T1>OEM", self.text()),
            place=self.one_of("DOCK-1", self.text()),
            stop=self.one_of(0, 1, 2),
            is_last=self.flag(),
            status=self.one_of(*TripStatus),
            planned_us=self.one_of(None, self.time_us()),
            p50_us=self.one_of(None, self.time_us()),
            method=self.one_of(None, *Method),
            arrived_us=self.one_of(None, self.time_us()),
            recorded_us=self.time_us(),
        )

    def delivery(self) -> Delivery:
        return Delivery(
            delivery_id=self.text(),
            alert_id=self.text(),
            notice=self.one_of("raised", "acknowledged", "resolved", "withdrawn"),
            subscription=self.text(),
            party=self.one_of("OEM", self.text()),
            channel=self.one_of("webhook", "mqtt", "sse"),
            state=self.one_of(*DeliveryState),
            attempts=self.one_of(0, 1, 7),
            next_us=self.time_us(),
            accepted_us=self.one_of(None, self.time_us()),
            offset_us=self.one_of(None, 250),
            reason=self.text(),
        )
