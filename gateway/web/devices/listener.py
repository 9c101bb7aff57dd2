"""What an open stream of devices is to be sent next. Nothing is counted by tag but for who looks at a device."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

import msgspec

from gateway.access import Viewer
from gateway.devices import BUCKET_S, Table
from gateway.web.devices.render import devices_now, read_now
from gateway.web.devices.shapes import DevicesToldShape
from gateway.web.door.security import viewer_of
from gateway.web.house import House
from gateway.web.live.hub import Seat
from gateway.web.live.listener import CHECK_EVERY_S, frame

EVERY_S = 0.5
NAMES_S = 10.0  # a name that people link is seen after so long

_json = msgspec.json.Encoder().encode


class DeviceListener:
    """One stream's state: see `gateway.web.live.sse.Listens`."""

    def __init__(self, *, house: House, viewer: Viewer, token: str | None, session: str, device: str) -> None:
        self.journal = house.ports.journal
        self._house = house
        self._viewer = viewer
        self._token = token
        self._session = session
        self._device = device
        self._table = Table()
        self._known: dict[str, str] = {}  # assets by tags' keys
        self._known_s = 0.0
        self._version = -1  # of the table, as it was told
        self._rows: dict[str, bytes] = {}  # as they were told
        self._told_s = float("-inf")
        self._checked_s = time.monotonic()

    @contextmanager
    def take_seat(self) -> Iterator[Seat]:
        """A seat for this viewer's party, and a look at the device while it is taken. Raises TooManyStreams."""
        ports = self._house.ports
        with ports.hub.seat(self._viewer.party, takes_notices=False, session=self._session) as seat:
            if not self._device:
                yield seat
                return
            for at_us, outputs in ports.watch.doing(self._device).recent:
                self._table.told(outputs, at_us)
            with ports.watch.look(self._device, self._table):
                yield seat

    async def allowed(self) -> bool:
        """Whether the token still holds; asked of the journal every CHECK_EVERY_S."""
        if time.monotonic() - self._checked_s >= CHECK_EVERY_S:
            self._checked_s = time.monotonic()
            return await viewer_of(self._house, self._token) == self._viewer
        return True

    async def news(self) -> tuple[list[bytes], bool]:
        """The rows that changed, and what the device reads where it read anything; at most every EVERY_S."""
        if time.monotonic() - self._told_s < EVERY_S:
            return [], False
        self._told_s = time.monotonic()
        frames = [*self._devices(), *self._read()]
        return frames, False

    def _devices(self) -> Iterator[bytes]:
        now = {device.device: device for device in devices_now(self._house.ports)}
        rows = {name: _json(device) for name, device in now.items()}
        changed = [now[name] for name, row in rows.items() if self._rows.get(name) != row]
        if changed or rows.keys() != self._rows.keys():
            self._rows = rows
            yield frame("devices", _json(DevicesToldShape(items=changed, rate_step_s=BUCKET_S, all=list(rows))))

    def _read(self) -> Iterator[bytes]:
        if self._device and self._version != self._table.version:
            self._version = self._table.version
            if self._told_s - self._known_s >= NAMES_S:
                self._known, self._known_s = {}, self._told_s
            yield frame("read", _json(read_now(self._house.ports, self._table, self._known)))
