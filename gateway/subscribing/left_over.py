"""What ended subscriptions left over is settled at the start.

A kill may come between a partner's end and the ends of its subscriptions, and subscriptions of config.yaml end without
a word: nobody is told any more that they were given up, and the broker still retains what they were told.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection

from gateway.config.model import Subscription
from gateway.deliver import disabled
from gateway.journal import retained
from gateway.model import Micros


def settle(
    connection: sqlite3.Connection, known: Collection[str], counting: Collection[Subscription], now_us: Micros
) -> None:
    """End what is open about subscriptions that are not `known`, by name; `counting`: those that are told."""
    for name in sorted(disabled.disabled(connection).keys() - set(known)):
        disabled.remove(connection, name, counting, now_us)
    by_mqtt = {one.name for one in counting if one.channel == "mqtt"}
    retained.leave(connection, retained.told(connection) - set(known), by_mqtt, now_us)
