"""ThingMagic (JADAK) modules M5e, M6e, M7e, Micro and Nano, and readers built on them; Silion's modules speak alike.

Serial, 115200 8N1, or a serial converter on TCP. Documents and frames: see `thingmagic_wire`.

Theory of operation. `start` stops what may still run, asks what the module is, sets protocol, antennas, region and
power, and starts continuous reading; each command waits for the answer to the one before. A module that answers
"unknown operation" to a setting is still in its bootloader and is told to boot. A module that reads continuously tells
every tag at once and says once a second that it lives. After silence the whole set-up runs again, since a module that
lost its power has lost its settings; after `UNANSWERED` waits in vain the connection is given up. A module that cannot
read continuously (M5e) reads in rounds: clear the buffer, search, get the buffer.

A fault that comes with reading (too hot, antenna without its cable) is told when it begins, and its end when reading
went well for `CALM_US`. The module has no clock: reads are stamped on receipt.

Verified with captures: framing and CRC (M5e, M6e), tag records of continuous reading (M6e Nano, all classic metadata
flags) and of the buffer (M7e, flags 0057), the answer of a single read. By document only: the flags above 0100,
booting, reading in rounds, status words other than 0000 and 0400.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import Literal

from device_drivers import thingmagic_wire as wire
from device_drivers.framing import Framer, Refused
from device_drivers.thingmagic_wire import BEGIN, MOST_FRAME_BYTES, REGIONS, Frame, Operation, Status
from gateway.model import Micros, Notice, Output, Rejected, Send, TagRead

NAME = "thingmagic"
TRANSPORT: Literal["stream", "message"] = "stream"

REJECTED_BLOCK_BYTES = 1024
MAX_PENDING_BYTES = REJECTED_BLOCK_BYTES + MOST_FRAME_BYTES
UNANSWERED = 3  # waits in a row without a word before the connection is given up
AFTER_FAULT_S = 1.0  # pause after a round that ended with a fault
AFTER_REFUSAL_S = 60.0  # until a module that refused to read is set up anew
CALM_US = 10_000_000  # without a fault before its end is told
LEAST_TAG_BYTES = 12  # shorter messages of continuous reading tell temperature and the like
GIVE_UP = "give_up"

FAULTS: dict[int, tuple[str, str]] = {  # status: notice and its text
    Status.CHANNEL_OCCUPIED: ("channel_occupied", "all channels are in use by other readers"),
    Status.ANTENNA_NOT_CONNECTED: ("antenna_disconnected", "an antenna is not connected: check its cable"),
    Status.TOO_HOT: ("too_hot", "the module is too hot and reads less: check its cooling, or lower its power"),
    Status.REFLECTED_POWER: ("antenna_mismatch", "an antenna reflects the power: check that it fits the band"),
    Status.BUFFER_FULL: ("buffer_overflow", "the module's buffer ran over: reads were lost"),
}
TOLERATED = frozenset({Operation.MULTI_PROTOCOL, Operation.SET_OPTION, Operation.CLEAR_BUFFER})  # may be refused


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What may be set for one module."""

    antennas: tuple[int, ...] = (1,)  # read in turn
    power_dbm: float | None = None  # None: as the module is set
    region: (
        Literal[
            "north_america",
            "india",
            "japan",
            "china",
            "eu",
            "korea",
            "australia",
            "new_zealand",
            "north_america_narrow",
        ]
        | None
    ) = None  # None: as the module is set; most do not read until one is
    answer_s: float = 2.0  # a command not answered within this time is given up and the next one sent
    silence_s: float = 5.0  # silence after which the module is set up anew; it speaks at least once a second

    def __post_init__(self) -> None:
        if not self.antennas or not all(1 <= antenna <= 16 for antenna in self.antennas):
            raise ValueError(f"antennas: expected some of 1 to 16, came {list(self.antennas)}")
        if self.power_dbm is not None and not -10 <= self.power_dbm <= 33:
            raise ValueError(f"power_dbm: expected -10 to 33, came {self.power_dbm}")
        if self.region is not None and self.region not in REGIONS:
            raise ValueError(f"region: expected one of {', '.join(REGIONS)}, came {self.region!r}")
        if self.answer_s <= 0 or self.silence_s <= 0:
            raise ValueError("answer_s and silence_s: expected more than 0")


