"""The wheel in a clean virtual environment, far from the sources: it holds all it needs, and runs the demo."""

from __future__ import annotations

import asyncio
import re
import signal
import site
import subprocess
import sys
import venv
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from zipfile import ZipFile

import httpx
import pytest

from tests.conftest import ROOT
from tests.e2e.running import DEADLINE_S, free_port

STATIC = Path("gateway") / "web" / "static"
CARRIED = (
    "import gateway, sys; from gateway.field.files import deployed; from gateway.catalogue import catalogue;"
    "assert gateway.__file__.startswith(sys.prefix), gateway.__file__;"
    "assert 'WatchdogSec' in deployed('tierview.service') and 'tty' in deployed('60-tierview.rules')"
)


def build(folder: Path) -> Path:
    """Make the wheel as `make wheel` does."""
    run([sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)], cwd=ROOT)
    (wheel,) = folder.glob("*.whl")
    return wheel


def environment(folder: Path, wheel: Path, *, from_the_lock: bool) -> Path:
    """A new virtual environment with the wheel in it; return its folder of programs.

    What the wheel depends on comes from the lock, or, quicker, from this environment, whose own tierview is not
    seen: it is one by a .pth file, and such files count only where Python looks by itself.
    """
    venv.create(folder, with_pip=from_the_lock)
    python = folder / "bin" / "python"
    if from_the_lock:
        run([str(python), "-m", "pip", "install", "-q", "--require-hashes", "-r", str(ROOT / "requirements.lock")])
    else:
        (there,) = folder.glob("lib/python*/site-packages")
        (there / "dependencies.pth").write_text("\n".join(site.getsitepackages()))
    pip = [sys.executable, "-m", "pip", "--python", str(python), "install", "-q", "--no-deps", "--no-index"]
    run([*pip, str(wheel)])
    return folder / "bin"


def run(words: list[str], cwd: Path | None = None) -> str:
    done = subprocess.run(words, capture_output=True, text=True, cwd=cwd, check=False)
    assert done.returncode == 0, f"{' '.join(words)}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def assert_whole(wheel: Path) -> None:
    """Every file of the page and of the gateway that git knows is in the wheel, under the name that it is read by."""
    known = run(["git", "ls-files", "gateway", "device_drivers", "rules", "simulators"], cwd=ROOT).splitlines()
    with ZipFile(wheel) as packed:
        carried = set(packed.namelist())
    assert not {name for name in known if (ROOT / name).is_file()} - carried
    pages = {f"gateway/docs/{file.name}" for file in (ROOT / "docs").glob("*.md")}
    assert pages
    assert pages <= carried
    rooms = {Path(name).parent.name for name in carried if Path(name).is_relative_to(STATIC / "js")}
    assert {"kit", "words", "tower", "map", "alerts", "shipments", "devices", "partners", "kpis", "setup"} <= rooms


async def assert_served(http: httpx.AsyncClient) -> None:
    """The page's modules as its head names them, and one of each further kind of file."""
    page = await http.get("/")
    modules = re.findall(r'(?:src|href)="(/?[\w./-]+\.(?:js|css|svg))"', page.text)
    assert len(modules) > 20
    for path in (*modules, "/vendor/leaflet/leaflet.js"):
        assert (await http.get(path if path.startswith("/") else f"/{path}")).status_code == 200, path


@asynccontextmanager
async def demo(programs: Path, folder: Path) -> AsyncIterator[httpx.AsyncClient]:
    """The installed command's demo, and a client to it; in the end it is asked to stop, and does."""
    port = free_port()
    words = [str(programs / "tierview"), "demo", "--listen", f"127.0.0.1:{port}"]
    process = await asyncio.create_subprocess_exec(
        *words, cwd=folder, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE
    )
    url = f"http://127.0.0.1:{port}"
    try:
        async with httpx.AsyncClient(base_url=url, headers={"origin": url}, trust_env=False) as http:
            yield http
        process.send_signal(signal.SIGINT)
        assert await asyncio.wait_for(process.wait(), DEADLINE_S) in (0, 130)
    finally:
        if process.returncode is None:
            process.kill()
        said = await process.communicate()
    assert b"Traceback" not in said[1], said[1].decode()


async def until_goods_move(http: httpx.AsyncClient) -> None:
    async with asyncio.timeout(DEADLINE_S):
        while True:
            try:
                if (await http.get("/health")).json()["ready"]:
                    break
            except httpx.TransportError:
                pass
            await asyncio.sleep(0.2)
        signed_in = await http.post("/api/v1/demo/session", json={"party": "OEM"})
        assert signed_in.status_code == 204, signed_in.text
        while not any(tier["count"] for tier in (await http.get("/api/v1/board")).json()["tiers"]):  # noqa: ASYNC110 - by asking
            await asyncio.sleep(0.2)


@pytest.mark.timeout(600)
@pytest.mark.parametrize(
    "from_the_lock",
    [pytest.param(False, id="dependencies as here"), pytest.param(True, id="from the lock", marks=pytest.mark.long)],
)
async def test_the_installed_wheel_runs_the_demo(from_the_lock: bool, tmp_path: Path) -> None:
    wheel = await asyncio.to_thread(build, tmp_path / "dist")
    assert_whole(wheel)
    programs = await asyncio.to_thread(environment, tmp_path / "venv", wheel, from_the_lock=from_the_lock)
    away = tmp_path / "away"
    away.mkdir()
    run([str(programs / "python"), "-c", CARRIED], cwd=away)
    assert "user tierview" in run([str(programs / "tierview"), "install", "--systemd", "--dry-run"], cwd=away)
    async with demo(programs, away) as http:
        await until_goods_move(http)
        await assert_served(http)
