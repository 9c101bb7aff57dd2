"""Lost and found positions, told once for each change; and the assets that IMEIs name."""

from __future__ import annotations

import pytest

from device_drivers.fix_changes import MOST_FOLLOWED, FixChanges
from device_drivers.imei import asset_in, asset_of
from gateway.model import Notice


def names(changes: FixChanges, has_fix: list[bool], who: str = "TRL-7") -> list[str]:
    told = [changes.told(who, None, has_fix=one) for one in has_fix]
    return [notice.name for notices in told for notice in notices if isinstance(notice, Notice)]


def test_only_changes_are_told_and_to_begin_with_a_position_is_none() -> None:
    assert names(FixChanges(), [True, True]) == []
    assert names(FixChanges(), [False, False, True, True, False]) == ["no_fix", "fix", "no_fix"]


def test_each_is_followed_by_itself() -> None:
    changes = FixChanges()
    assert changes.told("A", 7, has_fix=False) == [Notice(name="no_fix", text="A has no position", seen_us=7)]
    assert changes.told("B", 8, has_fix=True) == []
    assert changes.told("A", 9, has_fix=True) == [Notice(name="fix", text="A has a position again", seen_us=9)]


def test_those_followed_are_bounded_and_one_forgotten_is_told_of_once_too_often() -> None:
    changes = FixChanges()
    for number in range(MOST_FOLLOWED + 1):
        changes.told(str(number), None, has_fix=False)
    assert names(changes, [False], who=str(MOST_FOLLOWED)) == []
    assert names(changes, [False], who="0") == ["no_fix"]


@pytest.mark.parametrize(
    ("topic", "asset"),
    [
        ("teltonika/864636060329170/data", asset_of("864636060329170")),
        ("864636060329170", "imei:864636060329170"),
        ("fleet/8646360603291701/data", ""),
        ("fleet/van-7", ""),
        ("", ""),
    ],
)
def test_a_topic_may_name_a_tracker(topic: str, asset: str) -> None:
    assert asset_in(topic) == asset
