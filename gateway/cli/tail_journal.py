"""`tierview tail --journal FOLDER`: beside the gateway, by polling its journal."""

from __future__ import annotations

import sqlite3
import sys
import time
from collections.abc import Callable
from pathlib import Path

import msgspec

from gateway.cli.given import read_config
from gateway.cli.happenings import show_alert, show_event
from gateway.cli.options import Wanted
from gateway.cli.output_lines import Line, line_of
from gateway.cli.output_words import words_of
from gateway.cli.printed import say, warn, write_json
from gateway.errors import BadInput
from gateway.journal import alerts, beside, events, tape
from gateway.logs import set_up_logs
from gateway.model import Chunk, Decoder, Send
from gateway.web.assets.render_events import event_shape
from gateway.web.http.times import iso
from gateway.web.render import alert_shape

POLL_S = 0.2
PAGE = 1000


def tail_journal(folder: Path, config: Path, wanted: Wanted) -> None:
    """Show what is committed from now on, until Ctrl-C."""
    set_up_logs(level="error")
    with beside.reading(folder) as connection:
        followed: list[Callable[[], bool]] = []
        if wanted.events or not wanted.readings:
            followed += [_Events(connection, wanted).step, _Alerts(connection, wanted).step]
        if wanted.readings:
            followed.append(_Readings(connection, wanted, config).step)
        while True:
            news = False
            for step in followed:
                news = step() or news
            if not news:
                time.sleep(POLL_S)


class _Events:
    """Events by their numbers."""

    def __init__(self, connection: sqlite3.Connection, wanted: Wanted) -> None:
        self._connection = connection
        self._wanted = wanted
        self._seq = _number(wanted.after) if wanted.after else events.last_seq(connection)

    def step(self) -> bool:
        """Show what is new; return whether anything was."""
        page = events.after(self._connection, self._seq, PAGE)
        for seq, event in page:
            self._seq = seq
            show_event(event_shape(seq, event), self._wanted)
        return bool(page)


class _Alerts:
    """Versions of alerts, each with the receipts that it has so far."""

    def __init__(self, connection: sqlite3.Connection, wanted: Wanted) -> None:
        self._connection = connection
        self._wanted = wanted
        self._seq = alerts.log_last(connection)

    def step(self) -> bool:
        """Show what is new; return whether anything was."""
        versions = alerts.log_after(self._connection, self._seq, PAGE)
        for seq, alert in versions:
            self._seq = seq
            receipts = alerts.deliveries_of(self._connection, alert.alert_id)
            show_alert(alert_shape(alert, alert.acks, receipts), self._wanted)
        return bool(versions)


class _Readings:
    """The tape's rows, decoded as they come. What a device was saying when we began is not understood."""

    def __init__(self, connection: sqlite3.Connection, wanted: Wanted, config: Path) -> None:
        from gateway.assembly import guarded

        self._connection = connection
        self._wanted = wanted
        self._config = config
        self._devices = {device.name: device for device in read_config(config).devices}
        self._strange: set[str] = set()  # who is on the tape and not in that file
        if wanted.device and wanted.device not in self._devices:
            raise BadInput(f"expected a device of {config}, came {wanted.device!r}: see `tierview devices list`")
        self._make = guarded
        self._decoders: dict[str, Decoder] = {}
        self._seq = tape.last_seq(connection)

    def step(self) -> bool:
        """Show what is new; return whether anything was."""
        row = tape.after(self._connection, self._seq)
        if row is None:
            return False
        self._seq, chunks = row
        for chunk in chunks:
            if self._wanted.device not in ("", chunk.device):
                continue
            if chunk.device in self._devices:
                self._show(chunk)
            else:
                self._miss(chunk.device)
        sys.stdout.flush()
        return True

    def _miss(self, device: str) -> None:
        """Say once that a device cannot be read: most often another gateway's configuration was named, or none."""
        if device not in self._strange:
            self._strange.add(device)
            warn(f"{device} speaks and is not in {self._config}: name the gateway's own, as in `tierview tail FILE`")

    def _show(self, chunk: Chunk) -> None:
        for output in self._decoder(chunk.device).feed(chunk.data, chunk.received_us, chunk.topic):
            if isinstance(output, Send):
                continue
            if self._wanted.json:
                write_json(_with_device(chunk, line_of(output)))
            else:
                text, style = words_of(output)
                say(f"{iso(chunk.received_us)[:19]}Z  {chunk.device:<12} {text}", style)

    def _decoder(self, device: str) -> Decoder:
        if device not in self._decoders:
            self._decoders[device] = self._make(self._devices[device])()
        return self._decoders[device]


def _with_device(chunk: Chunk, line: Line) -> dict[str, object]:
    said: dict[str, object] = msgspec.to_builtins(line)
    return {"type": "reading", "device": chunk.device, "received": iso(chunk.received_us), **said}


def _number(text: str) -> int:
    if not text.isdecimal():
        raise BadInput(f"--after: expected an event's number, came {text!r}")
    return int(text)
