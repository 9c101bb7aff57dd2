"""Real captured streams over real lines and sockets, into a whole gateway: each is what its expectation says."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from gateway.config.model import Config, Device, ReadPoint
from gateway.identity import identify
from gateway.model import EventKind, LocationEvent, PositionEvent
from tests.device_drivers.test_nmea0183 import (
    DIFFERENCES,
    NONE,
    WITHOUT_POSITIONS,
    At,
    decode,
    fixes,
    gpsd_positions,
    iso,
    log_bytes,
    only_in,
    rejected,
)
from tests.e2e.captured_reader import captured_reader
from tests.e2e.running import Running, all_quarantined, location_events, payloads, position_events, running
from tests.e2e.serial_line import plugged, say_all
from tests.e2e.site import site


def at(event: PositionEvent) -> At:
    return At(iso(event.device_us), event.lat, event.lon)


# --- GPS receivers, each on a pseudo-terminal -----------------------------------------------------


def receivers(logs: list[Path], folder: Path) -> Config:
    return site(
        *(
            Device(
                name=log.stem,
                driver="nmea0183",
                connect=f"serial://{folder / log.stem}?baud=9600",
                asset=f"TRL-{log.stem}",
            )
            for log in logs
        )
    )


async def test_every_log_of_a_receiver_over_a_serial_line(shared_fixtures: Path, tmp_path: Path) -> None:
    """21 receivers on 21 lines at once: all that came is on the tape, and every fix is an event as gpsd has it."""
    logs = sorted((shared_fixtures / "devices/gps").glob("*.log"))
    assert len(logs) == 21
    with ExitStack() as stack:
        plugs = {log: stack.enter_context(plugged(tmp_path / log.stem)) for log in logs}
        async with running(receivers(logs, tmp_path), tmp_path) as run:
            for log in logs:
                await run.until_device_says(log.stem, "connected")
            await asyncio.gather(*(asyncio.to_thread(say_all, plug, log_bytes(log)) for log, plug in plugs.items()))
            for log in logs:
                await assert_log(run, log)


async def assert_log(run: Running, log: Path) -> None:
    data = log_bytes(log)
    assert await run.until_taped(log.stem, data) == data, log.name
    out = decode(data)
    refused = [(one.reason, one.data) for one in rejected(out)]
    kept = await run.until(
        lambda c: [(row.reason, row.data) for row in all_quarantined(c) if row.source == log.stem],
        lambda rows: len(rows) >= len(refused),
    )
    assert kept == refused, log.name
    told = await run.until(
        lambda c: [event for event in position_events(c) if event.device == log.stem],
        lambda found: len(found) >= len(fixes(out)),
    )
    assert {event.asset for event in told} <= {f"TRL-{log.stem}"}
    # Positions that come in one packet are told in the order of their times, whatever order the receiver sent.
    expected = [At(iso(fix.seen_us), fix.lat, fix.lon) for fix in fixes(out)]
    assert Counter(at(event) for event in told) == Counter(expected), log.name
    if not log.name.startswith("ubx_"):  # no verdict of gpsd on these: UBX, which this driver tells as noise
        assert_as_gpsd(log, [at(event) for event in told])


def assert_as_gpsd(log: Path, ours: list[At]) -> None:
    gpsd = gpsd_positions(log)
    expected = DIFFERENCES.get(log.name, NONE)
    assert {one.time for one in only_in(ours, gpsd)} == expected.ours, log.name
    assert {one.time for one in only_in(gpsd, ours)} == expected.gpsd, log.name
    assert bool(ours or gpsd) != (log.name in WITHOUT_POSITIONS), log.name


# --- an M100 module on a pseudo-terminal ----------------------------------------------------------


async def test_the_m100_stream_over_a_serial_line(shared_fixtures: Path, tmp_path: Path) -> None:
    folder = shared_fixtures / "devices/serial"
    stream = (folder / "m100_stream.bin").read_bytes()
    epcs = json.loads((folder / "m100_stream.expected.jsonl").read_text())["epcs_in_order"]
    module = Device(name="m100", driver="m100", connect=f"serial://{tmp_path / 'm100'}?baud=115200", place="DOOR-1")
    with plugged(tmp_path / "m100") as plug:
        async with running(site(module), tmp_path) as run:
            await run.until_device_says("m100", "connected")
            plug.say(stream)
            assert await run.until_taped("m100", stream) == stream
            told = await run.until(location_events, lambda found: len(found) >= len(epcs))
            (cut,) = await run.until(all_quarantined, bool)
    keys = [identify(bytes.fromhex(epc)).key for epc in epcs]
    assert [(event.asset, event.kind, event.place) for event in told] == [
        (key, EventKind.ARRIVED, "DOOR-1") for key in keys
    ]
    assert (cut.source, cut.stage, cut.reason, len(cut.data)) == ("m100", "decode", "truncated", 23)
    assert cut.data in stream


# --- LLRP readers over TCP ------------------------------------------------------------------------


async def test_the_captured_inventory_of_an_llrp_reader_over_tcp(shared_fixtures: Path, tmp_path: Path) -> None:
    folder = shared_fixtures / "devices/llrp"
    tags = [tag for row in rows(folder / "ro_access_report_stream.expected.jsonl") for tag in row["expected"]["tags"]]
    assert len(tags) == 32
    await assert_llrp(folder, tags, (folder / "ro_access_report_stream.bin").read_bytes(), tmp_path)


async def test_reports_captured_by_edgex_over_tcp(shared_fixtures: Path, tmp_path: Path) -> None:
    folder = shared_fixtures / "devices/llrp"
    reports = rows(folder / "edgex_ro_access_reports.jsonl")
    frames = b"".join(bytes.fromhex(row["frame_hex"]) for row in reports)
    await assert_llrp(folder, [row["expected"] for row in reports], frames, tmp_path)


async def assert_llrp(folder: Path, tags: list[dict[str, Any]], reports: bytes, base: Path) -> None:
    """Every tag of the reports arrived at its antenna's door, when it was first seen by the reader's own clock."""
    capabilities = (folder / "impinj_capabilities_response.bin").read_bytes()
    arrived = first_seen(tags)
    async with captured_reader(capabilities=capabilities, reports=reports) as reader:
        connect = f"tcp://127.0.0.1:{reader.port}"
        device = Device(name="dock", driver="llrp", connect=connect, settings={"gpi": False})
        door = ReadPoint(name="door-1", place="DOOR-1", device="dock", antennas=(1,))
        async with running(site(device, read_points=[door]), base) as run:
            (said,) = await run.until_device_says("dock", "capabilities")
            await run.until(lambda c: b"".join(payloads(c, "dock")), lambda heard: reports in heard)
            told = await run.gateway.journal.read(location_events)
            assert run.gateway.floor.pipeline.counts.readings == len(tags)
            assert await run.quarantined() == []
    assert said.text.startswith("Impinj model")
    assert {event.asset: event.at_us for event in told} == arrived
    assert {place_of(event) for event in told} == {(EventKind.ARRIVED, "door-1", "DOOR-1", "")}
    assert len(told) == len(arrived)


def first_seen(tags: list[dict[str, Any]]) -> dict[str, int]:
    """When each asset was first seen."""
    found: dict[str, int] = {}
    for tag in tags:
        assert tag["antenna_id"] == 1
        found.setdefault(identify(bytes.fromhex(tag["epc"])).key, tag["first_seen_utc_us"])
    return found


def place_of(event: LocationEvent) -> tuple[EventKind, str, str, str]:
    return event.kind, event.read_point, event.place, event.time_fixed


def rows(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text().splitlines()]
