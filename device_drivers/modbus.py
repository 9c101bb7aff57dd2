"""Modbus devices, polled: RTU on a serial line (or through a transparent serial server), or Modbus TCP.

Documents: see `modbus_wire`. Verified with a documented sensor exchange, with frames that pymodbus makes, and against
pymodbus servers over TCP and over a pseudo terminal; not yet with a device on a wire.

    driver: modbus
    connect: serial:///dev/ttyUSB0?baud=9600
    settings:
      unit_id: 1
      registers:
        - {name: humidity, address: 0, scale: 0.1, unit: P1}
        - {name: temperature, address: 1, type: int16, scale: 0.1, unit: CEL}
        - {name: door_open, address: 0, kind: discrete, invert: true}

Theory of operation. Every `every_s` all blocks of registers are asked for, one at a time; the answer sends the next
question. Neighbours are read together. Where a device refuses a block it is read singly from then on, so that one bad
register does not stop the others. A question that is not answered within `answer_s` is given up; the other registers
of that unit wait for the next round, and nothing is asked until the next tick, so that a late answer meets silence.

RTU frames are told apart by silence of 3.5 characters, which no computer behind an adapter can see or keep exactly:
frames are found by the question and their checksum instead, and the way of an answer through the gateway, some
milliseconds, is the pause before the next question. Rounds begin on a tick, which comes once a second: use a reader's
GPI where a light barrier must be seen faster.
"""

from __future__ import annotations

from collections import Counter, deque
from dataclasses import dataclass
from typing import Literal

from device_drivers.framing import Framer
from device_drivers.modbus_registers import Block, NoValue, Register, plan, value_of
from device_drivers.modbus_wire import MOST_FRAME_BYTES, Answer, Question, Rtu, Tcp, Wire
from gateway.model import Measurement, Micros, Notice, Output, Rejected, Send

NAME = "modbus"
TRANSPORT: Literal["stream", "message"] = "stream"

