"""A real broker for the simulated devices."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture
def broker_url(tmp_path: Path, free_port: int) -> Iterator[str]:
    """mosquitto on a port of its own; needed in CI, skipped elsewhere when absent."""
    command = shutil.which("mosquitto", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if command is None:
        if os.environ.get("CI"):
            pytest.fail("mosquitto is missing")
        pytest.skip("mosquitto is not installed")
    settings = tmp_path / "mosquitto.conf"
    unbounded = "max_queued_messages 0\n"  # else mosquitto drops what a slow subscriber has not taken
    settings.write_text(f"listener {free_port} 127.0.0.1\nallow_anonymous true\n{unbounded}")
    process = subprocess.Popen([command, "-c", settings], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield f"mqtt://127.0.0.1:{free_port}"
    finally:
        process.terminate()
        process.wait()
