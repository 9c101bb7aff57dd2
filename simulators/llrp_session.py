"""An LLRP reader's mind: messages in, messages out, strict about order; no socket, clock or task.

It is a fixed reader as the field has them: ROSpecs outlive the connection that added them, reports of
a running ROSpec are buffered while nobody may have them, KEEPALIVE must be answered.

    disabled --ENABLE--> inactive --START or immediate trigger--> active --STOP--> inactive --DISABLE--> disabled
"""

from __future__ import annotations

import struct
from collections import deque
from collections.abc import Callable
from enum import Enum

from gateway.model import Micros
from simulators import llrp_frames as wire
from simulators.llrp_abilities import C1G2, IDENTIFICATION, LLRP, REGULATORY, antenna_properties, general
from simulators.llrp_frames import Refused, Rospec, TagSeen, frame

BUFFERED_REPORTS = 4096  # tag reports a reader holds; the oldest is dropped
MISSED_KEEPALIVES = 3  # unanswered in a row: the client is gone
LONGEST_MESSAGE = 1 << 20


class State(Enum):
    """Where a ROSpec stands."""

    DISABLED = "disabled"
    INACTIVE = "inactive"
    ACTIVE = "active"


class Gone(Exception):
    """The reader closes the connection, and why."""


class Mind:
    """One reader's state. `feed` answers bytes with bytes; `see` and `tick` give what to send unasked."""

    def __init__(self, *, antennas: int = 4, model: str = "96008") -> None:
        self.antennas = antennas
        self.model = int(model)
        self.keepalive_ms = 0  # 0: none
        self.keepalives = 0  # sent so far
        self.holds = False  # HoldEventsAndReportsUponReconnect
        self._held = False  # held now, until ENABLE_EVENTS_AND_REPORTS
        self._connected = False
        self._rospecs: dict[int, Rospec] = {}
        self._states: dict[int, State] = {}
        self._buffer: deque[bytes] = deque(maxlen=BUFFERED_REPORTS)
        self._unanswered = 0
        self._next_id = 1
        self._tail = bytearray()

    # --- the connection ------------------------------------------------------------------------

    def connected(self, now_us: Micros) -> bytes:
        """A client came: greet it, then give what was buffered unless it asked to hold."""
        self._connected, self._held, self._unanswered = True, self.holds, 0
        self._tail.clear()
        return wire.connection_attempt(now_us, wire.CONNECTED) + self._flush()

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
        return frame(62, self._id())

    # --- the radio -----------------------------------------------------------------------------

    def see(self, seen: TagSeen) -> bytes:
        """A tag was read: the report to send now, empty where no ROSpec reads it or it waits."""
        for rospec_id, rospec in self._rospecs.items():
            listens = not rospec.antennas or seen.antenna in rospec.antennas
            if self._states[rospec_id] is State.ACTIVE and listens:
                self._buffer.append(wire.tag_report(seen, rospec))
                return self._flush() if self._due(rospec) else b""
        return b""

    def antenna(self, antenna: int, now_us: Micros, *, connected: bool) -> bytes:
        """An antenna came off or was plugged in: the event to send, empty while events are held."""
        if not self._connected or self._held:
            return b""
        return wire.antenna_event(now_us, antenna, connected=connected)

    @property
    def reading(self) -> bool:
        """True while some ROSpec is active."""
        return State.ACTIVE in self._states.values()

    def _due(self, rospec: Rospec) -> bool:
        return 0 < rospec.report.every <= len(self._buffer)

    def _flush(self) -> bytes:
        if not self._buffer or self._held or not self._connected:
            return b""
        body = b"".join(self._buffer)
        self._buffer.clear()
        return frame(61, self._id(), body)

    def _id(self) -> int:
        self._next_id += 1
        return self._next_id

    # --- requests ------------------------------------------------------------------------------

    def _answer(self, message: bytes, now_us: Micros, *, sent: bytes) -> bytes:
        head, _, message_id = wire.HEADER.unpack_from(message)
        kind, body = head & 0x3FF, message[wire.HEADER.size :]
        if head >> 10 & 0x7 != 1:
            text = "this reader speaks LLRP 1.0.1"
            return frame(100, message_id, wire.status(wire.UNSUPPORTED_VERSION, text))
        if kind == 14:
            raise Gone("CLOSE_CONNECTION", sent + frame(4, message_id, wire.status()))
        if kind in _UNANSWERED:
            return _UNANSWERED[kind](self)
        if kind not in _REQUESTS:
            text = f"message type {kind} is not supported"
            return frame(100, message_id, wire.status(wire.UNSUPPORTED_MESSAGE, text))
        return self._reply(kind, message_id, body, now_us)

    def _reply(self, kind: int, message_id: int, body: bytes, now_us: Micros) -> bytes:
        answers, act = _REQUESTS[kind]
        before = dict(self._states)
        try:
            extra = act(self, body)
        except Refused as why:
            return frame(answers, message_id, wire.status(why.status, str(why)))
        except (struct.error, IndexError):
            return frame(answers, message_id, wire.status(wire.PARAMETER_ERROR, "the message is too short"))
        return frame(answers, message_id, wire.status() + extra) + self._rospec_events(before, now_us)

    def _rospec_events(self, before: dict[int, State], now_us: Micros) -> bytes:
        """Starts and ends of ROSpecs, told after the answer as readers do."""
        if self._held:
            return b""
        out = b""
        for rospec_id in sorted(before.keys() | self._states.keys()):
            was, now = before.get(rospec_id), self._states.get(rospec_id)
            if (was is State.ACTIVE) != (now is State.ACTIVE):
                out += wire.rospec_event(now_us, rospec_id, started=now is State.ACTIVE)
        return out

    def _capabilities(self, body: bytes) -> bytes:
        wanted = body[0]
        if wanted > 4:
            raise Refused(wire.FIELD_ERROR, f"RequestedData {wanted} is not one of 0 to 4")
        parts = (general(self.antennas, self.model), LLRP, REGULATORY, C1G2)
        return b"".join(parts) if wanted == 0 else parts[wanted - 1]

    def _config(self, body: bytes) -> bytes:
        antenna, wanted = struct.unpack_from(">HB", body)
        if antenna > self.antennas:
            raise Refused(wire.OUT_OF_RANGE, f"antenna {antenna} of {self.antennas}")
        numbers = [n for n in range(1, self.antennas + 1) if antenna in (0, n)]
        antennas = b"".join(antenna_properties(n) for n in numbers)
        return {0: IDENTIFICATION + antennas, 1: IDENTIFICATION, 2: antennas}.get(wanted, b"")

    def _configure(self, body: bytes) -> bytes:
        if body[0] & 0x80:
            self.keepalive_ms, self.holds = 0, False
            self._rospecs.clear()
            self._states.clear()
        for kind, value in wire.parameters(body[1:]):
            if kind == 220:
                trigger, period_ms = struct.unpack_from(">BI", value)
                self.keepalive_ms = period_ms if trigger == 1 else 0
            elif kind == 226:
                self.holds = bool(value[0] & 0x80)
        return b""

    def _add(self, body: bytes) -> bytes:
        rospec = wire.read_rospec(body, self.antennas)
        if rospec.rospec_id in self._rospecs:
            raise Refused(wire.FIELD_ERROR, f"ROSpec {rospec.rospec_id} exists already")
        self._rospecs[rospec.rospec_id] = rospec
        self._states[rospec.rospec_id] = State.DISABLED
        return b""

    def _delete(self, body: bytes) -> bytes:
        for rospec_id in self._named(body):
            del self._rospecs[rospec_id], self._states[rospec_id]
        return b""

    def _enable(self, body: bytes) -> bytes:
        for rospec_id in self._named(body):
            at_once = self._rospecs[rospec_id].starts_at_once
            if self._states[rospec_id] is State.DISABLED:
                self._states[rospec_id] = State.ACTIVE if at_once else State.INACTIVE
        return b""

    def _disable(self, body: bytes) -> bytes:
        for rospec_id in self._named(body):
            self._states[rospec_id] = State.DISABLED
        return b""

    def _start(self, body: bytes) -> bytes:
        for rospec_id in self._named(body):
            if self._states[rospec_id] is State.DISABLED:
                raise Refused(wire.FIELD_ERROR, f"ROSpec {rospec_id} is disabled: enable it first")
            self._states[rospec_id] = State.ACTIVE
        return b""

    def _stop(self, body: bytes) -> bytes:
        for rospec_id in self._named(body):
            if self._states[rospec_id] is not State.ACTIVE:
                raise Refused(wire.FIELD_ERROR, f"ROSpec {rospec_id} is not running")
            self._states[rospec_id] = State.INACTIVE
        return b""

    def _named(self, body: bytes) -> list[int]:
        """The ROSpecs a request names; 0 means all, of which there may be none."""
        (rospec_id,) = struct.unpack_from(">I", body)
        if rospec_id == 0:
            return list(self._rospecs)
        if rospec_id not in self._rospecs:
            raise Refused(wire.FIELD_ERROR, f"there is no ROSpec {rospec_id}")
        return [rospec_id]

    def _nothing(self, _body: bytes) -> bytes:
        return b""

    def _release(self) -> bytes:
        self._held = False
        return self._flush()

    def _hear(self) -> bytes:
        self._unanswered = 0
        return b""


_Act = Callable[[Mind, bytes], bytes]
_REQUESTS: dict[int, tuple[int, _Act]] = {  # request -> its response's type, what it does
    1: (11, Mind._capabilities),
    2: (12, Mind._config),
    3: (13, Mind._configure),
    20: (30, Mind._add),
    21: (31, Mind._delete),
    22: (32, Mind._start),
    23: (33, Mind._stop),
    24: (34, Mind._enable),
    25: (35, Mind._disable),
    41: (51, Mind._nothing),  # DELETE_ACCESSSPEC: there are none
}
_UNANSWERED: dict[int, Callable[[Mind], bytes]] = {60: Mind._flush, 64: Mind._release, 72: Mind._hear}
