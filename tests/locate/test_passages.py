"""What a passage at a door of two zones means for goods, trailers and what is told of them."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec
import pytest

from gateway.config.model import Config
from gateway.hearing import Hearing
from gateway.locate import Locator
from gateway.model import AssetKind, LocationEvent, Measurement, Observation, Packing, Passage, TagRead
from gateway.places import PlaceIndex
from gateway.resolve import Resolver
from gateway.walk.digest import Digest
from tests.locate.portal.dock_story import SECOND, T0, by_time, goes_by, passes, read, stands, turns_back

CONFIG = Config.model_validate(
    {
        "parties": [{"code": "OEM", "name": "OEM", "tier": "oem"}],
        "places": [
            {"code": "SITE", "name": "Site", "party": "OEM", "tier": "oem"},
            {"code": "DOOR-1", "name": "Door 1", "party": "OEM", "tier": "oem", "kind": "door", "inside": "SITE"},
            {"code": "DOOR-2", "name": "Door 2", "party": "OEM", "tier": "oem", "kind": "door", "inside": "SITE"},
            {"code": "LINE", "name": "Line", "party": "OEM", "tier": "oem", "kind": "line", "inside": "SITE"},
            {"code": "AFAR", "name": "Afar", "party": "OEM", "tier": "tier2"},
        ],
        "devices": [{"name": "dock", "driver": "llrp", "connect": "tcp://127.0.0.1:5084"}],
        "read_points": [
            {"name": f"{door}-{zone}", "place": door, "device": "dock", "antennas": [number], "zone": zone}
            for number, (door, zone) in enumerate(
                ((door, zone) for door in ("DOOR-1", "DOOR-2") for zone in ("outer", "inner")), 1
            )
        ],
        "inputs": [
            {"device": "dock", "name": f"gpi_{number}", "place": "DOOR-1", "means": f"barrier_{zone}"}
            for number, zone in enumerate(("outer", "inner"), 1)
        ],
    },
    strict=False,
)


class Site:
    """A locator that is told of time, with the events it led to."""

    def __init__(self) -> None:
        self.locator = Locator(CONFIG)

    def hear(self, observations: Iterable[Observation], wait_s: int = 20) -> list[str]:
        """Let these happen a second at a time, and then some time pass; answer the events, as short texts."""
        seconds: dict[int, list[Observation]] = {}
        for one in by_time(observations):
            seconds.setdefault(one.at_us // SECOND + 1, []).append(one)
        told = []
        for second in range(min(seconds), max(seconds) + wait_s):
            located = self.locator.observe(seconds.get(second, []), second * SECOND)
            told += [short(event) for event in located.events if isinstance(event, LocationEvent)]
        return told

    def place(self, asset: str) -> str:
        where = self.locator.board.where(asset)
        return "never met" if where is None else where.place


def short(event: LocationEvent) -> str:
    inside = f" in {event.parent}" if event.parent else ""
    return f"{event.kind} {event.asset} {event.place}{inside}{' late' if event.late else ''}"


def at(asset: str, place: str, at_s: float) -> list[Observation]:
    """Believed reads at a place without zones."""
    kind = AssetKind.TRAILER if asset.startswith("TRL") else AssetKind.PART
    return [
        msgspec.structs.replace(read(asset, place, "inner", at_s + n, -50.0, kind), zone="", read_point="")
        for n in range(2)
    ]


def trailer_comes(door: str, at_s: float) -> Observation:
    passage = Passage(asset="TRL-1", place=door, direction="in", seen_us=T0 + round(at_s * SECOND))
    one = read("TRL-1", door, "outer", at_s, None, AssetKind.TRAILER)
    return msgspec.structs.replace(one, reading=passage, zone="", direction="in")


def test_what_comes_in_has_arrived_at_the_door() -> None:
    site = Site()
    assert site.hear(passes("A-1", "DOOR-1", "in", 20)) == ["arrived A-1 DOOR-1"]
    assert site.place("A-1") == "DOOR-1"


def test_what_comes_in_where_a_trailer_stands_came_out_of_it() -> None:
    told = Site().hear([trailer_comes("DOOR-1", 0), *passes("A-1", "DOOR-1", "in", 20)])
    assert told == ["arrived TRL-1 DOOR-1", "unloaded A-1 DOOR-1 in TRL-1", "arrived A-1 DOOR-1"]


def test_what_goes_out_is_loaded_into_the_trailer_there_once() -> None:
    site = Site()
    told = site.hear([*at("A-1", "LINE", 0), trailer_comes("DOOR-1", 5), *passes("A-1", "DOOR-1", "out", 20)])
    assert told == ["arrived A-1 LINE", "arrived TRL-1 DOOR-1", "loaded A-1 DOOR-1 in TRL-1"]
    assert site.hear(passes("A-1", "DOOR-1", "out", 80)) == []


def test_what_goes_out_where_no_trailer_is_known_has_left() -> None:
    site = Site()
    assert site.hear([*at("A-1", "LINE", 0), *passes("A-1", "DOOR-1", "out", 20)]) == [
        "arrived A-1 LINE",
        "left A-1 DOOR-1",
    ]
    assert site.place("A-1") == ""


def test_what_comes_from_the_hall_and_back_moves_and_is_no_longer_in_the_trailer() -> None:
    site = Site()
    site.hear([trailer_comes("DOOR-1", 0), *at("A-1", "LINE", 5), *passes("A-1", "DOOR-1", "out", 20)])
    assert site.hear(passes("A-1", "DOOR-1", "in", 60)) == ["unloaded A-1 DOOR-1 in TRL-1"]
    assert site.place("A-1") == "DOOR-1"


@pytest.mark.parametrize(
    "stray",
    [
        turns_back("A-1", "DOOR-1", "inner", 20),
        goes_by("A-1", ["DOOR-1", "DOOR-2"], 20),
        stands("A-1", "DOOR-1", 20, 60),
    ],
    ids=["turns back", "goes by", "stands a while"],
)
def test_what_does_not_cross_stays_where_it_was(stray: list[Observation]) -> None:
    site = Site()
    assert site.hear([*at("A-1", "LINE", 0), trailer_comes("DOOR-1", 5), *stray]) == [
        "arrived A-1 LINE",
        "arrived TRL-1 DOOR-1",
    ]
    assert site.place("A-1") == "LINE"
    assert Site().hear(stray) == []


def test_an_unknown_pallet_that_stays_in_range_is_on_the_site_by_no_door() -> None:
    site = Site()
    assert site.hear(stands("A-1", "DOOR-1", 0, 400)) == ["arrived A-1 SITE"]
    assert site.hear(passes("A-1", "DOOR-1", "out", 420)) == ["left A-1 DOOR-1"]


def test_a_trailer_read_at_a_zone_stands_at_the_door() -> None:
    reads = [read("TRL-1", "DOOR-1", "outer", second, -60.0, AssetKind.TRAILER) for second in range(30)]
    assert Site().hear(reads) == ["arrived TRL-1 DOOR-1"]


def test_a_reader_inside_may_know_first_then_the_passage_is_history() -> None:
    site = Site()
    told = site.hear([*passes("A-1", "DOOR-1", "in", 20), *at("A-1", "LINE", 22)])
    assert told == ["arrived A-1 LINE", "arrived A-1 DOOR-1 late"]
    assert site.place("A-1") == "LINE"


def test_parts_go_with_the_pallet_that_they_are_packed_on() -> None:
    site = Site()
    packing = Packing(asset="A-1", parent="PAL-1", action="ADD", seen_us=T0)
    packed = msgspec.structs.replace(
        read("A-1", "LINE", "inner", 1, None), reading=packing, zone="", parent="PAL-1", parent_kind=AssetKind.PALLET
    )
    site.hear([packed], wait_s=1)
    told = site.hear(passes(["PAL-1", "A-1"], "DOOR-1", "out", 20))
    assert told == ["left PAL-1 DOOR-1"]
    assert site.place("A-1") == site.place("PAL-1") == ""


def test_ticks_go_on_until_all_is_told_though_the_reader_is_gone() -> None:
    places = PlaceIndex(CONFIG.places)
    locator = Locator(CONFIG, places)
    digest = Digest(resolver=Resolver(CONFIG, places), locator=locator, hearing=Hearing([], {}), decoders={})
    states = [digest.hears_any]
    locator.observe(passes("A-1", "DOOR-1", "in", 20), T0 + 30 * SECOND)
    states.append(digest.hears_any)
    for second in range(31, 60):
        digest.digest([], T0 + second * SECOND)
    assert [*states, digest.hears_any] == [False, True, False]


def test_after_a_kill_half_a_passage_is_none() -> None:
    """What was under way is not remembered: nothing is told rather than something wrong."""
    reads = passes("A-1", "DOOR-1", "in", 20)
    middle = T0 + round(20.7 * SECOND)
    before, after = Site(), Site()
    assert before.hear([one for one in reads if one.at_us < middle], wait_s=1) == []
    rest = [one for one in reads if one.at_us >= middle and one.zone == "inner"]
    assert after.hear(rest) == []


def test_light_barriers_of_the_door_overrule_its_reads() -> None:
    beams = [
        msgspec.structs.replace(
            read("dock", "DOOR-1", "outer", at_s, None, AssetKind.PLACE),
            device="dock",
            reading=Measurement(name=name, value=True, seen_us=T0 + round(at_s * SECOND)),
            zone="",
        )
        for name, at_s in (("gpi_2", 19.5), ("gpi_1", 20.5))
    ]
    assert Site().hear([*beams, *passes("A-1", "DOOR-1", "in", 20)]) == ["left A-1 DOOR-1"]


def test_the_zone_of_an_antenna_is_that_of_its_read_point() -> None:
    resolved = Resolver(CONFIG).resolve("dock", TagRead(epc=b"\x30" * 12, antenna=4), T0)
    assert isinstance(resolved, Observation)
    assert (resolved.place, resolved.zone) == ("DOOR-2", "inner")


def test_a_read_without_a_zone_at_the_same_site_is_none_of_the_portals() -> None:
    site = Site()
    assert site.hear(at("A-1", "LINE", 0)) == ["arrived A-1 LINE"]
    assert len(site.locator.passages.portals) == 0
    assert isinstance(at("A-1", "LINE", 0)[0].reading, TagRead)
