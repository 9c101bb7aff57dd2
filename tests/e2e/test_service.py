"""`tierview run` under a service manager: ready once it works, alive while it does, and a word before it stops."""

from __future__ import annotations

import signal
import socket
from pathlib import Path

from tests.cli.command import started
from tests.e2e.running import free_port

PATIENCE_S = 3.0
DEADLINE_S = 60.0


def test_a_service_manager_hears_ready_alive_and_stopping(tmp_path: Path) -> None:
    site = f"http: {{listen: '127.0.0.1:{free_port()}'}}\nmqtt: {{url: 'mqtt://127.0.0.1:{free_port()}'}}\n"
    (tmp_path / "config.yaml").write_text(site)
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(str(tmp_path / "notify"))
        manager.settimeout(DEADLINE_S)
        asked = {"NOTIFY_SOCKET": str(tmp_path / "notify"), "WATCHDOG_USEC": str(int(PATIENCE_S * 1e6))}
        with started("run", tmp_path / "config.yaml", environment=asked) as gateway:
            try:
                assert manager.recv(64) == b"READY=1"
                manager.settimeout(PATIENCE_S * 3)
                assert [manager.recv(64) for _ in range(2)] == [b"WATCHDOG=1"] * 2
                gateway.send_signal(signal.SIGTERM)
                said = manager.recv(64)
                while said == b"WATCHDOG=1":
                    said = manager.recv(64)
                assert said == b"STOPPING=1"
                assert gateway.wait(DEADLINE_S) == 0
            finally:
                gateway.kill()
