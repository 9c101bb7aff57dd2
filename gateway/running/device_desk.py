"""Tests devices of the running gateway, and searches for others, as the operator asks on the page.

Both are bounded: one at a time, with a deadline; a subnet is private and of at most 1024 addresses. A device that is
linked is watched; a second connection would disturb it, or find the port taken. One that is not linked is tried as
`tierview devices test` tries it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path

from gateway.config import Config
from gateway.config.address import ListenAddress, WebhookAddress, parse_address
from gateway.config.model import Device
from gateway.devices import DeviceWatch, Trouble
from gateway.devices.asked import AntennaTally, Busy, How, Saying, Search, TrialResult, Wish
from gateway.discovery.search import Searching, check
from gateway.errors import BadInput
from gateway.model import Clock, Micros, Output
from gateway.trial.diagnosis import diagnose
from gateway.trial.listen import Trial, open_trial
from gateway.trial.tally import Tally

LOOK_S = 0.25
ENOUGH_S = 2.0  # for a device that cannot be reached: the next attempt would say the same


class Desk:
    """`gateway.devices.asked.DeviceDesk`; `run` is the task in which searches run."""

    def __init__(
        self, *, current: Callable[[], Config], watch: DeviceWatch, clock: Clock, base: Path, searching: Searching
    ) -> None:
        """`base`: the folder of the configuration, from which its addresses name files."""
        self._current = current
        self._watch = watch
        self._clock = clock
        self._base = base
        self._searching = searching
        self._wishes: asyncio.Queue[Wish] = asyncio.Queue()
        self._testing = ""

    async def run(self) -> None:
        """Search whenever it is wished, until cancelled."""
        while True:
            wish = await self._wishes.get()
            await self._searching.run(wish, self._current().devices)

    def begin(self, wish: Wish) -> Search:
        """Begin a search. Raises Busy, and BadInput where the subnet may not be asked."""
        if self._searching.search.state == "running":
            raise Busy("expected no search that runs: cancel it, or wait until it is done", reason="search_runs")
        check(wish)
        self._searching.announce(self._clock.now_us())
        self._wishes.put_nowait(wish)
        return self._searching.search

    def search(self) -> Search:
        """How the search stands that was begun last."""
        return self._searching.search

    def cancel(self) -> Search:
        """End the search that runs; what it found stays."""
        self._searching.cancel()
        return self._searching.search

    async def test(self, device: str, seconds: float) -> TrialResult:
        """Try a device for some seconds. Raises Busy, and BadInput where it cannot be tried."""
        if self._testing:
            raise Busy(f"expected no test that runs: {self._testing} is being tested", reason="test_runs")
        self._testing = device
        try:
            config = self._current()
            found = next((one for one in config.devices if one.name == device), None)
            if found is None:
                raise BadInput(f"expected a device of the configuration, came {device[:80]!r}")
            if self._is_watched(found):
                return await self._watched(found, seconds)
            return await self._connected(found, config, seconds)
        finally:
            self._testing = ""

    def _is_watched(self, device: Device) -> bool:
        """Whether its own link says all: it stands, or only the running gateway can have it."""
        waits = isinstance(parse_address(device.connect), ListenAddress | WebhookAddress)
        return waits or bool(self._watch.doing(device.name).peers)

    async def _watched(self, device: Device, seconds: float) -> TrialResult:
        seen = _Watching()
        ends_s = asyncio.get_running_loop().time() + seconds
        with self._watch.look(device.name, seen):
            while (left_s := ends_s - asyncio.get_running_loop().time()) > 0:
                await asyncio.sleep(min(LOOK_S, left_s))
                if seen.trouble is not None and seconds - left_s >= ENOUGH_S:
                    break
        away = None if seen.trouble is None else (seen.trouble.reason, seen.trouble.text)
        says = diagnose(seen.tally, parse_address(device.connect), away)
        return _tested(device, "watched", seconds - max(left_s, 0.0), seen.tally, says)

    async def _connected(self, device: Device, config: Config, seconds: float) -> TrialResult:
        trial, left_s = Trial(device, self._clock), seconds
        async with open_trial(trial, config, self._base, seconds) as turns:
            async for left_s in turns:
                if trial.away is not None and seconds - left_s >= ENOUGH_S:
                    break
        return _tested(device, "connected", seconds - left_s, trial.tally, trial.says())


class _Watching:
    """An onlooker that tallies."""

    def __init__(self) -> None:
        self.tally = Tally()
        self.trouble: Trouble | None = None

    def told(self, outputs: Sequence[Output], at_us: Micros, size: int) -> None:
        self.tally.feed(outputs, at_us, size)

    def away(self, trouble: Trouble) -> None:
        self.trouble = trouble

    def back(self) -> None:
        self.trouble = None


def _tested(device: Device, how: How, seconds: float, tally: Tally, says: Sequence[Saying]) -> TrialResult:
    antennas = (
        AntennaTally(
            antenna=number,
            reads=antenna.reads,
            tags=len(antenna.tags),
            per_s=round(antenna.reads / max(seconds, 1.0), 1),
            rssi_dbm=antenna.rssi_dbm,
        )
        for number, antenna in sorted(tally.antennas.items())
    )
    return TrialResult(
        device=device.name,
        how=how,
        seconds=round(seconds, 1),
        bytes=tally.bytes,
        readings=tally.total,
        rejected=tally.rejected.total(),
        antennas=tuple(antennas),
        says=tuple(says),
    )