REJECTED_BLOCK_BYTES = 1024
MAX_PENDING_BYTES = REJECTED_BLOCK_BYTES + MOST_FRAME_BYTES
UNANSWERED = 3  # questions in a row before a unit is called silent
ADDRESS_FAULTS = (2, 3)  # exceptions that some register of a block may cause


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What is read, and how often."""

    registers: tuple[Register, ...]  # what is read: {name, address, kind, type, scale, offset, unit, ...}
    framing: Literal["rtu", "tcp"] = "rtu"  # tcp: connect tcp://HOST:502
    unit_id: int = 1  # the device's address on the line; behind TCP often 0, 1 or 255
    every_s: float = 10.0  # from one round of questions to the next
    answer_s: float = 2.0  # a question not answered within this time is given up; the way through the gateway counts

    def __post_init__(self) -> None:
        if not self.registers:
            raise ValueError("registers: expected at least one")
        if not 0 <= self.unit_id <= 255:
            raise ValueError(f"unit_id: expected 0 to 255, came {self.unit_id}")
        if self.every_s < 1 or self.answer_s <= 0:
            raise ValueError("every_s and answer_s: expected 1 or more, and more than 0")
        (name, asset), count = Counter((one.name, one.asset) for one in self.registers).most_common(1)[0]
        if count > 1:
            raise ValueError(f"registers: the name {name!r} stands {count} times{f' for {asset}' if asset else ''}")


class Decoder:
    """One line or one TCP connection, with one or more units behind it."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._blocks = plan(settings.registers, settings.unit_id)
        self._wire: Wire = Rtu() if settings.framing == "rtu" else Tcp()
        self._framer = Framer(self._read, self._wire.seek, REJECTED_BLOCK_BYTES)
        self._waiting: deque[Block] = deque(self._blocks)  # of this round; the first is asked where `_asked`
        self._now_us: Micros = 0  # of the present call
        self._round_us: Micros = 0  # when this round began
        self._asked_us: Micros = 0
        self._asked = True
        self._started = False
        self._refused: dict[Question, int] = {}  # exceptions that were told
        self._unanswered: Counter[int] = Counter()  # by unit
        self._first_frame = self._wire.ask(self._blocks[0].question)

    @property
    def pending_bytes(self) -> int:
        """How many bytes wait for the rest of their frame; at most `MAX_PENDING_BYTES`."""
        return self._framer.pending_bytes

    def start(self, now_us: Micros) -> list[Output]:
        """Begin the first round."""
        self._started, self._now_us = True, now_us
        self._round_us = self._asked_us = now_us
        return [Send(data=self._first_frame)]

    def feed(self, data: bytes, now_us: Micros, topic: str = "") -> list[Output]:
        """Take bytes; return values, the next question, and what was no answer."""
        self._now_us = now_us
        return self._framer.feed(data, now_us)

    def tick(self, now_us: Micros) -> list[Output]:
        """Give up what is not answered, go on after that, and begin the next round when it is due."""
        self._now_us = now_us
        outputs = self._framer.flush_quiet(now_us)
        if not self._started:
            return outputs
        if self._asked:
            if now_us - self._asked_us >= self._settings.answer_s * 1e6:
                outputs += self._give_up()
            return outputs
        if not self._waiting and now_us - self._round_us >= self._settings.every_s * 1e6:
            self._round_us = now_us
            self._waiting.extend(self._blocks)
        return outputs + self._ask()

    def _ask(self) -> list[Output]:
        self._asked = bool(self._waiting)
        if not self._waiting:
            self._wire.forget()
            return []
        self._asked_us = self._now_us
        return [Send(data=self._wire.ask(self._waiting[0].question))]

    def _read(self, buffer: bytearray, at: int) -> tuple[int, list[Output]] | None:
        found = self._wire.read(buffer, at)
        if found is None:
            return None
        end, answer = found
        return end, [] if answer is None else self._answered(answer)

    def _answered(self, answer: Answer) -> list[Output]:
        block = self._waiting.popleft()
        outputs = self._heard(block.question.unit_id)
        if answer.exception:
            outputs += self._exception(block, answer)
        else:
            if self._refused.pop(block.question, None) is not None:
                outputs.append(Notice(name="register_answers", text=_named(block)))
            outputs += [output for register in block.registers for output in _measured(register, block, answer.data)]
        return outputs + self._ask()

    def _exception(self, block: Block, answer: Answer) -> list[Output]:
        if answer.exception in ADDRESS_FAULTS and len(block.registers) > 1:
            singles = block.singly()
            at = self._blocks.index(block)
            self._blocks[at : at + 1] = singles
            self._waiting.extendleft(reversed(singles))
            return []
        if self._refused.get(block.question) == answer.exception:
            return []
        self._refused[block.question] = answer.exception
        return [Notice(name="register_refused", text=f"{_named(block)}: {answer.refusal}", fault=True)]

    def _heard(self, unit_id: int) -> list[Output]:
        was_silent = self._unanswered.pop(unit_id, 0) >= UNANSWERED
        return [Notice(name="heard_again", text=f"unit {unit_id} answers again")] if was_silent else []

    def _give_up(self) -> list[Output]:
        unit_id = self._waiting[0].question.unit_id
        self._waiting = deque(block for block in self._waiting if block.question.unit_id != unit_id)
        self._asked = False
        self._wire.forget()
        self._unanswered[unit_id] += 1
        outputs = self._framer.abandon("truncated", f"expected the rest of an answer of unit {unit_id}, came nothing")
        if self._unanswered[unit_id] == UNANSWERED:
            text = (
                f"unit {unit_id} did not answer {UNANSWERED} questions in a row: check its address, the wiring, the "
                "baud rate and parity, and that no other master asks"
            )
            outputs.append(Notice(name="silent", text=text, fault=True))
        return outputs


def _measured(register: Register, block: Block, data: bytes) -> list[Output]:
    try:
        value = value_of(register, block.question, data)
    except NoValue as error:
        return [Rejected(data=data, reason="value", text=str(error))]
    if value is None:
        return []
    return [Measurement(name=register.name, value=value, unit=register.unit, asset=register.asset)]


def _named(block: Block) -> str:
    names = ", ".join(register.name for register in block.registers)
    return f"{names} (unit {block.question.unit_id}, {block.registers[0].kind} {block.question.address})"
