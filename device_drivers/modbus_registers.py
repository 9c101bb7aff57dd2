"""Registers of a Modbus device: what the configuration says of them, how they are read together, what they mean."""

from __future__ import annotations

import struct
from collections.abc import Iterable
from dataclasses import dataclass
from math import isfinite
from typing import Literal

import msgspec

from device_drivers.modbus_wire import BIT_FUNCTIONS, Question

FUNCTIONS = {"coil": 1, "discrete": 2, "holding": 3, "input": 4}
FORMATS = {"int16": ">h", "uint16": ">H", "int32": ">i", "uint32": ">I", "float32": ">f"}
MOST_REGISTERS = 125  # of one question
MOST_BITS = 2000


class NoValue(Exception):
    """Words that mean no number; the text says what came."""


@dataclass(frozen=True, kw_only=True)
class Register:
    """One value of a device."""

    name: str  # of the measurement: temperature, door_open, light_barrier, ...
    address: int  # as on the wire, from 0: a manual's 40001 is holding 0, its 30001 input 0
    kind: Literal["holding", "input", "coil", "discrete"] = "holding"  # coil and discrete give true or false
    type: Literal["int16", "uint16", "int32", "uint32", "float32"] = "uint16"  # of holding and input registers
    word_order: Literal["big", "little"] = "big"  # of 32 bits: big is the high word first
    bit: int | None = None  # of a 16-bit register, 0 the lowest: gives true or false
    invert: bool = False  # true where the device says false: contacts that are closed at rest
    scale: float = 1.0  # the value is raw * scale + offset
    offset: float = 0.0  # in the unit of the value
    no_value: int | None = None  # raw value by which the device says that it has none, such as 32767
    unit: str = ""  # UN/ECE Rec 20 code
    asset: str = ""  # whose value it is; empty: the asset of the device
    unit_id: int | None = None  # of another device on the same line; None: that of the settings

    def __post_init__(self) -> None:
        if not self.name:
            raise ValueError("name: expected a name")
        if not 0 <= self.address <= 0xFFFF:
            raise ValueError(f"address: expected 0 to 65535, came {self.address}: 40001 of a manual is holding 0")
        if self.bit is not None and not (0 <= self.bit <= 15 and self.kind in ("holding", "input") and self.words == 1):
            raise ValueError(f"bit: expected 0 to 15 of a 16-bit register, came {self.bit} of {self.kind} {self.type}")
        if self.unit_id is not None and not 0 <= self.unit_id <= 255:
            raise ValueError(f"unit_id: expected 0 to 255, came {self.unit_id}")

    @property
    def words(self) -> int:
        """Registers or bits that it takes."""
        return 2 if self.kind in ("holding", "input") and self.type.endswith("32") else 1


class Block(msgspec.Struct, frozen=True):
    """Registers that one question reads."""

    question: Question
    registers: tuple[Register, ...]

    def singly(self) -> list[Block]:
        """The same, each with a question of its own."""
        return [_block(self.question.unit_id, [register]) for register in self.registers]


def plan(registers: Iterable[Register], unit_id: int) -> list[Block]:
    """Put neighbours without a gap into one question: their values are then of one moment."""

    def unit_of(register: Register) -> int:
        return unit_id if register.unit_id is None else register.unit_id

    groups: list[list[Register]] = []
    for register in sorted(registers, key=lambda one: (unit_of(one), FUNCTIONS[one.kind], one.address)):
        if groups and unit_of(groups[-1][0]) == unit_of(register) and _joins(groups[-1], register):
            groups[-1].append(register)
        else:
            groups.append([register])
    return [_block(unit_of(group[0]), group) for group in groups]


def _joins(group: list[Register], register: Register) -> bool:
    first = group[0]
    end = max(one.address + one.words for one in group)
    most = MOST_BITS if FUNCTIONS[first.kind] in BIT_FUNCTIONS else MOST_REGISTERS
    span = register.address + register.words - first.address
    return first.kind == register.kind and register.address <= end and span <= most


def _block(unit_id: int, group: list[Register]) -> Block:
    address = group[0].address
    count = max(one.address + one.words for one in group) - address
    question = Question(unit_id=unit_id, function=FUNCTIONS[group[0].kind], address=address, count=count)
    return Block(question, tuple(group))


def value_of(register: Register, question: Question, data: bytes) -> float | bool | None:
    """A register's value in the answer to `question`; None where the device says it has none. Raises NoValue."""
    at = register.address - question.address
    if question.function in BIT_FUNCTIONS:
        return bool(data[at // 8] >> at % 8 & 1) != register.invert
    words = data[2 * at : 2 * (at + register.words)]
    if register.word_order == "little" and register.words == 2:
        words = words[2:] + words[:2]
    raw: float = struct.unpack(FORMATS[register.type], words)[0]
    if raw == register.no_value:
        return None
    if register.bit is not None:
        return bool(int.from_bytes(words, "big") >> register.bit & 1) != register.invert
    if not isfinite(raw):
        raise NoValue(f"{register.name}: expected a finite number, came {words.hex()}")
    return round(raw * register.scale + register.offset, 9)
