"""A device on a serial port: of this box (also USB), or behind an RFC 2217 server.

One thread a port: it opens, reads in chunks, writes what waits, and backs off. A port of this box is watched
while it is gone, so that the device is heard again within two seconds after it was plugged in.
"""

from __future__ import annotations

import errno
import grp
import os
import termios
from collections import deque
from contextlib import suppress
from threading import Event, Lock
from typing import Any

import serial
import structlog
from serial.tools import list_ports

from gateway.config.address import SerialAddress
from gateway.model import Chunk, Clock, Send
from gateway.sources.backoff import Absence, Backoff
from gateway.sources.inbound import Connected, Disconnected, Inbound
from gateway.sources.intake import Intake, IntakeClosed
from gateway.sources.source import Counts
from gateway.sources.thread import run_in_own_thread

READ_S = 0.2  # the longest a quiet port is waited for before looking whether to stop
WATCH_S = 0.25  # how often a missing port of this box is looked for
LOCAL_MOST_S = 1.5  # longest wait between attempts on a port of this box (FAULTS F12: back within 2 s)
WRITE_S = 2.0  # a device that takes nothing for this long is lost
MOST_UNSENT = 256  # writes that wait
READ_BYTES = 65_536

log = structlog.get_logger("source")


class SerialSource:
    """Opens, reads and backs off, for one device."""

    def __init__(
        self, *, device: str, address: SerialAddress, intake: Intake, clock: Clock, most_s: float = 30.0
    ) -> None:
        self.name = f"serial:{device}"
        self.devices = (device,)
        self.counts = Counts()
        self._device = device
        self._address = address
        self._intake = intake
        self._clock = clock
        self._backoff = Backoff(first_s=0.5, most_s=LOCAL_MOST_S if address.is_local else most_s)
        self._absence = Absence()
        self._stop = Event()

    async def run(self) -> None:
        """Run until cancelled, or until the intake is closed."""
        self._stop.clear()  # it is set where it ran before
        await run_in_own_thread(self.name, self._forever, self._stop.set)

    def _forever(self) -> None:
        with suppress(IntakeClosed):
            while not self._stop.is_set():
                self._away(*self._once())

    def _away(self, reason: str, text: str) -> None:
        """Tell why the device is away, and wait for the next attempt."""
        if self._stop.is_set():
            return
        self.counts.failures += 1
        if self._absence.is_news(reason):
            log.info("device away", device=self._device, reason=reason, text=text)
            self._intake.put_from_thread(
                Disconnected(device=self._device, at_us=self._clock.now_us(), reason=reason, text=text)
            )
        if not self._address.is_local or os.path.exists(self._address.port):
            self._stop.wait(self._backoff.next_s())
            return
        while not os.path.exists(self._address.port) and not self._stop.wait(WATCH_S):
            pass
        self._stop.wait(WATCH_S)  # udev makes the node first and gives it its group a moment later

    def _once(self) -> tuple[str, str]:
        """One connection from begin to end; why it ended, as a stable word and in words."""
        try:
            port = _open(self._address)
        except (OSError, ValueError, termios.error) as error:  # pyserial's own are OSErrors
            return _why_not(error, self._address.port)
        link = Link(port, self.counts)
        try:
            return self._session(port, link)
        except OSError as error:
            return link.dropped or ("lost", f"{self._address.port} went away: {error}")
        finally:
            link.close()

    def _session(self, port: Any, link: Link) -> tuple[str, str]:
        self.counts.connects += 1
        self._absence.over()
        self._intake.put_from_thread(
            Connected(device=self._device, at_us=self._clock.now_us(), write=link.write, drop=link.drop)
        )
        while not self._stop.is_set() and link.dropped is None:
            link.flush()
            data = port.read(1)  # waits up to READ_S, or until `link` has something to write
            if not data:
                continue
            data += port.read(min(port.in_waiting, READ_BYTES))
            self._backoff.reset()
            self.counts.chunks += 1
            self.counts.bytes += len(data)
            chunk = Chunk(device=self._device, received_us=self._clock.now_us(), data=data)
            self._intake.put_from_thread(Inbound(chunk))
        return link.dropped or ("stopped", "the gateway stops")


class Link:
    """The way back to the device: filled on the event loop, emptied by the port's thread."""

    def __init__(self, port: Any, counts: Counts) -> None:
        self._port = port
        self._counts = counts
        self._open = True
        self._closing = Lock()  # waking a port that is being closed would write to whatever has its number now
        self._waiting: deque[bytes] = deque()
        self.dropped: tuple[str, str] | None = None

    def write(self, send: Send) -> None:
        """Queue bytes; what does not fit, and what comes after the end, is counted."""
        with self._closing:
            if not self._open or len(self._waiting) >= MOST_UNSENT:
                self._counts.unsent += 1
                return
            self._waiting.append(send.data)
        self._wake()

    def drop(self, why: str) -> None:
        """End this connection."""
        self.dropped = self.dropped or ("dropped", why)
        self._wake()

    def flush(self) -> None:
        """Write what waits; raises OSError when the device takes nothing."""
        while self._waiting:
            self._port.write(self._waiting.popleft())

    def close(self) -> None:
        """Close the port; by its thread."""
        with self._closing:
            self._open = False
            self._counts.unsent += len(self._waiting)
            self._waiting.clear()
        try:
            self._port.close()
        except OSError as error:  # a port that was unplugged cannot be told to close
            log.debug("port closed with an error", port=self._port.name, error=str(error))

    def _wake(self) -> None:
        with self._closing:
            if self._open and isinstance(self._port, serial.Serial):  # RFC 2217 has no such call: it waits READ_S
                self._port.cancel_read()


def _open(address: SerialAddress) -> Any:
    local: dict[str, Any] = {"exclusive": True, "write_timeout": WRITE_S}  # RFC 2217 knows neither
    return serial.serial_for_url(
        address.port,
        baudrate=address.baud,
        bytesize=address.bits,
        parity=address.parity,
        stopbits=address.stop_bits,
        rtscts=address.rtscts,
        timeout=READ_S,
        **(local if address.is_local else {}),
    )


def _why_not(error: Exception, port: str) -> tuple[str, str]:
    number = getattr(error, "errno", None)
    if number in (errno.ENOENT, errno.ENODEV, errno.ENXIO):
        known = ", ".join(sorted(info.device for info in list_ports.comports())) or "none"
        return "port_missing", f"{port} is not there: is the device plugged in? Ports of this box: {known}"
    if number in (errno.EACCES, errno.EPERM):
        group = _group(port)
        fix = f"add its user to the group {group} (usermod -aG {group} USER) and start it anew"
        return "no_permission", f"the gateway may not open {port}: {fix}"
    if number in (errno.EBUSY, errno.EAGAIN) or "lock" in str(error):
        return "port_busy", f"{port} is in use by another program"
    if isinstance(error, ValueError):
        return "settings", f"{port} cannot be set so: {error}"
    return "unreachable", f"{port} cannot be opened: {error}"


def _group(port: str) -> str:
    try:
        return grp.getgrgid(os.stat(port).st_gid).gr_name
    except (OSError, KeyError):
        return "dialout"
