"""Ids come from content: the same happening has one id, another happening another."""

from __future__ import annotations

from gateway.device_events import device_event, link_event
from gateway.event_id import event_id
from gateway.model import EventKind, Notice


def test_the_same_content_gives_the_same_128_bits_for_ever() -> None:
    # printf "arrived\x1fTRL-1\x1fPLANT\x1f1700000000000000\x1fgate" | b2sum -l 128
    assert event_id(EventKind.ARRIVED, "TRL-1", "PLANT", 1_700_000_000_000_000, "gate") == (
        "cc29e8c074191f6adbdbdfb47a78115e"
    )


def test_moved_and_arrived_are_one_coming_seen_with_and_without_its_past() -> None:
    moved = event_id(EventKind.MOVED, "TRL-1", "PLANT", 1, "gate")
    assert moved == event_id(EventKind.ARRIVED, "TRL-1", "PLANT", 1, "gate")
    assert moved != event_id(EventKind.LEFT, "TRL-1", "PLANT", 1, "gate")


def test_fields_do_not_run_into_each_other() -> None:
    assert event_id("sensor", "AB", "C", 1, "d") != event_id("sensor", "A", "BC", 1, "d")


def test_a_notice_delivered_twice_is_one_event_timed_by_the_gateway() -> None:
    notice = Notice(name="antenna_lost", text="antenna 2", fault=True, antenna=2, seen_us=77)
    first, again = device_event("dock-1", notice, 1000, 1001), device_event("dock-1", notice, 2000, 2001)
    assert first.event_id == again.event_id
    assert (first.at_us, first.antenna, first.fault, first.text) == (1000, 2, True, "antenna 2")


def test_a_lost_link_is_a_fault_and_a_new_one_is_not() -> None:
    lost = link_event("dock-1", "disconnected", "the reader closed", 5, 6)
    back = link_event("dock-1", "connected", "", 9, 10)
    assert (lost.fault, back.fault) == (True, False)
    assert lost.event_id != back.event_id
