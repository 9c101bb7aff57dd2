"""Words for tests about doors of two zones: a load passes, turns back, goes by, stands, and what is told of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal

from gateway.locate.portal import Crossing, Load, Portals, Side
from gateway.model import AssetKind, Observation, TagRead

T0 = 1_767_600_000_000_000
SECOND = 1_000_000
ZONES: tuple[Side, ...] = ("outer", "inner")
WEAKEST_DBM = -72.0
NEXT_DOOR_DB = 22.0
BETWEEN_ZONES_S = 1.2


def read(
    asset: str,
    door: str,
    zone: Side,
    at_s: float,
    dbm: float | None,
    kind: AssetKind = AssetKind.PART,
) -> Observation:
    """One read of a tag at one side of a door."""
    at_us = T0 + round(at_s * SECOND)
    return Observation(
        asset=asset,
        kind=kind,
        device=f"reader-{door}",
        reading=TagRead(epc=asset.encode(), rssi_dbm=dbm, seen_us=at_us),
        at_us=at_us,
        received_us=at_us,
        device_us=at_us,
        read_point=f"{door}-{zone}",
        place=door,
        zone=zone,
    )


def bell(
    asset: str,
    door: str,
    zone: Side,
    centre_s: float,
    peak_dbm: float,
    fall_db_per_s: float = 10.0,
) -> list[Observation]:
    """Reads that grow stronger until `centre_s` and weaker after it, three times a second, while they can be heard."""
    reads = []
    for step in range(-30, 31):
        at_s = centre_s + step / 3
        dbm = peak_dbm - fall_db_per_s * abs(at_s - centre_s)
        if dbm > WEAKEST_DBM:
            reads.append(read(asset, door, zone, at_s, dbm))
    return reads


def passes(
    assets: str | Sequence[str],
    door: str,
    way: Literal["in", "out"],
    at_s: float,
    peak_dbm: float = -42.0,
    beside: str = "",
) -> list[Observation]:
    """A load passes a door at a time; the door beside it, if there is one, overhears it."""
    first, last = at_s - BETWEEN_ZONES_S / 2, at_s + BETWEEN_ZONES_S / 2
    centre_s = {"outer": first if way == "in" else last, "inner": last if way == "in" else first}
    reads = []
    for asset in [assets] if isinstance(assets, str) else assets:
        for zone in ZONES:
            reads += bell(asset, door, zone, centre_s[zone], peak_dbm)
            if beside:
                reads += bell(asset, beside, zone, centre_s[zone], peak_dbm - NEXT_DOOR_DB)
    return by_time(reads)


def turns_back(asset: str, door: str, side: Side, at_s: float) -> list[Observation]:
    """A load comes near from one side, and goes back to it."""
    other: Side = "inner" if side == "outer" else "outer"
    return by_time([*bell(asset, door, side, at_s, -42.0), *bell(asset, door, other, at_s, -55.0)])


def goes_by(asset: str, doors: Sequence[str], at_s: float) -> list[Observation]:
    """Traffic along the wall inside: door after door, three seconds apart, inside a little stronger than outside."""
    return by_time(
        one
        for number, door in enumerate(doors)
        for zone, dbm in (("inner", -58.0), ("outer", -66.0))
        for one in bell(asset, door, "inner" if zone == "inner" else "outer", at_s + 3 * number, dbm, 3.0)
    )


def stands(asset: str, door: str, from_s: float, to_s: float, dbm: float = -60.0) -> list[Observation]:
    """A pallet parked inside, in range: two reads a second inside, now and then one outside."""
    steps = range(int(from_s * 2), int(to_s * 2))
    reads = [read(asset, door, "inner", step / 2, dbm - step % 5) for step in steps]
    return by_time([*reads, *(read(asset, door, "outer", step / 2 + 0.1, dbm - 9 - step % 3) for step in steps[::4])])


def by_time(reads: Iterable[Observation]) -> list[Observation]:
    """Reads in the order of their times."""
    return sorted(reads, key=lambda one: (one.at_us, one.asset, one.place, one.zone))


class Dock:
    """Portals of one site, told in batches of a quarter of a second, with what they said."""

    def __init__(self) -> None:
        self.portals = Portals(lambda door: "SITE")
        self.crossings: list[Crossing] = []
        self.loads: list[Load] = []
        self.staying: list[Observation] = []

    def hear(self, reads: Iterable[Observation], wait_s: float = 20.0) -> list[str]:
        """Let these be read, and then some time pass; answer what is said of crossings, as short texts."""
        before = len(self.crossings)
        batches: dict[int, list[Observation]] = {}
        for one in by_time(reads):
            batches.setdefault(one.at_us // (SECOND // 4) + 1, []).append(one)
        first, last = min(batches), max(batches)
        for number in range(first, last + round(wait_s * 4)):
            for one in batches.get(number, ()):
                self.portals.observe(one)
            self.pass_time(number * (SECOND // 4))
        return [short(crossing) for crossing in self.crossings[before:]]

    def pass_time(self, now_us: int) -> None:
        """Let the gateway's time be this."""
        self.crossings += self.portals.advance(now_us)
        self.staying += self.portals.staying(now_us)
        self.loads += self.portals.complete(now_us)


def short(crossing: Crossing) -> str:
    """`PAL-1 in DOOR-1 @20`."""
    return f"{crossing.asset} {crossing.direction} {crossing.door} @{round((crossing.at_us - T0) / SECOND)}"
