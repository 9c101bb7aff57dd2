"""Prints things at the speed at which they happened, or a multiple of it."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from gateway.model import Micros

Item = TypeVar("Item")


def paced(items: Iterable[Item], at_us: Callable[[Item], Micros | None], speed: float) -> Iterator[Item]:
    """The items, each not before its time, counted from the first one that has a time; at speed 0 without waiting."""
    if speed == 0:
        yield from items
        return
    began_us: Micros | None = None
    began_s = time.monotonic()
    for item in items:
        item_us = at_us(item)
        if item_us is not None:
            began_us = item_us if began_us is None else began_us
            wait_s = (item_us - began_us) / 1e6 / speed - (time.monotonic() - began_s)
            if wait_s > 0:
                sys.stdout.flush()
                time.sleep(wait_s)
        yield item
