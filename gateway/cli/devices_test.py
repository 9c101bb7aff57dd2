"""`tierview devices test`."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.live import Live

    from gateway.config import Config
    from gateway.config.model import Device
    from gateway.devices.asked import Saying
    from gateway.trial.listen import Trial


def devices_test(name: str, config: Path = Path("config.yaml"), /, *, seconds: float = 30.0, json: bool = False) -> int:
    """Connect to a device and show what it says: reads by antenna, or what is wrong.

    For example:

        tierview devices test dock-1
        tierview devices test gps-7 /etc/tierview/config.yaml --seconds 10 --json

    Nothing is stored, and no gateway needs to run; one that does has the
    serial port or the reader to itself, so stop it first. Ctrl-C ends the
    trial early. The exit code is 1 where something is wrong or nothing
    was read.

    Parameters
    ----------
    name
        A device of the configuration.
    config
        The configuration.
    seconds
        How long to listen.
    json
        One JSON object a second: bytes, readings, rejected, framing_errors, antennas (reads, tags, rate, rssi_dbm),
        latest, notices, says (grade ok, hint or fault; text).
    """
    from gateway.catalogue import catalogue
    from gateway.cli.given import one_of
    from gateway.cli.printed import warn
    from gateway.config import load
    from gateway.doctor.storage import is_running
    from gateway.logs import set_up_logs

    set_up_logs(level="error")  # what a source logs stands in what is said
    checked = load(config, catalogue(config))
    devices = {device.name: device for device in checked.devices}
    device = devices[one_of(name, devices, "a device of the configuration")]
    if is_running(config.parent / checked.journal.folder):
        warn(f"a gateway of {config} runs, and may have {name} to itself: its page's view Devices shows what it reads")
    said = asyncio.run(_listen(checked, device, config.parent, seconds, json=json))
    return int(not any(saying.grade == "ok" for saying in said))


async def _listen(config: Config, device: Device, base: Path, seconds: float, *, json: bool) -> list[Saying]:
    from gateway.cli.stopping import stop_on_signals
    from gateway.clock import SystemClock
    from gateway.trial.listen import Trial, open_trial

    trial = Trial(device, SystemClock())
    stop = stop_on_signals()
    show = _Shown(trial, json=json)
    async with open_trial(trial, config, base, seconds) as turns:
        async for left_s in turns:
            show.turn(left_s)
            if stop.is_set():
                break
    return show.end()


class _Shown:
    """How the trial stands, as often as it suits whoever looks."""

    def __init__(self, trial: Trial, *, json: bool) -> None:
        self._trial = trial
        self._json = json
        self._told_s = float("inf")
        self._live = None if json or not sys.stdout.isatty() else _live()

    def turn(self, left_s: float) -> None:
        """A quarter of a second has passed."""
        if self._live is not None:
            from gateway.cli.trial_words import screen

            trial = self._trial
            self._live.update(screen(trial.tally, trial.says(), trial.now_us(), left_s), refresh=True)
        elif self._told_s - left_s >= 1.0:
            self._told_s = left_s
            self._line()

    def end(self) -> list[Saying]:
        """Say at the end what there is to say; return it."""
        from gateway.cli.printed import say
        from gateway.cli.trial_words import MARKS, STYLES

        said = self._trial.says()
        if self._live is not None:
            self._live.stop()
            return said
        self._line()
        if not self._json:
            for saying in said:
                say(f"{MARKS[saying.grade]} {saying.text}", STYLES[saying.grade])
        return said

    def _line(self) -> None:
        from gateway.cli.printed import say, write_json
        from gateway.cli.trial_words import row, summary

        trial = self._trial
        if self._json:
            write_json(row(trial.tally, trial.says(), trial.now_us()))
            sys.stdout.flush()
        else:
            say(summary(trial.tally, trial.now_us()))


def _live() -> Live:
    from rich.live import Live

    from gateway.cli.printed import console

    live = Live(console=console(), auto_refresh=False, transient=False)
    live.start()
    return live
