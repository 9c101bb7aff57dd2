"""Which driver suits a port: simulated devices on pseudo-terminals, which take any speed."""

from __future__ import annotations

import asyncio
import os
import tty
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from gateway.clock import SystemClock
from gateway.discovery import attempt
from gateway.discovery.attempt import CANDIDATES, Candidate, driver_of
from simulators.m100_reader import Module

GGA = b"$GPGGA,092750.000,5321.6802,N,00630.3372,W,1,8,1.03,61.7,M,55.2,M,,*76\r\n"
RMC = b"$GPRMC,092750.000,A,5321.6802,N,00630.3372,W,0.02,31.66,280511,,,A*43\r\n"


@pytest.fixture(autouse=True)
def _brief(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attempt, "SECONDS", 0.8)


@asynccontextmanager
async def port() -> AsyncIterator[tuple[int, str]]:
    device, other = os.openpty()
    tty.setraw(other)
    os.set_blocking(device, False)
    try:
        yield device, os.ttyname(other)
    finally:
        os.close(device)
        os.close(other)


async def _speak(device: int, said: bytes) -> None:
    while True:
        os.write(device, said)
        await asyncio.sleep(0.1)


async def _answer(device: int) -> None:
    module, loop = Module(), asyncio.get_running_loop()
    arrived = asyncio.Event()
    loop.add_reader(device, arrived.set)
    try:
        while True:
            await arrived.wait()
            arrived.clear()
            os.write(device, module.feed(os.read(device, 4096)))
    finally:
        loop.remove_reader(device)


async def test_a_receiver_that_speaks_is_known_at_once() -> None:
    async with port() as (device, name):
        speaking = asyncio.create_task(_speak(device, GGA + RMC))
        assert await driver_of(name, SystemClock()) == CANDIDATES[0] == Candidate(driver="nmea0183", baud=9600)
        speaking.cancel()


async def test_a_module_that_answers_is_known_by_its_answers() -> None:
    async with port() as (device, name):
        answering = asyncio.create_task(_answer(device))
        found = await driver_of(name, SystemClock(), CANDIDATES[:2])
        answering.cancel()
    assert found == Candidate(driver="m100", baud=115200)


async def test_noise_and_silence_suit_nobody() -> None:
    async with port() as (device, name):
        assert await driver_of(name, SystemClock(), CANDIDATES[:2]) is None
        speaking = asyncio.create_task(_speak(device, bytes(range(256))))
        assert await driver_of(name, SystemClock(), CANDIDATES[:2]) is None
        speaking.cancel()
