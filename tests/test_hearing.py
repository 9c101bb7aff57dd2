"""When devices were last heard, over restarts; and that an absence of the gateway is no silence of theirs."""

from __future__ import annotations

import msgspec

from gateway.hearing import SAVE_EVERY_US, Hearing
from gateway.model import Cleared, DeviceState, Finding
from rules.silent_device import Rule

HOUR_US = 3600 * 1_000_000
LIMIT_US = HOUR_US // 4


def expected(known_us: int = 0, device: str = "gps") -> DeviceState:
    return DeviceState(device=device, place="", asset="T1", known_us=known_us)


def saved(hearing: Hearing) -> dict[str, DeviceState]:
    return {state.device: state for state in hearing.unsaved()}


def test_what_was_heard_is_saved_at_a_bearable_rate_and_each_change_once() -> None:
    hearing = Hearing([expected()], {})
    assert set(saved(hearing)) == {"gps"}, "at first everything is new"
    assert saved(hearing) == {}
    hearing.heard("gps", SAVE_EVERY_US)
    assert saved(hearing)["gps"].heard_us == SAVE_EVERY_US
    hearing.heard("gps", SAVE_EVERY_US + 1)
    assert saved(hearing) == {}, "so soon it says nothing new"
    assert hearing.state("gps").heard_us == SAVE_EVERY_US + 1
    hearing.heard("gps", 2 * SAVE_EVERY_US)
    assert saved(hearing)["gps"].heard_us == 2 * SAVE_EVERY_US


def test_what_comes_late_does_not_turn_it_back() -> None:
    hearing = Hearing([expected()], {})
    hearing.heard("gps", 5)
    hearing.heard("gps", 3)
    assert hearing.state("gps").heard_us == 5


def test_links_are_saved_at_once_and_forgotten_by_a_restart() -> None:
    hearing = Hearing([expected()], {})
    saved(hearing)
    hearing.linked("gps", connected=True)
    kept = saved(hearing)
    assert kept["gps"].connected
    assert not Hearing([expected()], kept).state("gps").connected


def test_a_restart_keeps_when_a_device_was_heard_and_listens_anew() -> None:
    hearing = Hearing([expected()], {})
    hearing.heard("gps", 7)
    after = Hearing([expected(known_us=HOUR_US)], saved(hearing))
    assert after.state("gps") == DeviceState(device="gps", place="", asset="T1", heard_us=7, known_us=HOUR_US)


def test_an_absence_of_the_gateway_is_no_silence_of_the_device() -> None:
    rule = Rule(limit_s=LIMIT_US / 1_000_000)
    returned_us = 10 * HOUR_US
    hearing = Hearing([expected(known_us=returned_us)], {"gps": expected()})
    hearing.heard("gps", HOUR_US)  # long before the absence
    judged = rule.judge(hearing.state("gps"), returned_us + 1)
    assert judged.verdict is None, "neither silent nor heard again: nobody was listening"
    assert judged.again_us == returned_us + LIMIT_US + 1
    assert isinstance(rule.judge(hearing.state("gps"), judged.again_us).verdict, Finding)
    hearing.heard("gps", judged.again_us)
    assert isinstance(rule.judge(hearing.state("gps"), judged.again_us).verdict, Cleared)


def test_devices_come_and_go_while_it_runs() -> None:
    hearing = Hearing([expected(), expected(device="old")], {})
    hearing.heard("gps", 5)
    hearing.linked("gps", connected=True)
    saved(hearing)
    moved = msgspec.structs.replace(expected(known_us=9), asset="T2")
    hearing.expect([moved, expected(known_us=9, device="new")])
    gps = hearing.state("gps")
    assert (gps.heard_us, gps.connected, gps.asset, gps.known_us) == (5, True, "T2", 0)
    assert set(saved(hearing)) == {"new"}
    assert hearing.find("old") is None
    hearing.heard("old", 7)  # it was on its way
    hearing.linked("old", connected=False)
    assert {state.device for state in hearing.all()} == {"gps", "new"}
