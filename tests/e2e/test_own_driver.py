"""A driver of one's own, one file beside the configuration: `tierview run` receives its readings over TCP.

The driver is the one that CONTRIBUTING.md writes. Each gateway is a process of its own.
"""

from __future__ import annotations

import asyncio
import os
import sqlite3
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest

from gateway.errors import TierviewError
from gateway.journal import beside, events
from gateway.model import LocationEvent
from tests.conftest import ROOT
from tests.test_contributing import FILE

FRAME = bytes.fromhex("a10f02c93034257bf400b7800004cb2f1c")
CONFIG = """\
site: {{operator: OEM}}
http: {{listen: "127.0.0.1:0"}}
parties: [{{code: OEM, name: Elbe Motors, tier: oem}}]
places: [{{code: PLANT, name: Plant, party: OEM, tier: oem}}]
devices:
  - {{name: dock, driver: acme_a1, connect: "tcp://127.0.0.1:{port}", place: PLANT, settings: {{antennas: 2}}}}
locating: {{presence: {{least_reads: 1}}}}
"""


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A folder with the driver of the text; the configuration follows."""
    (tmp_path / "drivers").mkdir()
    text = dict(FILE.findall((ROOT / "CONTRIBUTING.md").read_text()))["device_drivers/acme_a1.py"]
    (tmp_path / "drivers" / "acme_a1.py").write_text(text)
    return tmp_path


@asynccontextmanager
async def reader() -> AsyncIterator[int]:
    """A reader that says one tag to whoever connects, and stays on the line."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"noise" + FRAME)
        await reader.read()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]


async def tierview(*words: str | Path) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "gateway", *map(str, words), stdout=-1, stderr=asyncio.subprocess.STDOUT, cwd=ROOT
    )


async def test_a_driver_of_ones_own_is_run_from_its_folder(site: Path) -> None:
    async with reader() as port:
        config = site / "config.yaml"
        config.write_text(CONFIG.format(port=port))
        gateway = await tierview("run", config)
        try:
            async with asyncio.timeout(30):
                found = await _arrived(site / "data")
        finally:
            gateway.terminate()
            await gateway.communicate()
    assert found == ("urn:epc:id:sgtin:0614141.000734.314159", "PLANT", "dock")
    assert gateway.returncode == 0


async def test_it_is_shown_and_its_settings_are_checked(site: Path) -> None:
    config = site / "config.yaml"
    config.write_text(CONFIG.format(port=1).replace("antennas: 2", "antenas: 2"))
    shown = await tierview("devices", "list", "--drivers")
    assert b"acme_a1" not in (await shown.communicate())[0], "only beside its configuration"
    checked = await tierview("check", config)
    said = (await checked.communicate())[0].decode()
    assert checked.returncode == 2
    assert "antenas" in said
    assert "antennas" in said, "it names the nearest"


@pytest.mark.parametrize("fault", ["writable", "broken", "taken", "nameless", "unknown"])
async def test_a_folder_that_cannot_be_used_is_said_in_words(site: Path, fault: str) -> None:
    config, driver = site / "config.yaml", site / "drivers" / "acme_a1.py"
    config.write_text(CONFIG.format(port=1))
    if fault == "writable":
        os.chmod(site / "drivers", 0o777)
    elif fault == "broken":
        driver.write_text("def (")
    elif fault == "nameless":
        driver.write_text(driver.read_text().replace('NAME = "acme_a1"', ""))
    elif fault == "unknown":
        driver.write_text("import gateway\nSETTINGS = Setings()\n")
    else:
        driver.write_text(driver.read_text().replace('NAME = "acme_a1"', 'NAME = "llrp"'))
    checked = await tierview("check", config)
    said = (await checked.communicate())[0].decode()
    assert checked.returncode == 2
    expected = {
        "writable": "chmod go-w",
        "broken": "acme_a1.py cannot be loaded",
        "taken": "two drivers",
        "nameless": "expected also NAME",
        "unknown": "acme_a1.py cannot be loaded: name 'Setings'",
    }
    assert expected[fault] in said


async def _arrived(folder: Path) -> tuple[str, str, str]:
    """Asset, place and device of the first location event, as a reader beside the gateway sees it."""
    while True:
        await asyncio.sleep(0.05)
        with suppress(TierviewError, sqlite3.Error), beside.reading(folder) as connection:
            for _, event in events.after(connection, 0, 100):
                if isinstance(event, LocationEvent):
                    return event.asset, event.place, event.device