class Decoder:
    """One module on one line."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._framer = Framer(self._read, _seek, REJECTED_BLOCK_BYTES)
        self._commands: deque[bytes] = deque()  # the first one is sent and waits for its answer
        self._booted = False  # whether it was told to boot already, in this set-up
        self._in_rounds = False
        self._left = 0  # tags that the module's buffer still has, reading in rounds
        self._now_us: Micros = 0  # of the present call
        self._due_us: Micros = 0  # when to act if nothing is heard until then
        self._started = False
        self._unanswered = 0
        self._refusals: set[tuple[int, int]] = set()  # those told: they come back with each set-up
        self._fault: int | None = None
        self._fault_us: Micros = 0  # when it was last heard of

    @property
    def pending_bytes(self) -> int:
        """How many bytes wait for the rest of their frame; at most `MAX_PENDING_BYTES`."""
        return self._framer.pending_bytes

    def start(self, now_us: Micros) -> list[Output]:
        """Say the first of the set-up commands."""
        self._now_us, self._started = now_us, True
        return self._set_up()

    def feed(self, data: bytes, now_us: Micros, topic: str = "") -> list[Output]:
        """Take bytes from the line; return reads, notices, the next command and what was no frame."""
        self._now_us = now_us
        return self._framer.feed(data, now_us)

    def tick(self, now_us: Micros) -> list[Output]:
        """Go on where an answer stays out, and set the module up anew after silence."""
        self._now_us = now_us
        outputs = self._framer.flush_quiet(now_us)
        if not self._started or now_us < self._due_us:
            return outputs
        outputs += self._framer.give_up_tail()
        if now_us < self._due_us:  # a word was there, behind noise that had looked like a longer one
            return outputs
        self._unanswered += 1
        if self._unanswered % UNANSWERED == 0:
            text = f"the module said nothing {UNANSWERED} times in a row: check power, wiring and baud rate"
            outputs.append(Notice(name=GIVE_UP, text=text, fault=True))
        return outputs + (self._next() if len(self._commands) > 1 else self._set_up())

    def _set_up(self) -> list[Output]:
        settings = self._settings
        self._booted = self._in_rounds = False
        self._commands = deque([wire.stop_reading(), wire.command(Operation.VERSION)])
        self._commands.append(wire.command(Operation.SET_PROTOCOL, bytes((0, wire.GEN2))))
        if settings.region is not None:
            self._commands.append(wire.command(Operation.SET_REGION, bytes((REGIONS[settings.region],))))
        self._commands.append(wire.set_antennas(settings.antennas))
        if settings.power_dbm is not None:
            self._commands.append(wire.set_read_power(settings.power_dbm))
        self._commands.append(wire.command(Operation.SET_OPTION, bytes((1, wire.READ_FILTER, 0))))
        self._commands.append(wire.read_continuously())
        return self._send()

    def _read(self, buffer: bytearray, at: int) -> tuple[int, list[Output]] | None:
        frame = Frame.from_bytes(buffer, at)
        return None if frame is None else (at + frame.size, self._outputs(frame))

    def _outputs(self, frame: Frame) -> list[Output]:
        if frame.status is None:
            return []  # a command: an echo of our own, as half-duplex adapters give
        self._unanswered = 0
        if not self._commands:
            self._wait(self._settings.silence_s)
        answers = bool(self._commands) and self._commands[0][2] == frame.operation
        try:
            outputs = self._meaning(frame, answers=answers)
        except Refused as refused:
            outputs = [Rejected(data=frame.to_bytes(), reason=refused.reason, text=str(refused))]
        return outputs + self._answered(frame.operation, frame.status, frame.data) if answers else outputs

    def _meaning(self, frame: Frame, *, answers: bool) -> list[Output]:
        if frame.operation == Operation.READ_MULTIPLE:
            health = self._health(frame.status or 0)
            return health if answers else [*health, *self._streamed(frame.data)]
        if frame.status != Status.OK:
            return []
        if frame.operation == Operation.VERSION:
            return [Notice(name="identified", text=wire.version_text(frame.data))]
        if frame.operation == Operation.GET_BUFFER:
            return self._buffered(frame.data)
        if frame.operation == Operation.READ_SINGLE and len(frame.data) > 2:
            return [TagRead(epc=frame.data[:-2])]
        return []

    def _streamed(self, data: bytes) -> list[Output]:
        """A message of continuous reading: option, search flags, metadata flags, kind, and one tag record."""
        if len(data) < LEAST_TAG_BYTES or not data[0] & wire.STREAM_OPTION:
            return []
        if data[5] == wire.STREAM_END and self._started and not self._commands:
            self._commands.append(wire.read_continuously())
            return self._send()
        if data[5] != wire.STREAM_TAG:
            return []
        return [wire.tag_record(data, 6, int.from_bytes(data[3:5], "big"))[0]]

    def _buffered(self, data: bytes) -> list[Output]:
        """Tags of the buffer: metadata flags, options, how many, and the records."""
        if len(data) < 4:
            raise Refused("length", f"expected flags, options and count before tags of the buffer, got {len(data)}")
        flags, at = int.from_bytes(data[:2], "big"), 4
        reads: list[Output] = []
        for _ in range(data[3]):
            read, at = wire.tag_record(data, at, flags)
            reads.append(read)
        return reads

    def _health(self, status: int) -> list[Output]:
        """Tell a fault of reading when it begins, and its end when all was well for a while."""
        if status in FAULTS:
            self._fault_us = self._now_us
            if status == self._fault:
                return []
            self._fault = status
            name, text = FAULTS[status]
            return [Notice(name=name, text=f"{text} (0x{status:04X})", fault=True)]
        if self._fault is None or self._now_us - self._fault_us < CALM_US:
            return []
        name, self._fault = FAULTS[self._fault][0], None
        return [Notice(name="reading_again", text=f"no {name.replace('_', ' ')} any more")]

    def _answered(self, operation: int, status: int, data: bytes) -> list[Output]:
        """Go on to what comes after an answered command."""
        if self._in_rounds and operation in (Operation.READ_MULTIPLE, Operation.GET_BUFFER):
            return self._go_round(operation, status, data)
        if status == Status.OK:
            return self._next()
        last = len(self._commands) == 1
        if status == Status.UNKNOWN_OPERATION:
            if last:
                return self._turn_to_rounds()
            if operation not in TOLERATED and not self._booted:
                self._booted = True
                self._commands.appendleft(wire.command(Operation.BOOT_FIRMWARE))
                return self._send()
        if operation in TOLERATED and not last:
            return self._next()
        return self._refused(operation, status) + self._next(AFTER_REFUSAL_S if last else None)

    def _turn_to_rounds(self) -> list[Output]:
        self._in_rounds = True
        self._commands = deque([wire.command(Operation.CLEAR_BUFFER), wire.search_once()])
        notice = Notice(name="reads_in_rounds", text="the module cannot read continuously: it is asked round by round")
        return [notice, *self._send()]

    def _go_round(self, operation: int, status: int, data: bytes) -> list[Output]:
        """After a search the buffer is emptied; after the buffer, or a search that met none, the next round begins."""
        if operation == Operation.READ_MULTIPLE:
            self._left = int.from_bytes(data[3:7], "big") if status == Status.OK else 0
        else:
            got = data[3] if status == Status.OK and len(data) > 3 else 0
            self._left = self._left - got if got else 0
        begin = deque([wire.command(Operation.CLEAR_BUFFER), wire.search_once()])
        self._commands = deque([wire.get_buffer()]) if self._left > 0 else begin
        if status in FAULTS:
            self._wait(AFTER_FAULT_S)
            return []
        return self._send()

    def _refused(self, operation: int, status: int) -> list[Output]:
        if (operation, status) in self._refusals:
            return []
        self._refusals.add((operation, status))
        word = Operation(operation).name.lower().replace("_", " ")
        hint = "; is the region set?" if operation == Operation.MULTI_PROTOCOL else ""
        text = f"the module refused {word} with status 0x{status:04X}{hint}"
        return [Notice(name="refused", text=text, fault=True)]

    def _next(self, idle_s: float | None = None) -> list[Output]:
        self._commands.popleft()
        return self._send(idle_s)

    def _send(self, idle_s: float | None = None) -> list[Output]:
        """Send the first command in the queue; with none left the module reads by itself and speaks every second."""
        if not self._commands:
            self._wait(self._settings.silence_s if idle_s is None else idle_s)
            return []
        self._wait(self._settings.answer_s)
        return [Send(data=self._commands[0])]

    def _wait(self, seconds: float) -> None:
        self._due_us = self._now_us + round(seconds * 1e6)


def _seek(buffer: bytearray, at: int) -> int:
    found = buffer.find(BEGIN, at)
    return len(buffer) if found < 0 else found
