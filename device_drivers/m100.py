"""UHF modules M100, QM100, R200 and YRM100 (M5Stack Unit UHF RFID and many boards), 115200 8N1.

Document and frames: see `m100_wire`.

Theory of operation. `start` stops what may still run, asks what the module is, sets region and power
where settings say so and starts a multi poll; each command waits for the answer to the one before, as
the module drops commands while it is busy. A multi poll ends by itself after 10,000 rounds and does not
say so: a running one is never silent, since an empty round is told too, so silence starts it anew.

A tag notice has no antenna and no time. It carries the tag's own CRC over PC and EPC; a read that does not
fit it was garbled in the air and is rejected. The makers' manual numbers multi-poll notices 27, modules
send 22: both are taken.

Verified with captures: framing, tag notices of M100 and R200 modules, the answer of an empty round. By document and
public drivers (among them one for YRM100): regions and power, which are numbered alike for all four modules.
"""

from __future__ import annotations

import re
from collections import deque
from dataclasses import dataclass
from typing import Literal

from device_drivers.framing import Framer, Refused
from device_drivers.m100_wire import (
    BEGIN,
    FRAME_BYTES,
    MAX_PARAMETER_BYTES,
    REGIONS,
    Command,
    ErrorCode,
    Frame,
    FrameType,
    Info,
    info,
    multi_poll,
    set_power,
    set_region,
    stop_poll,
    tag_of,
)
from gateway.model import Micros, Notice, Output, Rejected, Send

NAME = "m100"
TRANSPORT: Literal["stream", "message"] = "stream"

