"""`tierview tail`: what happens, as it happens, through the API and beside the journal."""

from __future__ import annotations

import asyncio
import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from gateway.cli.shell import run
from gateway.cli.tail_stream import Frame, lines_of, parse_frames
from gateway.journal import open_journal
from tests.cli.command import started, tierview
from tests.cli.site import record, write_config
from tests.conftest import ROOT
from tests.web import world
from tests.web.box import open_box

DEADLINE_S = 60.0


@contextmanager
def tailing(*words: object, token: str = "") -> Iterator[subprocess.Popen[str]]:
    with started("tail", *words, environment={"TIERVIEW_TOKEN": token}) as process:
        try:
            yield process
        finally:
            process.kill()


async def next_row(process: subprocess.Popen[str]) -> dict[str, Any]:
    assert process.stdout is not None
    line = await asyncio.wait_for(asyncio.to_thread(process.stdout.readline), DEADLINE_S)
    row: dict[str, Any] = json.loads(line)
    return row


async def test_the_api_is_followed_with_a_token_from_the_environment(tmp_path: Path) -> None:
    async with open_box(tmp_path) as box:
        party = world.CONFIG.site.operator
        await box.fill()
        with tailing("--url", box.url, "--json", "--after", "0", token=box.tokens[party]) as process:
            rows = [await next_row(process) for _ in world.EVENTS]
        assert [row["event_id"] for row in rows] == [event.event_id for event in world.EVENTS]


async def test_a_revoked_token_ends_it_with_a_reason(tmp_path: Path) -> None:
    async with open_box(tmp_path) as box:
        party = world.CONFIG.site.operator
        secret = tmp_path / "token"
        secret.write_text(box.tokens[party] + "\n")
        await box.revoke(party)
        called = await asyncio.to_thread(tierview, "tail", "--url", box.url, "--token-file", secret)
    assert called.code == 1
    assert "expected a valid token" in called.err
    assert box.tokens[party] not in called.err


async def test_events_and_alerts_come_from_beside_the_journal(tmp_path: Path) -> None:
    async with open_box(tmp_path) as box:
        await box.happen(*world.EVENTS)
        with tailing("--journal", tmp_path, "--json", "--after", "0") as process:
            rows = [await next_row(process) for _ in world.EVENTS]
            await box.tell(*world.ALERTS)
            told = [await next_row(process) for _ in world.ALERTS]
    assert [row["event_id"] for row in rows] == [event.event_id for event in world.EVENTS]
    assert {(row["type"], row["alert_id"]) for row in told} == {("alert", a.alert_id) for a in world.ALERTS}


async def test_only_what_is_wanted_comes(tmp_path: Path) -> None:
    asset = world.EVENTS[-1].asset  # type: ignore[union-attr]
    async with open_box(tmp_path) as box:
        await box.happen(*world.EVENTS)
        with tailing("--journal", tmp_path, "--json", "--after", "0", "--asset", asset) as process:
            row = await next_row(process)
    assert asset in (row["asset"], row.get("parent"))


async def test_readings_are_what_devices_say_as_they_say_it(tmp_path: Path) -> None:
    config = write_config(tmp_path)
    async with open_journal(tmp_path / "journal") as journal:
        with tailing(config, "--journal", tmp_path / "journal", "--readings", "--json") as process:
            row: dict[str, Any] = {}
            reading = asyncio.create_task(next_row(process))
            while not reading.done():  # until it listens, what is recorded is past
                await record(journal)
                await asyncio.wait([reading], timeout=0.2)
            row = await reading
    assert (row["type"], row["device"], row["kind"], row["asset"]) == ("reading", "gate", "passage", "TRL-1")


async def test_devices_that_the_named_configuration_lacks_are_told_once(tmp_path: Path) -> None:
    async with open_journal(tmp_path / "journal") as journal:
        with tailing(ROOT / "config.yaml", "--journal", tmp_path / "journal", "--readings") as process:
            assert process.stderr is not None
            telling = asyncio.create_task(asyncio.to_thread(process.stderr.readline))
            while not telling.done():
                await record(journal)
                await asyncio.wait([telling], timeout=0.2)
            assert (await telling).startswith(f"gate speaks and is not in {ROOT / 'config.yaml'}: ")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--readings"], "expected --journal FOLDER beside --readings"),
        (["--url", "http://127.0.0.1:1"], "expected a token (tv_...)"),
        (["--token-file", "no-such-file"], "no-such-file is none"),
    ],
)
def test_what_is_missing_is_told(
    words: list[str], told: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TIERVIEW_TOKEN", raising=False)
    assert run(["tail", *words]) == 2
    assert told in capsys.readouterr().err


def test_frames_are_told_apart_from_comments_and_heartbeats() -> None:
    lines = ["retry: 2000", "", ": still here", "", "id: 7-1-0", "event: location", 'data: {"a":1}', "", "event: x", ""]
    assert list(parse_frames(lines)) == [Frame(event="location", data=b'{"a":1}', id="7-1-0")]


def test_a_name_may_hold_what_other_places_take_for_the_end_of_a_line() -> None:
    said = 'event: device\r\ndata: {"text":"A\u2028B\x85C"}\r\n\r\n'.encode()
    (frame,) = parse_frames(lines_of(said[at : at + 5] for at in range(0, len(said), 5)))
    assert frame == Frame(event="device", data='{"text":"A\u2028B\x85C"}'.encode())
