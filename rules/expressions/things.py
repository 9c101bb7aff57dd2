"""What an expression may name of an asset at a place, of where it went, of a trailer at a door, of a device."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from gateway.model import (
    AssetKind,
    Band,
    Boarding,
    Condition,
    DeviceState,
    Excursion,
    Journey,
    Load,
    Micros,
    Sample,
    Stay,
    Tier,
    Visit,
    Way,
)
from rules.expressions.fields import MINUTE_US, NEVER, About, Field, Get, Plain, Record, Running, minutes, record
from rules.expressions.shipments import KEPT_US, NOON_US, TIMED
from rules.expressions.types import BOOL, DOUBLE, INT, STRING, STRINGS, Type, one_of, records

KINDS = one_of(*AssetKind)
TIERS = one_of(*Tier)
TIERS_OR_NONE = one_of("", *Tier)


def _own(name: str, kind: Type, says: str, attribute: str = "") -> Field:
    """A variable that is an attribute of the subject, and holds all the time."""
    key = attribute or name

    def get(subject: Any, _: Micros) -> Plain:
        value: Plain = getattr(subject, key)
        return value

    return Field(name=name, type=kind, says=says, get=get, fixed=True)


def _field(name: str, kind: Type, says: str, get: Get) -> Field:
    return Field(name=name, type=kind, says=says, get=get)


def _ticking(base_us: Micros | None, stopped_us: Micros | None, at_us: Micros) -> Running | int:
    """Minutes since an instant, as long as they run."""
    over = base_us is None or base_us > at_us or (stopped_us is not None and stopped_us <= at_us)
    return 0 if over else Running(base_us=base_us or 0)


STAY = About(
    name="stay",
    says="An asset at a place, from when it came until it left",
    judges=Stay,
    fields=(
        _own("asset", STRING, "its name"),
        _own("kind", KINDS, "what it is", "asset_kind"),
        _own("place", STRING, "code of the place"),
        _own("tier", TIERS, "of the place"),
        _field(
            "minutes_there",
            TIMED,
            "since it came",
            lambda stay, at_us: _ticking(stay.since_us, stay.until_us, at_us),
        ),
    ),
    begins=lambda stay: stay.since_us,
    changes=lambda stay: () if stay.until_us is None else (stay.until_us,),
    ends=lambda stay: stay.until_us,
    sample=Stay(
        asset="TRL-1",
        asset_kind=AssetKind.TRAILER,
        place="CROSSDOCK-DOOR",
        tier=Tier.CROSSDOCK,
        since_us=NOON_US,
    ),
)


def _visit(journey: Journey, at_us: Micros) -> Visit:
    """The last that had begun by then; before any had, the first."""
    begun = [visit for visit in journey.visits if visit.since_us <= at_us]
    return begun[-1] if begun else journey.visits[0]


def _is_there(journey: Journey, at_us: Micros) -> bool:
    until_us = _visit(journey, at_us).until_us
    return until_us is None or until_us > at_us


def _there(journey: Journey, at_us: Micros) -> Running | int:
    visit = _visit(journey, at_us)
    return _ticking(visit.since_us, visit.until_us, at_us)


def _away(journey: Journey, at_us: Micros) -> Running | int:
    return _ticking(_visit(journey, at_us).until_us, None, at_us)


def _idle(journey: Journey, at_us: Micros) -> Running | int:
    known = [when_us for when_us in (*journey.touched_us, _visit(journey, at_us).since_us) if when_us <= at_us]
    return Running(base_us=max(known)) if known and _is_there(journey, at_us) else 0


def _came_from(journey: Journey, at_us: Micros) -> Way | None:
    return _visit(journey, at_us).way


def _visits(journey: Journey, at_us: Micros) -> tuple[Record, ...]:
    return tuple(
        record(site=visit.site, tier=visit.tier, minutes=minutes(visit.since_us, visit.until_us))
        for visit in journey.visits
        if visit.until_us is not None and visit.until_us <= at_us
    )


def _moves(journey: Journey) -> Iterable[Micros]:
    for visit in journey.visits:
        yield visit.since_us
        if visit.until_us is not None:
            yield visit.until_us
    yield from journey.touched_us


def _before_last(journey: Journey) -> Micros | None:
    """The last visit but one: what was true of that may have ended since."""
    return journey.visits[-2:][0].since_us if journey.visits else None


JOURNEY = About(
    name="journey",
    says="An asset at a site and on its way from it, asked anew at each site that it comes to",
    judges=Journey,
    fields=(
        _own("asset", STRING, "its name"),
        _own("kind", KINDS, "what it is", "asset_kind"),
        _field("site", STRING, "code of the site where it is, or was last", lambda j, t: _visit(j, t).site),
        _field("tier", TIERS, "of the site", lambda j, t: _visit(j, t).tier),
        _field("there", BOOL, "whether it is there still", _is_there),
        _field("minutes_there", TIMED, "since it came; 0: it has left", _there),
        _field("minutes_away", TIMED, "since it left; 0: it is there", _away),
        _field("minutes_idle", TIMED, "there, and neither moved nor loaded nor unloaded; 0: it has left", _idle),
        _field(
            "from_site",
            STRING,
            "code of the site it came from; empty: not known",
            lambda j, t: way.site if (way := _came_from(j, t)) else "",
        ),
        _field(
            "from_tier",
            TIERS_OR_NONE,
            "tier of that site",
            lambda j, t: way.tier if (way := _came_from(j, t)) else "",
        ),
        _field(
            "minutes_on_way",
            INT,
            "how long it took from there; 0: not known",
            lambda j, t: way.took_us // MINUTE_US if (way := _came_from(j, t)) else 0,
        ),
        _field(
            "visits",
            records(site=STRING, tier=TIERS, minutes=INT),
            "the last sites that it has left, the newest last",
            _visits,
        ),
        _field(
            "shipments",
            STRINGS,
            "of its shipments those that have set out",
            lambda j, _: tuple(planned.shipment for planned in j.planned),
        ),
        _field(
            "expected_here",
            BOOL,
            "whether one of its shipments stops at this site",
            lambda j, t: _visit(j, t).site in j.expected_at,
        ),
    ),
    begins=_before_last,
    present=lambda journey: journey.visits[-1].since_us if journey.visits else 0,
    changes=_moves,
    sample=Journey(
        asset="TRL-1",
        asset_kind=AssetKind.TRAILER,
        visits=(
            Visit(
                site="T2-PLANT",
                tier=Tier.TIER2,
                since_us=NOON_US - 600 * MINUTE_US,
                seen_us=NOON_US - 120 * MINUTE_US,
                until_us=NOON_US - 120 * MINUTE_US,
            ),
            Visit(
                site="CROSSDOCK",
                tier=Tier.CROSSDOCK,
                since_us=NOON_US,
                seen_us=NOON_US,
                way=Way(site="T2-PLANT", tier=Tier.TIER2, took_us=120 * MINUTE_US, metres=90_000.0),
            ),
        ),
        touched_us=(NOON_US,),
        expected_at=("CROSSDOCK", "OEM-PLANT"),
    ),
)


def _excursion(condition: Condition, at_us: Micros) -> Excursion | None:
    """The one that went on then."""
    begun = [one for one in condition.excursions if one.since_us <= at_us]
    return begun[-1] if begun and (begun[-1].until_us is None or begun[-1].until_us > at_us) else None


def _out(condition: Condition, at_us: Micros) -> Running | int:
    found = _excursion(condition, at_us)
    return 0 if found is None else Running(base_us=found.since_us)


def _ends_of(condition: Condition) -> Iterable[Micros]:
    for one in condition.excursions:
        yield one.since_us
        if one.until_us is not None:
            yield one.until_us


CONDITION = About(
    name="condition",
    says="What a sensor on an asset says, against the band of the rule's `measurement`, `low` and `high`",
    judges=Condition,
    fields=(
        _own("asset", STRING, "its name"),
        _field("measurement", STRING, "temperature, shock, ...", lambda c, _: c.band.measurement),
        _own("unit", STRING, "of the values; empty: not said"),
        _own("place", STRING, "where it was told last; empty: between places"),
        _own("tier", TIERS, "of that place"),
        _field("out", BOOL, "whether it is out of its band", lambda c, t: _excursion(c, t) is not None),
        _field("minutes_out", TIMED, "since it is out of it; 0: it is within", _out),
        _field(
            "high",
            BOOL,
            "whether it is above the band and not below",
            lambda c, t: (found := _excursion(c, t)) is not None and found.high,
        ),
        _field(
            "worst",
            DOUBLE,
            "the value farthest out of the band since it is out of it; 0.0: it is within",
            lambda c, t: 0.0 if (found := _excursion(c, t)) is None else found.worst,
        ),
    ),
    begins=lambda c: min((*_ends_of(c), *(sample.at_us for sample in c.samples)), default=None),
    changes=_ends_of,
    remembers=False,
    sample=Condition(
        asset="TRL-1",
        band=Band(measurement="temperature", low=2.0, high=8.0),
        unit="CEL",
        samples=(Sample(at_us=NOON_US, value=9.5),),
        excursions=(Excursion(since_us=NOON_US, high=True, worst=9.5),),
    ),
)


def _aboard(load: Load, at_us: Micros) -> tuple[str, ...]:
    """Only the newest is known of each: what came out had been in it before."""
    return tuple(one.asset for one in load.goods if one.aboard == (one.at_us <= at_us))


def _missing(load: Load, at_us: Micros) -> tuple[str, ...]:
    aboard = set(_aboard(load, at_us))
    return tuple(asset for asset in load.expected if asset not in aboard)


def _closes_in(load: Load, at_us: Micros) -> Running | int:
    gone = load.departed_us is not None and load.departed_us <= at_us
    return NEVER if load.closes_us is None or gone else Running(base_us=load.closes_us, until=True)


LOAD = About(
    name="load",
    says="A trailer at a door and what is in it, until twelve hours after it left the site",
    judges=Load,
    fields=(
        _own("trailer", STRING, "its name"),
        _own("site", STRING, "code of the site"),
        _own("door", STRING, "code of the door where it stands, or stood last"),
        _own("tier", TIERS, "of the site"),
        _field(
            "departed",
            BOOL,
            "whether it has left the site",
            lambda load, t: load.departed_us is not None and load.departed_us <= t,
        ),
        _field(
            "minutes_there",
            TIMED,
            "at a door of the site; 0: it has left",
            lambda load, t: _ticking(load.since_us, load.departed_us, t),
        ),
        _field(
            "closes_in_min",
            TIMED,
            f"minutes left of its departure window; below 0 once it closed; {NEVER}: none, or it has left",
            _closes_in,
        ),
        _field("shipments", STRINGS, "that it takes along from here next", lambda load, _: load.shipments),
        _field("aboard", STRINGS, "goods that are in it", _aboard),
        _field("expected", STRINGS, "goods that its plans name", lambda load, _: load.expected),
        _field("missing", STRINGS, "expected, and not aboard", _missing),
        _field("extra", STRINGS, "went in here, and no plan says why", lambda load, _: load.extra),
        _field(
            "strays",
            STRINGS,
            "went in here, and belong in another trailer",
            lambda load, _: tuple(stray.asset for stray in load.strays),
        ),
    ),
    begins=lambda load: load.since_us,
    changes=lambda load: (
        *(one.at_us for one in load.goods),
        *(() if load.departed_us is None else (load.departed_us,)),
    ),
    ends=lambda load: None if load.departed_us is None else load.departed_us + KEPT_US,
    sample=Load(
        trailer="TRL-1",
        site="T1-PLANT",
        door="T1-DOOR-1",
        tier=Tier.TIER1,
        since_us=NOON_US,
        goods=(
            Boarding(
                asset="PAL-1",
                asset_kind=AssetKind.PALLET,
                parent="TRL-1",
                at_us=NOON_US + 5 * MINUTE_US,
                aboard=True,
            ),
        ),
        shipments=("S-4711",),
        expected=("PAL-1", "PAL-2"),
        closes_us=NOON_US + 45 * MINUTE_US,
    ),
)


def _counts_from(device: DeviceState) -> Micros:
    """While the gateway was away it could hear nobody: silence counts from its return."""
    return max(device.heard_us or 0, device.known_us)


DEVICE = About(
    name="device",
    says="A device and when it was last heard",
    judges=DeviceState,
    fields=(
        _own("device", STRING, "its name"),
        _own("place", STRING, "code of the place where it is mounted; empty: on an asset"),
        _own("asset", STRING, "what it is mounted on; empty: on nothing that moves"),
        _field("heard", BOOL, "whether it was ever heard", lambda device, _: device.heard_us is not None),
        _field(
            "minutes_silent",
            TIMED,
            "since it was last heard, or since the gateway began to listen",
            lambda device, _: Running(base_us=_counts_from(device)),
        ),
    ),
    begins=_counts_from,
    changes=lambda device: (),
    remembers=False,
    sample=DeviceState(device="gps-1", place="", asset="TRL-1", heard_us=NOON_US, known_us=NOON_US - MINUTE_US),
)
