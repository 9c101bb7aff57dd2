"""How much work each contest does: in full, and in short for the test suite."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Size:
    """Counts of units in one repetition."""

    repetitions: int
    decoded: int  # by our drivers and the fast floors; slow peers take a tenth
    located: int
    rows: int
    messages: int  # through whole gateways by MQTT
    tags: int  # different ones among those: all are met once before the clock runs
    reports: int  # of tags, through whole gateways by LLRP
    paced: int  # messages at 1,000 a second
    subscribers: int  # of one alert
    alerts: int  # told to all of them, one after the other
    pairs: int  # alerts told to two
    open_shipments: int
    arrivals: int  # of late ones among those
    due: int  # more of them, which fall due one after the other
    calls: int  # of a command
    moving: int  # trucks on the page's map
    watched_s: int  # how long the page is looked at


FULL = Size(
    repetitions=5,
    decoded=200_000,
    located=200_000,
    rows=50_000,
    messages=100_000,
    tags=5_000,
    reports=400_000,
    paced=5_000,
    subscribers=1_000,
    alerts=30,
    pairs=300,
    open_shipments=100_000,
    arrivals=1_000,
    due=1_000,
    calls=10,
    moving=5_000,
    watched_s=20,
)
SHORT = Size(
    repetitions=1,
    decoded=5_000,
    located=5_000,
    rows=2_000,
    messages=3_000,
    tags=500,
    reports=10_000,
    paced=500,
    subscribers=60,
    alerts=2,
    pairs=10,
    open_shipments=500,
    arrivals=50,
    due=50,
    calls=2,
    moving=300,
    watched_s=2,
)
