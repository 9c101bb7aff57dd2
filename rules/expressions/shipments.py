"""What an expression may name of a shipment."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from gateway.model import Actual, Estimate, Leg, Method, Micros, PartLine, Shipment, Stop, Trip, TripStatus, Window
from rules.expressions.fields import MINUTE_US, NEVER, About, Field, Record, Running, minutes, record
from rules.expressions.types import BOOL, DOUBLE, INT, STRING, STRINGS, Type, one_of, records

KEPT_US = 12 * 60 * MINUTE_US  # what is true of it after it arrived is over then
TIMED = Type(kind=INT.kind, timed="?")
NOON_US = 1_767_225_600_000_000 + 12 * 60 * MINUTE_US  # of the sample, 2026-01-01


class Due(NamedTuple):
    """What a shipment has to do next."""

    stop: int
    window: Window


class Then:
    """A trip as of an instant: what had happened by then."""

    def __init__(self, trip: Trip, at_us: Micros) -> None:
        self.trip, self.shipment, self.at_us = trip, trip.shipment, at_us
        self.arrived = [_by(actual.arrived_us, at_us) for actual in trip.actuals]
        self.departed = [_by(actual.departed_us, at_us) for actual in trip.actuals]
        reached = [number for number, when_us in enumerate(self.arrived) if when_us is not None]
        self.here = reached[-1] if reached else 0  # the stop that it had come to last
        self.due = self._next()

    @property
    def status(self) -> str:
        """Planned, under way or arrived."""
        if self.arrived[-1] is not None:
            return TripStatus.ARRIVED
        moved = any(when_us is not None for when_us in (*self.arrived, *self.departed))
        return TripStatus.UNDER_WAY if moved else TripStatus.PLANNED

    @property
    def late(self) -> Running | int:
        """Minutes behind the next window, and at least those behind the last."""
        if self.due is None:
            return self._late_so_far()
        window = self.due.window
        tolerated_us = window.close_us + window.tolerance_s * 1_000_000
        return Running(base_us=window.close_us, from_us=tolerated_us + 1, least=self._late_so_far())

    @property
    def unseen(self) -> Running | int:
        """Minutes since it was seen to come or leave."""
        seen_us = max((when_us for when_us in (*self.arrived, *self.departed) if when_us is not None), default=None)
        return 0 if seen_us is None else Running(base_us=seen_us)

    @property
    def place(self) -> str:
        """The stop at which it stood; empty between stops, and before it was seen at all."""
        stands = self.arrived[self.here] is not None and self.departed[self.here] is None
        return self.shipment.stops[self.here].place if stands else ""

    @property
    def next_place(self) -> str:
        """The stop that it should leave or come to next."""
        return "" if self.due is None else self.shipment.stops[self.due.stop].place

    @property
    def stops(self) -> tuple[Record, ...]:
        """All stops and what became of them."""
        return tuple(
            record(
                place=stop.place,
                reached=arrived_us is not None,
                left=departed_us is not None,
                late_min=_late_min(stop.arrival, arrived_us) or 0,
            )
            for stop, arrived_us, departed_us in zip(self.shipment.stops, self.arrived, self.departed, strict=True)
        )

    def estimate(self, *, last: bool = False) -> Estimate | None:
        """The estimate of the next, or of the last stop, where it rests on what had been seen by then."""
        ahead = [one for one in self.trip.estimates if one.stop > self.here and (one.seen_us or 0) <= self.at_us]
        return (ahead[-1] if last else ahead[0]) if ahead else None

    def estimated(self, quantile: str, *, last: bool = False) -> int:
        """Minutes after the end of the window."""
        found = self.estimate(last=last)
        return 0 if found is None else minutes(found.due_us, getattr(found, quantile))

    def _next(self) -> Due | None:
        """The first window that was open to it: out of where it was, or into one of the next stops."""
        stops, here = self.shipment.stops, self.here
        leaves = stops[here].departure
        if leaves is not None and here < len(stops) - 1 and self.departed[here] is None:
            return Due(here, leaves)
        arrivals = ((number, stops[number].arrival) for number in range(here + 1, len(stops)))
        return next((Due(number, window) for number, window in arrivals if window is not None), None)

    def _late_so_far(self) -> int:
        """Minutes late at what it did last, of what had a window."""
        for number in range(len(self.arrived) - 1, -1, -1):
            stop = self.shipment.stops[number]
            for window, when_us in ((stop.departure, self.departed[number]), (stop.arrival, self.arrived[number])):
                late = _late_min(window, when_us)
                if late is not None:
                    return late
        return 0


def _by(when_us: Micros | None, at_us: Micros) -> Micros | None:
    return when_us if when_us is not None and when_us <= at_us else None


def _late_min(window: Window | None, when_us: Micros | None) -> int | None:
    return None if window is None or when_us is None else window.late_us(when_us) // MINUTE_US


def _times(trip: Trip) -> Iterator[Micros]:
    for actual in trip.actuals:
        yield from (when_us for when_us in (actual.arrived_us, actual.departed_us) if when_us is not None)


def _goods(then: Then, _: Micros) -> tuple[Record, ...]:
    return tuple(
        record(part=line.number, quantity=line.quantity or 0.0, unit=line.unit, within=line.within)
        for line in then.shipment.parts
    )


def _due_in(then: Then, _: Micros) -> Running | int:
    return NEVER if then.due is None else Running(base_us=then.due.window.close_us, until=True)


def _method(then: Then, _: Micros) -> str:
    found = then.estimate()
    return "" if found is None else str(found.method)


def _role(role: str) -> Field:
    return Field(
        name=f"shipment.{role}",
        fixed=True,
        private=True,
        type=STRING,
        says=f"code of its {role}; empty: it has none",
        get=lambda then, _: then.shipment.parties.get(role, ""),
    )


_FIELDS = (
    Field(
        name="shipment.id", fixed=True, type=STRING, says="its number", get=lambda then, _: then.shipment.shipment_id
    ),
    Field(
        name="shipment.lane", fixed=True, type=STRING, says="ORIGIN>DESTINATION", get=lambda then, _: then.shipment.lane
    ),
    Field(
        name="shipment.origin",
        fixed=True,
        type=STRING,
        says="code of its first place",
        get=lambda then, _: then.shipment.stops[0].place,
    ),
    Field(
        name="shipment.destination",
        fixed=True,
        type=STRING,
        says="code of its last place",
        get=lambda then, _: then.shipment.stops[-1].place,
    ),
    Field(
        name="shipment.contents",
        fixed=True,
        private=True,
        type=STRING,
        says="what it carries, in words",
        get=lambda then, _: then.shipment.contents,
    ),
    Field(
        name="shipment.assets",
        fixed=True,
        type=STRINGS,
        says="its trailer or container first, then its goods",
        get=lambda then, _: then.shipment.assets,
    ),
    Field(
        name="shipment.parts",
        fixed=True,
        private=True,
        type=STRINGS,
        says="part numbers that it carries",
        get=lambda then, _: tuple(dict.fromkeys(line.number for line in then.shipment.parts)),
    ),
    Field(
        name="shipment.goods",
        fixed=True,
        private=True,
        type=records(part=STRING, quantity=DOUBLE, unit=STRING, within=STRING),
        says="the same with how much (0.0: not said) and in what",
        get=_goods,
    ),
    _role("shipper"),
    _role("consignee"),
    _role("carrier"),
    Field(
        name="shipment.parties",
        fixed=True,
        private=True,
        type=STRINGS,
        says="codes of all its parties",
        get=lambda then, _: tuple(sorted(set(then.shipment.parties.values()))),
    ),
    Field(
        name="shipment.status",
        type=one_of(*TripStatus),
        says="planned until it first left or came anywhere, arrived at the last stop",
        get=lambda then, _: then.status,
    ),
    Field(
        name="shipment.late_min",
        type=TIMED,
        says="minutes behind the window that it should have left or come in by now, at least those it was late before",
        get=lambda then, _: then.late,
    ),
    Field(
        name="shipment.due_in_min",
        type=TIMED,
        says=f"minutes left of the next window; below 0 once it closed; {NEVER}: there is none any more",
        get=_due_in,
    ),
    Field(
        name="shipment.unseen_min",
        type=TIMED,
        says="minutes since it was last seen to come or leave; 0: it never was",
        get=lambda then, _: then.unseen,
    ),
    Field(
        name="shipment.place",
        type=STRING,
        says="code of the stop at which it stands; empty: between stops",
        get=lambda then, _: then.place,
    ),
    Field(
        name="shipment.next_place",
        type=STRING,
        says="code of the stop that it should leave or come to next; empty: none any more",
        get=lambda then, _: then.next_place,
    ),
    Field(
        name="shipment.flawed",
        type=BOOL,
        says="its dates contradict each other",
        get=lambda then, _: bool(then.trip.findings),
    ),
    Field(
        name="stops",
        type=records(place=STRING, reached=BOOL, left=BOOL, late_min=INT),
        says="in order; late_min: when it came; stops[0] is where it sets out",
        get=lambda then, _: then.stops,
    ),
    Field(
        name="estimate.known",
        type=BOOL,
        says="whether its next stop has an estimate; without one the others are 0 or empty",
        get=lambda then, _: then.estimate() is not None,
    ),
    Field(
        name="estimate.late_min",
        type=INT,
        says="minutes after the end of its window, or (below 0) before, that the median has it at the next stop",
        get=lambda then, _: then.estimated("p50_us"),
    ),
    Field(
        name="estimate.early_case_min",
        type=INT,
        says="the same in the earliest of ten cases (P10)",
        get=lambda then, _: then.estimated("p10_us"),
    ),
    Field(
        name="estimate.late_case_min",
        type=INT,
        says="the same in the latest of ten cases (P90)",
        get=lambda then, _: then.estimated("p90_us"),
    ),
    Field(
        name="estimate.last_late_min",
        type=INT,
        says="the median at the last stop",
        get=lambda then, _: then.estimated("p50_us", last=True),
    ),
    Field(
        name="estimate.method",
        type=one_of("", *Method),
        says="how it was estimated",
        get=_method,
    ),
)


def _ends(trip: Trip) -> Micros | None:
    arrived_us = trip.actuals[-1].arrived_us
    return None if arrived_us is None else arrived_us + KEPT_US


def _begins(trip: Trip) -> Micros:
    return min((trip.shipment.created_us, *_times(trip)))


def _unseen_at(trip: Trip, at_us: Micros) -> str:
    then = Then(trip, at_us)
    late = then.late
    waits = isinstance(late, Running) and late.value(at_us) > late.least
    return then.next_place if waits else ""


def _sample() -> Trip:
    def window(minute: int) -> Window:
        return Window(open_us=NOON_US + (minute - 30) * MINUTE_US, close_us=NOON_US + minute * MINUTE_US)

    shipment = Shipment(
        shipment_id="S-4711",
        stops=(
            Stop(place="T1-PLANT", departure=window(0)),
            Stop(place="CROSSDOCK", arrival=window(90), departure=window(120)),
            Stop(place="OEM-PLANT", arrival=window(240)),
        ),
        assets=("TRL-1", "PAL-1"),
        parties={"shipper": "T1", "consignee": "OEM", "carrier": "CARRIER"},
        created_us=NOON_US - 600 * MINUTE_US,
        contents="seats",
        parts=(PartLine(number="4711-A", quantity=40.0, unit="C62", within="PAL-1"),),
        legs=(Leg(mode="road"), Leg(mode="road")),
    )
    at_last = NOON_US + 265 * MINUTE_US
    estimate = Estimate(
        stop=2,
        place="OEM-PLANT",
        due_us=NOON_US + 240 * MINUTE_US,
        p10_us=at_last - 9 * MINUTE_US,
        p25_us=at_last - 4 * MINUTE_US,
        p50_us=at_last,
        p75_us=at_last + 5 * MINUTE_US,
        p90_us=at_last + 12 * MINUTE_US,
        method=Method.USUAL,
        made_us=NOON_US + 130 * MINUTE_US,
        seen_us=NOON_US + 128 * MINUTE_US,
        trips=40,
    )
    actuals = (
        Actual(stop=0, departed_us=NOON_US + 5 * MINUTE_US),
        Actual(stop=1, arrived_us=NOON_US + 100 * MINUTE_US, departed_us=NOON_US + 128 * MINUTE_US),
        Actual(stop=2),
    )
    return Trip(shipment=shipment, actuals=actuals, estimates=(estimate,))


SHIPMENT = About(
    name="shipment",
    says="A shipment and what became of it, from when its plan came until twelve hours after it arrived",
    judges=Trip,
    fields=_FIELDS,
    begins=_begins,
    changes=_times,
    then=Then,
    ends=_ends,
    unseen_at=_unseen_at,
    waits=("shipment.late_min", "shipment.due_in_min", "shipment.unseen_min"),
    sample=_sample(),
)
