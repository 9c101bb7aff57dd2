"""Readers that speak UHFReader18 or UHFReader288: Chafon CF-RU5102, CF-RU5202, CF-MU801 to 904 and others.

Serial, 57600 8N1 as delivered, or TCP (port 6000 or 27011). Documents and frames: see `uhfreader_wire`.

Theory of operation. `start` asks what the reader is, sets the power where the settings say so, and then runs one
inventory after the other: such readers say nothing unasked. An inventory ends with a status other than "more follows".
An answer that stays out is asked for again; after `UNANSWERED` times the connection is given up. A fault that comes
with every round (an antenna without its cable) is told when it begins and when it ends, and slows the rounds.

The family cannot be told from a frame, so it is a setting; a reader that calls itself otherwise is told.
RSSI of the 288 family is a number without a unit that is larger for stronger tags (0x40 to 0x6D seen): it becomes dBm
only by `rssi_offset_db`, which has to be measured with the reader at hand.

Verified with captures: framing, CRC, and inventory answers of both families (wabson/chafon-rfid's tests, and frames
quoted in a public test server). By document and public driver only: reader information, power, antennas, status words.
"""

from __future__ import annotations

import re
from collections import deque
from dataclasses import dataclass
from itertools import cycle
from typing import Literal

from device_drivers.framing import Framer, Refused
from device_drivers.uhfreader_wire import (
    ANYONE,
    BANDS,
    MOST_FRAME_BYTES,
    TYPES,
    Command,
    Frame,
    ReaderInfo,
    Status,
    command,
    inventory_288,
    tags_18,
    tags_288,
)
from gateway.model import Micros, Notice, Output, Rejected, Send, TagRead

NAME = "uhfreader"
TRANSPORT: Literal["stream", "message"] = "stream"

REJECTED_BLOCK_BYTES = 1024
MAX_PENDING_BYTES = REJECTED_BLOCK_BYTES + 2 * MOST_FRAME_BYTES
UNANSWERED = 3  # commands in a row without an answer before the connection is given up
AFTER_FAULT_US = 1_000_000  # pause after a round that ended with a fault
GIVE_UP = "give_up"
ENDS_WELL = frozenset({Status.OK, Status.FINISHED, Status.TIME_IS_UP, Status.NO_TAG})

