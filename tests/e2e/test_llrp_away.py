"""A gateway that loses its LLRP reader: what was held comes with its own time, what was lost is told; inputs too."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from gateway.clock import SystemClock
from gateway.config.model import Device, ReadPoint
from gateway.identity import encode, identify
from gateway.model import SensorEvent
from simulators.llrp_abilities import Abilities
from simulators.llrp_reader import LlrpReader
from tests.e2e.running import Running, all_events, location_events, running
from tests.e2e.site import site
from tests.simulators.waiting import until

MINUTE_US = 60_000_000
SLOW_US = 10_000_000  # how late a greeting may be heard here, by which the times of a reader without clock are made
EPCS = [encode(f"urn:epc:tag:sscc-96:0.9521141.123456789{digit}") for digit in range(5)]
KEYS = [identify(epc).key for epc in EPCS]


@asynccontextmanager
async def at_the_door(reader: LlrpReader, base: Path) -> AsyncIterator[Running]:
    """A gateway that reads at a door."""
    dock = Device(name="dock", driver="llrp", connect=reader.url, place="PLANT")
    door = ReadPoint(name="door-1", place="DOOR-1", device="dock", antennas=(1,))
    async with running(site(dock, read_points=[door]), base) as run:
        await run.until_device_says("dock", "reading")
        yield run


async def cut(reader: LlrpReader) -> None:
    """Cut the connection; the gateway comes back after its back-off, and not before the caller waits for something."""
    reader.unplug()
    await until(lambda: not reader.in_use)


def see(reader: LlrpReader, count: int) -> list[int]:
    """Let tags pass a minute apart, up to now; returns when."""
    now_us = SystemClock().now_us()
    times = [now_us - (count - number) * MINUTE_US for number in range(count)]
    for epc, seen_us in zip(EPCS, times, strict=False):
        reader.see(epc=epc, antenna=1, rssi_dbm=-50.0, seen_us=seen_us)
    return times


def sensor_events(connection: sqlite3.Connection) -> list[SensorEvent]:
    return [event for event in all_events(connection) if isinstance(event, SensorEvent)]


@pytest.mark.parametrize("utc_clock", [True, False])
async def test_what_was_read_while_the_gateway_was_away_arrived_when_it_was_read(
    utc_clock: bool, tmp_path: Path
) -> None:
    started_us = SystemClock().now_us() - 3600 * 1_000_000
    reader = LlrpReader(now_us=SystemClock().now_us, abilities=Abilities(utc_clock=utc_clock))
    reader.mind.restart(started_us)
    async with reader, at_the_door(reader, tmp_path) as run:
        await cut(reader)
        times = see(reader, len(EPCS))
        told = await run.until(location_events, lambda found: len(found) == len(EPCS))
        assert await run.quarantined() == []
    assert [(event.asset, event.place) for event in told] == [(key, "DOOR-1") for key in KEYS]
    late = [event.at_us - seen_us for event, seen_us in zip(told, times, strict=True)]
    assert all(0 <= one <= (0 if utc_clock else SLOW_US) for one in late)


async def test_a_buffer_that_ran_over_is_a_fault_of_the_reader(tmp_path: Path) -> None:
    reader = LlrpReader(now_us=SystemClock().now_us, abilities=Abilities(buffer=2))
    async with reader, at_the_door(reader, tmp_path) as run:
        await cut(reader)
        see(reader, len(EPCS))
        (lost,) = await run.until_device_says("dock", "buffer_overflow")
        told = await run.until(location_events, lambda found: len(found) == 2)
    assert lost.fault
    assert [event.asset for event in told] == KEYS[-2:]


async def test_a_reader_that_restarted_reads_again(tmp_path: Path) -> None:
    async with (
        LlrpReader(now_us=SystemClock().now_us, abilities=Abilities(utc_clock=False)) as reader,
        at_the_door(reader, tmp_path) as run,
    ):
        reader.restart()
        await run.until_device_says("dock", "reading", times=2)
        reader.see(epc=EPCS[0], antenna=1, rssi_dbm=-50.0, seen_us=SystemClock().now_us())
        (arrived,) = await run.until(location_events, bool)
    assert arrived.asset == KEYS[0]
    assert abs(arrived.at_us - arrived.received_us) < SLOW_US


async def test_the_inputs_of_a_reader_are_told_at_its_place(tmp_path: Path) -> None:
    async with (
        LlrpReader(now_us=SystemClock().now_us, abilities=Abilities(inputs=2)) as reader,
        at_the_door(reader, tmp_path) as run,
    ):
        reader.input(2, high=True)
        told = await run.until(sensor_events, lambda found: len(found) == 3)
    assert [(event.name, event.value, event.place) for event in told] == [
        ("gpi_1", False, "PLANT"),
        ("gpi_2", False, "PLANT"),
        ("gpi_2", True, "PLANT"),
    ]
