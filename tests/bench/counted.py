"""In a child that receives: keeps what came as it came, and answers the controller.

The controller writes lines: `until N` is answered by a line once N units have come, or nothing more comes;
`save PATH` by one once the file has a line `device_us came_ns` for each unit.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from gateway.model import Micros

QUIET_S = 20.0
PAUSE_S = 0.002


class Counted:
    """Bodies with the time at which they came; they are looked at when all is over."""

    def __init__(self, times_of: Callable[[bytes], Sequence[Micros]]) -> None:
        """`times_of`: a body's units, by their device times."""
        self.units = 0
        self._times_of = times_of
        self._bodies: list[tuple[int, bytes]] = []

    def note(self, body: bytes, units: int) -> None:
        """Take note of a body."""
        self._bodies.append((time.monotonic_ns(), body))
        self.units += units

    def answer_controller(self) -> None:
        """Answer until the controller is gone."""
        self._say("ready")
        for line in sys.stdin:
            word, _, argument = line.strip().partition(" ")
            if word == "until":
                self._until(int(argument))
            elif word == "save":
                self._save(Path(argument))
            self._say(f"{self.units}")

    def _until(self, units: int) -> None:
        last_s, before = time.monotonic(), self.units
        while self.units < units and time.monotonic() - last_s < QUIET_S:
            time.sleep(PAUSE_S)
            if self.units != before:
                last_s, before = time.monotonic(), self.units

    def _save(self, path: Path) -> None:
        lines = (f"{at_us} {came_ns}\n" for came_ns, body in self._bodies for at_us in self._times_of(body))
        path.write_text("".join(lines))

    def _say(self, line: str) -> None:
        sys.stdout.write(line + "\n")
        sys.stdout.flush()