_HEADER = re.compile(b"[\\x04-\\xff].[" + re.escape(bytes(Command)) + b"]", re.DOTALL)
_MAY_BEGIN = re.compile(b"[\\x04-\\xff]")
_HEADER_BYTES = 3


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What may be set for one reader."""

    family: Literal["18", "288"]  # of its protocol: CF-RU5102 and alike speak 18; those with several antennas 288
    address: int = ANYONE  # of the reader; 255: whichever is on the line
    power_dbm: int | None = None  # None: as the reader is set
    antennas: tuple[int, ...] = (1,)  # 288 only: inventoried in turn
    q: int = 4  # 288 only: slots of a round as a power of two; about as many as tags are expected
    session: Literal[0, 1, 2, 3] = 0  # 288 only: Gen2 session
    scan_time_s: float = 1.0  # 288 only: longest time of one round at one antenna
    pause_s: float = 0.0  # between rounds; acted on once a second, so 0 or some seconds
    answer_s: float = 3.0  # a command not answered within this time is sent again
    rssi_offset_db: float | None = None  # 288 only: raw RSSI + this = dBm; None: no RSSI, since its unit is not known

    def __post_init__(self) -> None:
        if not 0 <= self.address <= ANYONE:
            raise ValueError(f"address: expected 0 to 255, came {self.address}")
        if self.power_dbm is not None and not 0 <= self.power_dbm <= 33:
            raise ValueError(f"power_dbm: expected 0 to 33, came {self.power_dbm}")
        if not self.antennas or not all(1 <= antenna <= 8 for antenna in self.antennas):
            raise ValueError(f"antennas: expected some of 1 to 8, came {list(self.antennas)}")
        if not 0 <= self.q <= 15:
            raise ValueError(f"q: expected 0 to 15, came {self.q}")
        if not 0.1 <= self.scan_time_s <= 25.5:
            raise ValueError(f"scan_time_s: expected 0.1 to 25.5, came {self.scan_time_s}")
        if self.pause_s < 0 or self.answer_s <= 0:
            raise ValueError("pause_s and answer_s: expected no time below 0, and some to answer in")


class Decoder:
    """One reader on one line."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._framer = Framer(self._read, _seek, REJECTED_BLOCK_BYTES)
        self._set_up: deque[bytes] = deque()
        self._rounds = cycle(_inventories(settings))
        self._sent = b""  # the command that waits for its answer; empty: none does
        self._last_sent = b""
        self._now_us: Micros = 0  # of the present call
        self._due_us: Micros = 0  # when to act if nothing is heard until then
        self._started = False
        self._unanswered = 0
        self._fault: int | None = None  # with which status rounds end at present

    @property
    def pending_bytes(self) -> int:
        """How many bytes wait for the rest of their frame; at most `MAX_PENDING_BYTES`."""
        return self._framer.pending_bytes

    def start(self, now_us: Micros) -> list[Output]:
        """Ask what the reader is."""
        self._now_us, self._started = now_us, True
        settings = self._settings
        self._set_up.append(command(Command.READER_INFO, address=settings.address))
        if settings.power_dbm is not None:
            self._set_up.append(command(Command.SET_POWER, bytes((settings.power_dbm,)), settings.address))
        return self._next()

    def feed(self, data: bytes, now_us: Micros, topic: str = "") -> list[Output]:
        """Take bytes from the line; return reads, notices, the next command and what was no frame."""
        self._now_us = now_us
        return self._framer.feed(data, now_us)

    def tick(self, now_us: Micros) -> list[Output]:
        """Send again what was not answered, or the next round after a pause."""
        self._now_us = now_us
        outputs = self._framer.flush_quiet(now_us)
        if not self._started or now_us < self._due_us:
            return outputs
        if not self._sent:
            return outputs + self._next()
        outputs += self._framer.give_up_tail()
        if now_us < self._due_us:  # the answer was there, behind noise that had looked like a longer one
            return outputs
        self._unanswered += 1
        if self._unanswered % UNANSWERED == 0:
            text = f"no answer to {UNANSWERED} commands in a row: check power, wiring, baud rate, address and family"
            outputs.append(Notice(name=GIVE_UP, text=text, fault=True))
        return outputs + self._send(self._sent)

    def _read(self, buffer: bytearray, at: int) -> tuple[int, list[Output]] | None:
        echo = self._last_sent
        if echo.startswith(bytes(buffer[at : at + len(echo)])) and echo:  # as half-duplex adapters give
            return (at + len(echo), []) if len(buffer) - at >= len(echo) else None
        frame = Frame.from_bytes(buffer, at)
        return None if frame is None else (at + frame.size, self._outputs(frame))

    def _outputs(self, frame: Frame) -> list[Output]:
        if not frame.body:
            return []  # a command of another host on the line
        self._unanswered = 0
        status, data = frame.body[0], frame.body[1:]
        try:
            outputs = self._meaning(frame.command, status, data)
        except Refused as refused:
            text = f"{refused}: is the family {self._settings.family}?"
            outputs = [Rejected(data=frame.to_bytes(), reason=refused.reason, text=text)]
        if not self._sent or self._sent[2] != frame.command:
            return outputs
        if status == Status.MORE_FOLLOWS:
            self._due_us = self._now_us + round(self._settings.answer_s * 1e6)
            return outputs
        return outputs + self._go_on(frame.command)

    def _meaning(self, number: int, status: int, data: bytes) -> list[Output]:
        if number == Command.INVENTORY:
            return [*self._tags(data), *self._round_ended(status)]
        if number == Command.READER_INFO and status == Status.OK:
            return self._identity(ReaderInfo.from_data(data))
        if status != Status.OK:
            text = f"the reader refused {_word(Command(number))}: {_status(status)}"
            return [Notice(name="refused", text=text, fault=True)]
        return []

    def _tags(self, data: bytes) -> list[TagRead]:
        return tags_18(data) if self._settings.family == "18" else tags_288(data, self._settings.rssi_offset_db)

    def _round_ended(self, status: int) -> list[Output]:
        """Tell a fault when it begins and when it ends, not with each round."""
        if status == Status.MORE_FOLLOWS:
            return []
        fault = None if status in ENDS_WELL else status
        before, self._fault = self._fault, fault
        if fault == before:
            return []
        if fault is None:
            return [Notice(name="reading_again", text="inventories end well again")]
        name = "antenna_disconnected" if fault == Status.ANTENNA_FAULT else "reader_error"
        return [Notice(name=name, text=f"an inventory ended with: {_status(fault)}", fault=True)]

    def _identity(self, info: ReaderInfo) -> list[Output]:
        name = TYPES.get(info.type, f"type {info.type:02X}")
        band = BANDS.get(info.band, f"band {info.band}")
        version = ".".join(str(part) for part in info.version)
        text = f"{name}, version {version}, {band}, {info.power_dbm} dBm"
        outputs: list[Output] = [Notice(name="identified", text=text)]
        if info.type in TYPES and (name == "UHFReader18") != (self._settings.family == "18"):
            text = f"the reader says it is a {name}, and its family is set to {self._settings.family}"
            outputs.append(Notice(name="wrong_family", text=text, fault=True))
        return outputs

    def _go_on(self, answered: int) -> list[Output]:
        """Send what comes next, after a pause where one is due."""
        self._sent = b""
        pause_us = round(self._settings.pause_s * 1e6) if answered == Command.INVENTORY else 0
        if self._fault is not None:
            pause_us = max(pause_us, AFTER_FAULT_US)
        if pause_us:
            self._due_us = self._now_us + pause_us
            return []
        return self._next()

    def _next(self) -> list[Output]:
        return self._send(self._set_up.popleft() if self._set_up else next(self._rounds))

    def _send(self, data: bytes) -> list[Output]:
        self._sent = self._last_sent = data
        self._due_us = self._now_us + round(self._settings.answer_s * 1e6)
        return [Send(data=data)]


def _inventories(settings: Settings) -> list[bytes]:
    if settings.family == "18":
        return [command(Command.INVENTORY, address=settings.address)]
    return [
        command(
            Command.INVENTORY,
            inventory_288(antenna, settings.q, settings.session, settings.scan_time_s),
            settings.address,
        )
        for antenna in settings.antennas
    ]


def _word(member: Command) -> str:
    return member.name.lower().replace("_", " ")


def _status(status: int) -> str:
    known = status in Status.__members__.values()
    word = Status(status).name.lower().replace("_", " ") if known else "unknown status"
    return f"{word} (0x{status:02X})"


def _seek(buffer: bytearray, at: int) -> int:
    found = _HEADER.search(buffer, at)
    if found:
        return found.start()
    undecided = _MAY_BEGIN.search(buffer, max(at, len(buffer) - _HEADER_BYTES + 1))
    return undecided.start() if undecided else len(buffer)
