"""What systemd is told of us (`Type=notify`): that we are ready, that we stop, that we still work. See sd_notify(3).

Without NOTIFY_SOCKET in the environment nobody asked, and nothing is said.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Mapping
from dataclasses import dataclass

SECOND_US = 1_000_000


@dataclass(frozen=True, kw_only=True)
class ServiceManager:
    """Whoever started us and wants to know."""

    address: str  # of a datagram socket; empty: nobody wants to know
    watchdog_s: float | None  # how often it wants to hear that we still work; None: it does not

    def tell(self, word: str) -> None:
        """Say READY=1, STOPPING=1, WATCHDOG=1 or STATUS=...; a manager that does not listen is no fault of ours."""
        if not self.address:
            return
        name = f"\0{self.address[1:]}" if self.address.startswith("@") else self.address
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as out:
            try:
                out.connect(name)
                out.send(word.encode())
            except OSError:
                return


def service_manager(environment: Mapping[str, str] = os.environ) -> ServiceManager:
    """The one of this process: WATCHDOG_USEC counts only where WATCHDOG_PID is ours, or is not said."""
    ours = environment.get("WATCHDOG_PID", str(os.getpid())) == str(os.getpid())
    every_us = environment.get("WATCHDOG_USEC", "")
    return ServiceManager(
        address=environment.get("NOTIFY_SOCKET", ""),
        watchdog_s=int(every_us) / SECOND_US if ours and every_us.isdigit() and int(every_us) > 0 else None,
    )
