"""Is the machine's clock kept by a time server? Lateness is told by it, and shared with parties that have another."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from datetime import UTC, datetime

from gateway.doctor.remark import Checked, fault, ok, warning

UNSYNCHRONISED = 0x0040  # STA_UNSYNC of adjtimex(2)
MOST_ERROR_US = 500_000  # the kernel's own estimate of how far off it may be
BUILT = datetime(2026, 1, 1, tzinfo=UTC)  # earlier than this no gateway of this version can run


class _Timeval(ctypes.Structure):
    _fields_ = (("seconds", ctypes.c_long), ("microseconds", ctypes.c_long))


class _Timex(ctypes.Structure):
    """The head of struct timex; the rest, and room for what newer kernels add, is left alone."""

    _fields_ = (
        ("modes", ctypes.c_uint),  # 0: only tell
        ("offset", ctypes.c_long),
        ("frequency", ctypes.c_long),
        ("most_error_us", ctypes.c_long),
        ("error_us", ctypes.c_long),
        ("status", ctypes.c_int),
        ("constant", ctypes.c_long),
        ("precision", ctypes.c_long),
        ("tolerance", ctypes.c_long),
        ("time", _Timeval),
        ("rest", ctypes.c_byte * 256),
    )


def check_clock(now: datetime) -> Iterator[Checked]:
    """Say whether the clock can be right, and whether the kernel says that it is kept right."""
    if now < BUILT:
        yield fault("clock", "", f"the clock says {now:%Y-%m-%d %H:%M} UTC", "set it: timedatectl set-ntp true")
        return
    state = _Timex()
    if ctypes.CDLL(None).adjtimex(ctypes.byref(state)) < 0:
        yield warning("clock", "", "the kernel does not tell whether the clock is kept", "see that a time service runs")
    elif state.status & UNSYNCHRONISED:
        text = "no time service keeps the clock: it drifts by seconds a day, and all times that are told with it"
        yield warning("clock", "", text, "install one: apt install systemd-timesyncd (or chrony)")
    elif state.most_error_us > MOST_ERROR_US:
        text = f"the clock may be off by {state.most_error_us / 1e6:.1f} s by the kernel's own estimate"
        yield warning("clock", "", text, "see that the time server answers: timedatectl timesync-status")
    else:
        yield ok("clock", "", f"kept by a time service, off by {state.most_error_us / 1e3:.0f} ms at most")
