"""How long a person waits for `tierview --help`, beside a Python that does nothing."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Sequence

from tests.bench.contest import Contender, Contest, Measured, Role
from tests.bench.size import Size
from tests.conftest import ROOT

OURS = ("-m", "gateway", "--help")
NOTHING = ("-c", "")
BARE = ("-c", "import cyclopts; cyclopts.App(name='x', version_flags=())(['--help'], result_action='return_value')")


def contest(size: Size) -> Contest:
    """Processes one after the other; a unit is one call."""
    return Contest(
        name="help",
        title="tierview --help",
        unit="calls",
        contenders=(
            Contender(name="tierview --help", role=Role.OURS, measure=_calls(OURS, size.calls)),
            Contender(name="python that does nothing", role=Role.FLOOR, measure=_calls(NOTHING, size.calls)),
            Contender(name="cyclopts without commands", role=Role.PEER, measure=_calls(BARE, size.calls)),
        ),
        clock=time.perf_counter,
    )


def _calls(arguments: Sequence[str], count: int) -> Callable[[], Measured]:
    def measure() -> Measured:
        began_s = time.perf_counter()
        for _ in range(count):
            subprocess.run([sys.executable, *arguments], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
        return Measured(units=count, seconds=time.perf_counter() - began_s)

    return measure
