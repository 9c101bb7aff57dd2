"""The LLRP driver: captured messages, and a foreign emulator over TCP. Its set-up: `test_llrp_setup`."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from llrpkit.emulator.core import LLRPEmulator

from device_drivers import llrp_answers as answers
from device_drivers.llrp import Decoder, Settings
from device_drivers.llrp_capabilities import Capabilities
from device_drivers.llrp_wire import HEADER_BYTES, MessageType
from gateway.model import Measurement, Notice, Output, Rejected, Send, TagRead
from tests.device_drivers.llrp_talk import names, sent

NOW_US = 1_767_225_600_000_000  # 2026-01-01T00:00:00Z


def _rows(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text().splitlines()]


# --- captured messages -----------------------------------------------------------------------------


def _assert_read(read: Output, expected: dict[str, Any]) -> None:
    assert isinstance(read, TagRead)
    assert read.epc.hex() == expected["epc"]
    assert read.antenna == expected["antenna_id"]
    assert read.rssi_dbm == expected["peak_rssi_dbm"]
    assert read.seen_us == expected["first_seen_utc_us"]
    assert read.count == expected.get("tag_seen_count", 1)


def test_every_report_of_a_captured_inventory_is_read(shared_fixtures: Path) -> None:
    folder = shared_fixtures / "devices/llrp"
    expected = [
        tag for row in _rows(folder / "ro_access_report_stream.expected.jsonl") for tag in row["expected"]["tags"]
    ]
    reads = Decoder(Settings()).feed((folder / "ro_access_report_stream.bin").read_bytes(), NOW_US)
    assert len(reads) == len(expected) == 32
    for read, tag in zip(reads, expected, strict=True):
        _assert_read(read, tag)


def test_reports_captured_by_edgex_are_read(shared_fixtures: Path) -> None:
    rows = _rows(shared_fixtures / "devices/llrp/edgex_ro_access_reports.jsonl")
    decoder = Decoder(Settings())
    for row in rows:
        (read,) = decoder.feed(bytes.fromhex(row["frame_hex"]), NOW_US)
        _assert_read(read, row["expected"])


def test_a_captured_greeting_begins_the_set_up(shared_fixtures: Path) -> None:
    (row,) = _rows(shared_fixtures / "devices/llrp/reader_event_notification.jsonl")
    outputs = Decoder(Settings()).feed(bytes.fromhex(row["hex"]), NOW_US)
    notice = outputs[0]
    assert isinstance(notice, Notice)
    assert (notice.name, notice.seen_us) == ("connection_accepted", row["expected"]["utc_us"])
    assert [said.type for said in sent(outputs)] == [MessageType.GET_SUPPORTED_VERSION]


def test_impinj_capabilities_are_read(shared_fixtures: Path) -> None:
    folder = shared_fixtures / "devices/llrp"
    expected = json.loads((folder / "impinj_capabilities_response.expected.json").read_text())
    found = Capabilities.of((folder / "impinj_capabilities_response.bin").read_bytes()[HEADER_BYTES:])
    assert found.antennas == expected["max_antennas"]
    assert (found.maker, found.model) == (expected["manufacturer_pen"], expected["model"])
    assert found.firmware == expected["firmware"]


def test_edgex_capabilities_are_read_with_their_power_table(shared_fixtures: Path) -> None:
    folder = shared_fixtures / "devices/llrp"
    expected = json.loads((folder / "edgex_GetReaderCapabilitiesResponse.expected.json").read_text())
    general = expected["GeneralDeviceCapabilities"]
    band = expected["RegulatoryCapabilities"]["UHFBandCapabilities"]
    found = Capabilities.of((folder / "edgex_GetReaderCapabilitiesResponse.body.bin").read_bytes())
    assert found.antennas == general["MaxSupportedAntennas"]
    assert found.firmware == general["FirmwareVersion"]
    levels = [(level["Index"], level["TransmitPowerValue"] / 100) for level in band["TransmitPowerLevels"]]
    assert list(found.powers_dbm) == levels
    assert found.hop_table == band["FrequencyInformation"]["FrequencyHopTables"][0]["HopTableID"]


@pytest.mark.parametrize("name", ["edgex_GetROSpecsResponse", "edgex_GetAccessSpecsResponse"])
def test_status_is_read_from_captured_bodies(shared_fixtures: Path, name: str) -> None:
    body = (shared_fixtures / f"devices/llrp/{name}.body.bin").read_bytes()
    expected = json.loads((shared_fixtures / f"devices/llrp/{name}.expected.json").read_text())["LLRPStatus"]
    assert answers.Status.of(body).code == expected["Status"]


# --- a foreign emulator over TCP -------------------------------------------------------------------

FOUR_INPUTS = {f"gpi_{port}" for port in (1, 2, 3, 4)}


class Connection:
    """A driver's connection to the emulator."""

    def __init__(self, settings: Settings, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.outputs: list[Output] = []
        self._decoder = Decoder(settings)
        self._reader = reader
        self._writer = writer

    def of(self, kind: type[Any]) -> list[Any]:
        return [output for output in self.outputs if isinstance(output, kind)]

    async def until(self, enough: Callable[[], bool]) -> None:
        """Converse until there is enough."""
        async with asyncio.timeout(20):
            while not enough():
                data = await self._reader.read(65_536)
                assert data, "the emulator closed the connection"
                said = self._decoder.feed(data, NOW_US)
                for output in said:
                    if isinstance(output, Send):
                        self._writer.write(output.data)
                self.outputs += said


@asynccontextmanager
async def connected(emulator: LLRPEmulator, settings: Settings) -> AsyncIterator[Connection]:
    """A connection that is set up."""
    reader, writer = await asyncio.open_connection("127.0.0.1", emulator.port)
    try:
        connection = Connection(settings, reader, writer)
        await connection.until(lambda: "reading" in names(connection.outputs))
        assert "give_up" not in names(connection.outputs)
        yield connection
        assert not connection.of(Rejected)
    finally:
        writer.close()
        await writer.wait_closed()


async def test_an_emulated_reader_is_set_up_and_read_over_tcp() -> None:
    """It refuses ENABLE_EVENTS_AND_REPORTS and DELETE_ROSPEC of all, and knows no immediate start: nothing stops us."""
    async with (
        LLRPEmulator(host="127.0.0.1", port=0) as emulator,
        connected(emulator, Settings(start="command")) as connection,
    ):
        await connection.until(lambda: len(connection.of(TagRead)) >= 50)
        await emulator.send_keepalive()
        await connection.until(lambda: len(connection.of(TagRead)) >= 100)
        await emulator.wait_keepalive_ack()
    assert all(read.seen_us and read.antenna and read.rssi_dbm for read in connection.of(TagRead))
    assert any(read.rssi_dbm % 1 for read in connection.of(TagRead))  # in Impinj's own words
    assert not any(read.tid for read in connection.of(TagRead))


async def test_an_emulated_reader_gives_tids_filters_and_loses_an_antenna() -> None:
    settings = Settings(start="command", tid=True, filter=("e2000017010b016210000003",), antenna_power_dbm={4: 27.0})
    async with (
        LLRPEmulator(host="127.0.0.1", port=0, reads_per_sec=2000) as emulator,
        connected(emulator, settings) as connection,
    ):
        await connection.until(lambda: len(connection.of(TagRead)) >= 20)
        await emulator.set_antenna_connected(4, connected=False)
        await connection.until(lambda: "antenna_disconnected" in names(connection.outputs))
    assert {(read.epc[-1], read.antenna, read.tid) for read in connection.of(TagRead)} == {
        (3, 4, bytes.fromhex("e2801105010b016210000003"))
    }


async def test_an_emulated_readers_inputs_are_told_and_start_it() -> None:
    settings = Settings(start="gpi", gpi_port=2, gpi_read_s=0)
    async with LLRPEmulator(host="127.0.0.1", port=0) as emulator, connected(emulator, settings) as connection:
        assert {one.name for one in connection.of(Measurement)} == FOUR_INPUTS
        assert not connection.of(TagRead)
        await emulator.set_gpi(2, high=True)
        await connection.until(lambda: len(connection.of(TagRead)) >= 10)
        await emulator.set_gpi(2, high=False)
        await connection.until(lambda: "rospec_ended" in names(connection.outputs))
    assert [one.value for one in connection.of(Measurement) if one.name == "gpi_2"] == [False, True, False]
    assert "give_up" not in names(connection.outputs)
