"""Real servers for tests: each on loopback, on a port of its own, in a folder of its own, and stopped after."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path

import pytest

READY_S = 10.0
MOSQUITTO_CONF = """
listener {port} 127.0.0.1
allow_anonymous {anonymous}
persistence true
persistence_location {folder}/
autosave_interval 1
autosave_on_changes {saves_changes}
max_inflight_messages 1000
max_queued_messages 100000
"""


def program(*names: str) -> str:
    """The path of a program, of the first of these that is here; without it the test fails in CI, and is skipped
    elsewhere."""
    path = f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin"
    found = next(filter(None, (shutil.which(name, path=path) for name in names)), None)
    if found is None:
        if os.environ.get("CI"):
            pytest.fail(f"{names[0]} is missing")
        pytest.skip(f"{names[0]} is not installed")
    return found


def wait_for_port(port: int, process: subprocess.Popen[bytes]) -> None:
    """Return when the process accepts connections; raise when it ended, or after READY_S."""
    deadline_s = time.monotonic() + READY_S
    while time.monotonic() < deadline_s:
        assert process.poll() is None, f"the server ended with {process.returncode}"
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.01)
    raise TimeoutError(f"no server on port {port} within {READY_S} s")


class Mosquitto:
    """A mosquitto that can be stopped, killed, frozen and started again with what it had stored.

    Without `saves_changes` it stores only when it is stopped: for tests that do not kill it and send much. `conf`
    is a whole configuration instead of ours.
    """

    def __init__(
        self, folder: Path, port: int, *, anonymous: bool = True, saves_changes: bool = True, conf: str = ""
    ) -> None:
        self.port = port
        self.url = f"mqtt://127.0.0.1:{port}"
        self._program = program("mosquitto")
        self._conf = folder / "mosquitto.conf"
        self._conf.write_text(
            conf
            or MOSQUITTO_CONF.format(
                port=port,
                folder=folder,
                anonymous=str(anonymous).lower(),
                saves_changes=str(saves_changes).lower(),
            )
        )
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and wait until it accepts connections."""
        user = ["-c", str(self._conf)]
        self._process = subprocess.Popen([self._program, *user], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        wait_for_port(self.port, self._process)

    def stop(self) -> None:
        """Stop it; harmless when it does not run."""
        self._signal(signal.SIGCONT)
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """As a power cut would."""
        self._end(signal.SIGKILL)

    def freeze(self) -> None:
        """Leave its connections open and answer nothing."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Go on after `freeze`."""
        self._signal(signal.SIGCONT)

    def _signal(self, number: signal.Signals) -> None:
        if self._process is not None:
            self._process.send_signal(number)

    def _end(self, number: signal.Signals) -> None:
        if self._process is not None:
            self._process.send_signal(number)
            self._process.wait(READY_S)
            self._process = None
