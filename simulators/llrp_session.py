"""An LLRP reader's mind: messages in, messages out, strict about order; no socket, clock or task.

It is a fixed reader as the field has them: ROSpecs outlive the connection that added them, reports of
a running ROSpec are buffered while nobody may have them, KEEPALIVE must be answered.
"""

from __future__ import annotations

import struct
from collections import deque
from collections.abc import Callable

from gateway.model import Micros
from simulators import llrp_frames as wire
from simulators.llrp_abilities import IDENTIFICATION, IMPINJ, Abilities, antenna_properties, capabilities
from simulators.llrp_frames import LLRP_1_0_1, LLRP_1_1, Change, Refused, Rospec, TagSeen
from simulators.llrp_operations import REQUESTS, Operations
from simulators.llrp_rospec import read_rospec

MISSED_KEEPALIVES = 3  # unanswered in a row: the client is gone
LONGEST_MESSAGE = 1 << 20
GPI_EVENTS = 1  # EventNotificationState's type
ENABLE_EXTENSIONS = struct.pack(">IB", IMPINJ, 21)
EXTENSIONS_ENABLED = struct.pack(">IB", IMPINJ, 22)


class Gone(Exception):
    """The reader closes the connection, and why."""


class Mind:
    """One reader's state. `feed` answers bytes with bytes; `see` and others give what to send unasked."""

    def __init__(self, abilities: Abilities | None = None, *, started_us: Micros = 0) -> None:
        self.abilities = abilities = abilities or Abilities()
        self.keepalives = 0  # sent so far
        self._connected = False
        self._held = False  # held now, until ENABLE_EVENTS_AND_REPORTS
        self._unanswered = 0
        self._next_id = 1
        self._tail = bytearray()
        self._antennas = dict.fromkeys(range(1, abilities.antennas + 1), True)
        self._inputs = dict.fromkeys(range(1, abilities.inputs + 1), False)
        self.restart(started_us)

    def restart(self, now_us: Micros) -> None:
        """Start as after a power cut: what was set, added and buffered is lost; the connection is the caller's."""
        self.keepalive_ms = 0  # 0: none
        self.holds = False  # HoldEventsAndReportsUponReconnect
        self._started_us = now_us
        self._version = LLRP_1_0_1
        self._extensions = False
        self._on: set[int] = set()  # inputs that are on
        self._tells_inputs = False
        self._overflowed = False
        self._operations = Operations()
        self._buffer: deque[bytes] = deque(maxlen=self.abilities.buffer)

    # --- the connection ------------------------------------------------------------------------

    def connected(self, now_us: Micros) -> bytes:
        """A client came: greet it, then give what was buffered unless it asked to hold."""
        self._connected, self._held, self._unanswered = True, self.holds, 0
        self._version, self._extensions = LLRP_1_0_1, False
        self._tail.clear()
        return self._event(now_us, wire.connection_attempt(wire.CONNECTED)) + self._flush(now_us)

    def turn_away(self, now_us: Micros) -> bytes:
        """What a second client hears."""
        return self._event(now_us, wire.connection_attempt(wire.CLIENT_ALREADY_CONNECTED))

    def disconnected(self) -> None:
        """The client went; ROSpecs stay and go on reading into the buffer."""
        self._connected = False

    def feed(self, data: bytes, now_us: Micros) -> bytes:
        """Answers to what arrived; raises Gone where the reader hangs up after `Gone.args[1]`."""
        self._tail += data
        out = bytearray()
        while len(self._tail) >= wire.HEADER.size:
            _, length, _ = wire.HEADER.unpack_from(self._tail)
            if not wire.HEADER.size <= length <= LONGEST_MESSAGE:
                raise Gone(f"a message of {length} bytes", bytes(out))
            if len(self._tail) < length:
                break
            message = bytes(self._tail[:length])
            del self._tail[:length]
            out += self._answer(message, now_us, sent=bytes(out))
        return bytes(out)

    def keepalive(self) -> bytes:
        """The next KEEPALIVE; raises Gone when too many stand unanswered."""
        if self._unanswered >= MISSED_KEEPALIVES:
            raise Gone(f"{self._unanswered} keep-alives were not answered", b"")
        self._unanswered += 1
        self.keepalives += 1
        return self._frame(62, self._id())

    # --- the radio and the inputs --------------------------------------------------------------

    def see(self, seen: TagSeen) -> bytes:
        """A tag was read: the report to send now, empty where no ROSpec reads it or it waits."""
        before = self._operations.active
        self._operations.pass_time(seen.seen_us)
        said = self._rospec_events(before, seen.seen_us)
        rospec = self._operations.reader_of(seen)
        if rospec is None or not self._antennas.get(seen.antenna, False):
            return said
        self._overflowed |= len(self._buffer) == self.abilities.buffer
        started_us = None if self.abilities.utc_clock else self._started_us
        self._buffer.append(wire.tag_report(seen, rospec, started_us))
        return said + (self._flush(seen.seen_us) if self._due(rospec) else b"")

    def antenna(self, antenna: int, now_us: Micros, *, connected: bool) -> bytes:
        """An antenna came off or was plugged in: the event to send, empty while events are held."""
        self._antennas[antenna] = connected
        return self._tell(now_us, wire.antenna_event(antenna, connected=connected))

    def input(self, port: int, now_us: Micros, *, high: bool) -> bytes:
        """An input changed: the events to send, empty where it is off or events are held."""
        changed = self._inputs[port] != high
        self._inputs[port] = high
        if not changed or port not in self._on:
            return b""
        before = self._operations.active
        self._operations.change(Change(port=port, high=high), now_us)
        told = self._tell(now_us, wire.input_event(port, high=high)) if self._tells_inputs else b""
        return told + self._rospec_events(before, now_us)

    @property
    def reading(self) -> bool:
        """True while some ROSpec is active."""
        return bool(self._operations.active)

    def _due(self, rospec: Rospec) -> bool:
        return 0 < rospec.report.every <= len(self._buffer)

    def _flush(self, now_us: Micros) -> bytes:
        if not self._buffer or self._held or not self._connected:
            return b""
        lost = self._event(now_us, wire.OVERFLOW) if self._overflowed else b""
        body = b"".join(self._buffer)
        self._buffer.clear()
        self._overflowed = False
        return lost + self._frame(61, self._id(), body)

    def _tell(self, now_us: Micros, what: bytes) -> bytes:
        return self._event(now_us, what) if self._connected and not self._held else b""

    def _event(self, now_us: Micros, what: bytes) -> bytes:
        stamp = wire.utc(now_us) if self.abilities.utc_clock else wire.uptime(now_us - self._started_us)
        return self._frame(63, 0, wire.notification(stamp, what))

    def _frame(self, kind: int, message_id: int, body: bytes = b"") -> bytes:
        return wire.frame(kind, message_id, body, self._version)

    def _id(self) -> int:
        self._next_id += 1
        return self._next_id

    # --- requests ------------------------------------------------------------------------------

    def _answer(self, message: bytes, now_us: Micros, *, sent: bytes) -> bytes:
        head, _, message_id = wire.HEADER.unpack_from(message)
        kind, body = head & 0x3FF, message[wire.HEADER.size :]
        negotiates = kind in (46, 47) and self.abilities.newest >= LLRP_1_1
        if head >> 10 & 0x7 != (LLRP_1_1 if negotiates else self._version):
            text = "this reader speaks LLRP 1.1" if self._version == LLRP_1_1 else "this reader speaks LLRP 1.0.1"
            return self._frame(100, message_id, wire.status(wire.UNSUPPORTED_VERSION, text))
        if negotiates:
            return self._negotiate(kind, message_id, body)
        if kind == 14:
            raise Gone("CLOSE_CONNECTION", sent + self._frame(4, message_id, wire.status()))
        if kind in _UNANSWERED:
            return _UNANSWERED[kind](self, now_us)
        if kind == 1023 and body.startswith(ENABLE_EXTENSIONS) and self.abilities.maker == IMPINJ:
            self._extensions = True
            return self._frame(1023, message_id, EXTENSIONS_ENABLED + wire.status())
        if kind not in _ANSWERED and kind not in REQUESTS:
            text = f"message type {kind} is not supported"
            return self._frame(100, message_id, wire.status(wire.UNSUPPORTED_MESSAGE, text))
        return self._reply(kind, message_id, body, now_us)

    def _negotiate(self, kind: int, message_id: int, body: bytes) -> bytes:
        newest = self.abilities.newest
        if kind == 46:
            answer = bytes((self._version, newest)) + wire.status()
        elif self._version != LLRP_1_0_1:
            answer = wire.status(wire.UNEXPECTED_MESSAGE, "the version is set already")
        elif not LLRP_1_0_1 <= body[0] <= newest:
            answer = wire.status(wire.UNSUPPORTED_VERSION, f"this reader speaks versions 1 to {newest}")
        else:
            self._version = body[0]
            answer = wire.status()
        return wire.frame(kind + 10, message_id, answer, LLRP_1_1)

    def _reply(self, kind: int, message_id: int, body: bytes, now_us: Micros) -> bytes:
        answers = _ANSWERED[kind][0] if kind in _ANSWERED else REQUESTS[kind][0]
        before = self._operations.active
        try:
            if kind in REQUESTS:
                REQUESTS[kind][1](self._operations, body, now_us)
                extra = b""
            else:
                extra = _ANSWERED[kind][1](self, body)
        except Refused as why:
            return self._frame(answers, message_id, wire.status(why.status, str(why)))
        except (struct.error, IndexError):
            return self._frame(answers, message_id, wire.status(wire.PARAMETER_ERROR, "the message is too short"))
        return self._frame(answers, message_id, wire.status() + extra) + self._rospec_events(before, now_us)

    def _rospec_events(self, before: set[int], now_us: Micros) -> bytes:
        """Starts and ends of ROSpecs, told after the answer as readers do."""
        after = self._operations.active
        changed = sorted(before ^ after)
        return b"".join(self._tell(now_us, wire.rospec_event(one, started=one in after)) for one in changed)

    def _capabilities(self, body: bytes) -> bytes:
        wanted = body[0]
        if wanted > 4:
            raise Refused(wire.FIELD_ERROR, f"RequestedData {wanted} is not one of 0 to 4")
        parts = capabilities(self.abilities)
        return b"".join(parts) if wanted == 0 else parts[wanted - 1]

    def _config(self, body: bytes) -> bytes:
        antenna, wanted = struct.unpack_from(">HB", body)
        if antenna > self.abilities.antennas:
            raise Refused(wire.OUT_OF_RANGE, f"antenna {antenna} of {self.abilities.antennas}")
        chosen = {number: state for number, state in self._antennas.items() if antenna in (0, number)}
        antennas = b"".join(antenna_properties(number, connected=state) for number, state in chosen.items())
        states = self._inputs.items()
        inputs = b"".join(wire.input_state(port, on=port in self._on, high=high) for port, high in states)
        return {0: IDENTIFICATION + antennas + inputs, 1: IDENTIFICATION, 2: antennas, 9: inputs}.get(wanted, b"")

    def _configure(self, body: bytes) -> bytes:
        if body[0] & 0x80:
            self.keepalive_ms, self.holds = 0, False
            self._on.clear()
            self._operations.clear()
        for kind, value in wire.parameters(body[1:]):
            if kind == 220:
                trigger, period_ms = struct.unpack_from(">BI", value)
                self.keepalive_ms = period_ms if trigger == 1 else 0
            elif kind == 225:
                self._switch(*struct.unpack_from(">HB", value))
            elif kind == 226:
                self.holds = bool(value[0] & 0x80)
            elif kind == 244:
                self._choose_events(value)
        return b""

    def _switch(self, port: int, on: int) -> None:
        if port not in self._inputs:
            raise Refused(wire.OUT_OF_RANGE, f"input {port} of {len(self._inputs)}")
        (self._on.add if on & 0x80 else self._on.discard)(port)

    def _choose_events(self, states: bytes) -> None:
        for _, state in wire.parameters(states):
            event, on = struct.unpack(">HB", state)
            if event == GPI_EVENTS:
                self._tells_inputs = bool(on & 0x80)

    def _add(self, body: bytes) -> bytes:
        self._operations.add(read_rospec(body, self.abilities, extensions=self._extensions))
        return b""

    def _nothing(self, _body: bytes) -> bytes:
        return b""

    def _release(self, now_us: Micros) -> bytes:
        self._held = False
        return self._flush(now_us)

    def _hear(self, _now_us: Micros) -> bytes:
        self._unanswered = 0
        return b""


_ANSWERED: dict[int, tuple[int, Callable[[Mind, bytes], bytes]]] = {  # request -> its response's type, what it adds
    1: (11, Mind._capabilities),
    2: (12, Mind._config),
    3: (13, Mind._configure),
    20: (30, Mind._add),
    41: (51, Mind._nothing),  # DELETE_ACCESSSPEC: there are none
}
_UNANSWERED: dict[int, Callable[[Mind, Micros], bytes]] = {60: Mind._flush, 64: Mind._release, 72: Mind._hear}
