"""What every test may ask for: the shared fixtures, free ports, real servers."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest
from hypothesis import settings

ROOT = Path(__file__).resolve().parent.parent

settings.register_profile("unhurried", deadline=None)  # a loaded machine is no fault of what is tested
if not os.environ.get("CI"):  # where hypothesis has such a profile of its own
    settings.load_profile("unhurried")


@pytest.fixture(scope="session")
def shared_fixtures() -> Path:
    """The folder of real captured data beside the project; needed in CI, skipped elsewhere when absent."""
    folder = ROOT.parent / "shared" / "fixtures"
    if folder.is_dir():
        return folder
    if os.environ.get("CI"):
        pytest.fail(f"the shared fixtures are missing: expected {folder}")
    pytest.skip("the shared fixtures are not beside this checkout (expected ../shared/fixtures)")


@pytest.fixture
def free_port() -> int:
    """A TCP port that was free a moment ago, on loopback."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