REJECTED_BLOCK_BYTES = 1024
MAX_PENDING_BYTES = REJECTED_BLOCK_BYTES + MAX_PARAMETER_BYTES + FRAME_BYTES
UNANSWERED_POLLS = 3  # multi polls in a row without a word before the module is called silent
_HEADER_BEGINS = re.compile(rb"\xbb[\x00-\x02].[\x00-\x02]", re.DOTALL)  # begin, type, command, high byte of the length
_HEADER_BEGINS_BYTES = 4
TAG_COMMANDS = (Command.SINGLE_POLL, Command.MULTI_POLL)


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What may be set for one module."""

    power_dbm: float | None = None  # None: as the module is set
    region: Literal["china_900", "us", "eu", "china_800", "korea"] | None = None  # None: as the module is set
    answer_s: float = 1.0  # a command not answered within this time is given up and the next one sent
    silence_s: float = 5.0  # silence after which the multi poll is taken to have ended

    def __post_init__(self) -> None:
        if self.power_dbm is not None and not 0 <= self.power_dbm <= 33:
            raise ValueError(f"power_dbm: expected 0 to 33, came {self.power_dbm}")
        if self.region is not None and self.region not in REGIONS:
            raise ValueError(f"region: expected one of {', '.join(REGIONS)}, came {self.region!r}")
        if self.answer_s <= 0 or self.silence_s <= 0:
            raise ValueError("answer_s and silence_s: expected more than 0")


class Decoder:
    """One module on one serial line."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._framer = Framer(self._read, _seek, REJECTED_BLOCK_BYTES)
        self._commands: deque[bytes] = deque()  # the first one is sent and waits for its answer
        self._now_us: Micros = 0  # of the present call
        self._started = False
        self._due_us: Micros = 0  # when to act if nothing is heard until then
        self._unanswered = 0

    @property
    def pending_bytes(self) -> int:
        """How many bytes wait for the rest of their frame; at most `MAX_PENDING_BYTES`."""
        return self._framer.pending_bytes

    def start(self, now_us: Micros) -> list[Output]:
        """Say the first of the set-up commands."""
        self._now_us, self._started = now_us, True
        self._commands.extend(_set_up(self._settings))
        return self._send()

    def feed(self, data: bytes, now_us: Micros, topic: str = "") -> list[Output]:
        """Take bytes from the line; return reads, notices, the next command and what was no frame."""
        self._now_us = now_us
        return self._framer.feed(data, now_us)

    def tick(self, now_us: Micros) -> list[Output]:
        """Go on where an answer stays out, and start the multi poll anew after silence."""
        self._now_us = now_us
        outputs = self._framer.flush_quiet(now_us)
        if not self._started or now_us < self._due_us:
            return outputs
        if self._commands:
            return outputs + self._next_command()
        self._unanswered += 1
        if self._unanswered == UNANSWERED_POLLS:
            text = f"the module said nothing to {UNANSWERED_POLLS} polls in a row: check power, wiring and baud rate"
            outputs.append(Notice(name="silent", text=text, fault=True))
        self._commands.append(multi_poll())
        return outputs + self._send()

    def _read(self, buffer: bytearray, at: int) -> tuple[int, list[Output]] | None:
        frame = Frame.from_bytes(buffer, at)
        return None if frame is None else (at + frame.size, self._outputs(frame))

    def _outputs(self, frame: Frame) -> list[Output]:
        if frame.type == FrameType.COMMAND:
            return []  # an echo of our own, as half-duplex adapters give
        outputs = self._heard()
        if frame.type == FrameType.NOTICE and frame.command in TAG_COMMANDS:
            outputs.append(_tag_or_rejected(frame))
        elif frame.command == Command.ERROR:
            outputs += self._error(frame)
        elif frame.type == FrameType.RESPONSE:
            outputs += self._answer(frame)
        return outputs

    def _heard(self) -> list[Output]:
        was_silent = self._unanswered >= UNANSWERED_POLLS
        self._unanswered = 0
        if not self._commands:
            self._due_us = self._now_us + round(self._settings.silence_s * 1e6)
        return [Notice(name="heard_again", text="the module answers again")] if was_silent else []

    def _answer(self, frame: Frame) -> list[Output]:
        outputs: list[Output] = []
        if frame.command == Command.INFO and frame.parameters:
            outputs.append(_identity(frame.parameters))
        if self._commands and self._commands[0][2] == frame.command:
            outputs += self._next_command()
        return outputs

    def _error(self, frame: Frame) -> list[Output]:
        code = frame.parameters[0] if frame.parameters else 0
        if code == ErrorCode.NO_TAG:
            return []
        word = (
            ErrorCode(code).name.lower().replace("_", " ")
            if code in ErrorCode.__members__.values()
            else "unknown error"
        )
        text = f"the module says: {word} (0x{code:02X})"
        notice = Notice(name="reader_error", text=text, fault=True)
        return [notice, *self._next_command()] if self._commands else [notice]

    def _next_command(self) -> list[Output]:
        self._commands.popleft()
        return self._send()

    def _send(self) -> list[Output]:
        """Send the first command in the queue; a multi poll has no answer of its own, so none is waited for."""
        if not self._commands:
            return []
        data = self._commands[0]
        last = data[2] == Command.MULTI_POLL
        if last:
            self._commands.popleft()
        wait_s = self._settings.silence_s if last else self._settings.answer_s
        self._due_us = self._now_us + round(wait_s * 1e6)
        return [Send(data=data)]


def _set_up(settings: Settings) -> list[bytes]:
    commands = [stop_poll(), info(Info.HARDWARE), info(Info.SOFTWARE)]
    if settings.region is not None:
        commands.append(set_region(settings.region))
    if settings.power_dbm is not None:
        commands.append(set_power(settings.power_dbm))
    return [*commands, multi_poll()]


def _tag_or_rejected(frame: Frame) -> Output:
    try:
        return tag_of(frame)
    except Refused as refused:
        return Rejected(data=frame.to_bytes(), reason=refused.reason, text=str(refused))


def _identity(parameters: bytes) -> Notice:
    what = Info(parameters[0]).name.lower() if parameters[0] in Info.__members__.values() else "module"
    return Notice(name="identified", text=f"{what}: {parameters[1:].decode('ascii', 'replace').strip()}")


def _seek(buffer: bytearray, at: int) -> int:
    found = _HEADER_BEGINS.search(buffer, at)
    if found:
        return found.start()
    undecided = buffer.find(BEGIN, max(at, len(buffer) - _HEADER_BEGINS_BYTES + 1))
    return len(buffer) if undecided < 0 else undecided
