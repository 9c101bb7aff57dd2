"""How often is too often, and whether those who walk through subscriptions are disturbed by changes."""

from __future__ import annotations

import threading
import time

from gateway.config.model import Subscription
from gateway.deliver.subscribed import Subscribed
from gateway.subscribing.allowance import Allowance


def test_so_many_within_a_while_and_each_for_oneself() -> None:
    now_s = [0.0]
    allowance = Allowance(2, 60.0, now_s=lambda: now_s[0])
    assert [allowance.take("A"), allowance.take("A"), allowance.take("A"), allowance.take("B")] == [
        True,
        True,
        False,
        True,
    ]
    now_s[0] = 59.9
    assert not allowance.take("A")
    now_s[0] = 60.0
    assert allowance.take("A")


def test_who_walks_through_subscriptions_is_not_disturbed_by_those_that_come_and_go() -> None:
    subscribed, over = Subscribed(), threading.Event()
    view, seen = subscribed.values(), 0
    some = [Subscription(name=f"s-{number}", party="OEM", channel="mqtt") for number in range(50)]

    def change() -> None:
        while not over.is_set():
            for one in some:
                subscribed.put(one)
            for one in some:
                subscribed.drop(one.name)

    changing = threading.Thread(target=change, daemon=True)
    changing.start()
    deadline = time.monotonic() + 30
    try:
        while seen < 20_000 and time.monotonic() < deadline:
            seen += len([one.name for one in view])
    finally:
        over.set()
        changing.join()
    assert seen >= 20_000
    assert (list(view), len(view), some[0] in view) == ([], 0, False)
    subscribed.put(some[0])
    assert (list(view), len(view), some[0] in view) == ([some[0]], 1, True)
