"""Modbus: pymodbus as the other end and as the oracle; refusals, silence, late answers, bad settings."""

from __future__ import annotations

import asyncio
import json
import os
import struct
import tty
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import msgspec
import pytest
from pymodbus import FramerType
from pymodbus.framer import FramerRTU, FramerSocket
from pymodbus.pdu import DecodePDU, ExceptionResponse, ModbusPDU
from pymodbus.pdu.bit_message import ReadCoilsRequest, ReadCoilsResponse, ReadDiscreteInputsRequest
from pymodbus.pdu.register_message import (
    ReadHoldingRegistersRequest,
    ReadHoldingRegistersResponse,
    ReadInputRegistersRequest,
)
from pymodbus.server import ModbusSerialServer, ModbusTcpServer
from pymodbus.simulator import DataType, SimData, SimDevice

from device_drivers.modbus import UNANSWERED, Decoder, Settings
from device_drivers.modbus_registers import MOST_REGISTERS, plan
from device_drivers.modbus_wire import Question, Rtu, Tcp, crc16
from gateway.model import Measurement, Notice, Output, Rejected, Send

SECOND_US = 1_000_000
READ_BYTES = 4096
REQUESTS: dict[int, type[ModbusPDU]] = {
    1: ReadCoilsRequest,
    2: ReadDiscreteInputsRequest,
    3: ReadHoldingRegistersRequest,
    4: ReadInputRegistersRequest,
}
COLD_ROOM: list[dict[str, Any]] = [
    {"name": "humidity", "address": 0, "scale": 0.1, "unit": "P1"},
    {"name": "temperature", "address": 1, "type": "int16", "scale": 0.1, "unit": "CEL"},
    {"name": "pressure", "address": 2, "type": "float32", "unit": "A97"},
    {"name": "missing", "address": 900},
    {"name": "level", "address": 10, "kind": "input", "type": "int32"},
    {"name": "door_open", "address": 3, "kind": "discrete"},
    {"name": "trailer_present", "address": 5, "kind": "coil"},
]
READ_THERE = {
    "humidity": 65.8,
    "temperature": -10.1,
    "pressure": 1013.25,
    "level": -70_000.0,
    "door_open": True,
    "trailer_present": True,
}


def settings(registers: list[dict[str, Any]], **more: Any) -> Settings:
    return msgspec.convert({"registers": registers, "answer_s": 1.0, **more}, Settings)


def measured(outputs: list[Output]) -> list[Measurement]:
    return [one for one in outputs if isinstance(one, Measurement)]


def values(outputs: list[Output]) -> dict[str, float | bool | str]:
    return {one.name: one.value for one in measured(outputs)}


def names(outputs: list[Output]) -> list[str]:
    return [one.name for one in outputs if isinstance(one, Notice)]


def sent(outputs: list[Output]) -> list[bytes]:
    return [one.data for one in outputs if isinstance(one, Send)]


def rtu(hexed: str) -> bytes:
    body = bytes.fromhex(hexed)
    return body + crc16(body)


# --- pymodbus as the oracle -----------------------------------------------------------------------


@pytest.mark.parametrize("function", REQUESTS)
@pytest.mark.parametrize(("unit", "address", "count"), [(1, 0, 1), (17, 0x1234, 9), (247, 65_000, 125)])
def test_questions_are_those_of_pymodbus(function: int, unit: int, address: int, count: int) -> None:
    question = Question(unit_id=unit, function=function, address=address, count=count)
    wanted = REQUESTS[function](address=address, count=count, dev_id=unit, transaction_id=1)
    assert Rtu().ask(question) == FramerRTU(DecodePDU(is_server=True)).buildFrame(wanted)
    assert Tcp().ask(question) == FramerSocket(DecodePDU(is_server=True)).buildFrame(wanted)


@pytest.mark.parametrize(
    "answer",
    [
        ReadHoldingRegistersResponse(registers=[1, 0xFFFF, 300], dev_id=9, transaction_id=1),
        ReadCoilsResponse(bits=[True, False] * 12, dev_id=9, transaction_id=1),
        ExceptionResponse(3, 6, device_id=9, transaction=1),
    ],
    ids=lambda answer: type(answer).__name__,
)
def test_answers_of_pymodbus_are_read(answer: ModbusPDU) -> None:
    function = answer.function_code & 0x7F
    question = Question(unit_id=9, function=function, address=0, count=24 if function == 1 else 3)
    for wire, framer in ((Rtu(), FramerRTU), (Tcp(), FramerSocket)):
        wire.ask(question)
        frame = bytearray(framer(DecodePDU(is_server=False)).buildFrame(answer))
        found = wire.read(frame, 0)
        assert found is not None
        end, read = found
        assert end == len(frame)
        assert read is not None
        assert read.exception == (6 if isinstance(answer, ExceptionResponse) else 0)
        assert read.exception or read.data == answer.encode()[1:]


def test_the_frames_of_the_fixtures(shared_fixtures: Path) -> None:
    lines = (shared_fixtures / "devices/iot/modbus_rtu.jsonl").read_text().splitlines()
    asked, answered = (json.loads(line) for line in lines)
    expected = answered["expected"]
    decoder = Decoder(settings(COLD_ROOM[:2], unit_id=expected["unit"]))
    assert sent(decoder.start(0)) == [bytes.fromhex(asked["hex"])]
    out = decoder.feed(bytes.fromhex(answered["hex"]), 0)
    assert values(out) == {"humidity": expected["humidity_pct"], "temperature": expected["temperature_c"]}
    assert struct.unpack(">HH", bytes.fromhex(answered["hex"])[3:7]) == tuple(expected["registers"])


# --- pymodbus as the other end --------------------------------------------------------------------


def device(unit: int) -> SimDevice:
    """Coils, discrete inputs, holding and input registers, each from 0."""
    pressure = list(struct.unpack(">HH", struct.pack(">f", 1013.25)))
    level = list(struct.unpack(">HH", struct.pack(">i", -70_000)))
    bits = [False] * 5 + [True] + [False] * 10
    coils = [SimData(0, values=bits, datatype=DataType.BITS)]
    discrete = [SimData(0, values=[False, False, False, True] + [False] * 12, datatype=DataType.BITS)]
    holding = [SimData(0, values=[658, 65_435, *pressure], datatype=DataType.REGISTERS)]
    inputs = [SimData(0, values=[0] * 10 + level, datatype=DataType.REGISTERS)]
    return SimDevice(unit, simdata=(coils, discrete, holding, inputs))


class Line:
    """What the decoder says goes to the device, what the device says to the decoder; time is told by hand."""

    def __init__(self, decoder: Decoder, write: Callable[[bytes], object]) -> None:
        self.decoder = decoder
        self.outputs: list[Output] = []
        self.now_us = 0
        self._write = write
        self._heard = asyncio.Event()

    def take(self, outputs: list[Output]) -> None:
        self.outputs += outputs
        for data in sent(outputs):
            self._write(data)
        self._heard.set()

    def hear(self, data: bytes) -> None:
        self.take(self.decoder.feed(data, self.now_us))

    async def until(self, condition: Callable[[], bool]) -> None:
        async with asyncio.timeout(10):
            while not condition():
                self._heard.clear()
                await self._heard.wait()


async def two_rounds(line: Line) -> None:
    """Poll twice: the refused register is told once, the others are read in both rounds."""
    line.take(line.decoder.start(0))
    await line.until(lambda: len(measured(line.outputs)) == len(READ_THERE))
    assert values(line.outputs) == READ_THERE
    line.now_us = 10 * SECOND_US
    line.take(line.decoder.tick(line.now_us))
    await line.until(lambda: len(measured(line.outputs)) == 2 * len(READ_THERE))
    assert values(line.outputs) == READ_THERE
    assert names(line.outputs) == ["register_refused"]
    assert not [one for one in line.outputs if isinstance(one, Rejected)]


@asynccontextmanager
async def tcp_line(decoder: Decoder, port: int) -> AsyncIterator[Line]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    line = Line(decoder, writer.write)

    async def read() -> None:
        while data := await reader.read(READ_BYTES):
            line.hear(data)

    task = asyncio.create_task(read())
    try:
        yield line
    finally:
        task.cancel()
        writer.close()
        await writer.wait_closed()


async def test_a_real_server_over_tcp(free_port: int) -> None:
    server = ModbusTcpServer([device(1)], address=("127.0.0.1", free_port))
    await server.serve_forever(background=True)
    try:
        async with tcp_line(Decoder(settings(COLD_ROOM, framing="tcp")), free_port) as line:
            await two_rounds(line)
    finally:
        await server.shutdown()  # type: ignore[no-untyped-call]


async def test_a_real_server_over_a_pseudo_terminal_with_two_units_on_the_line(tmp_path: Path) -> None:
    ours, theirs = os.openpty()
    tty.setraw(ours)
    tty.setraw(theirs)
    server = ModbusSerialServer([device(1), device(2)], framer=FramerType.RTU, port=os.ttyname(theirs))
    await server.serve_forever(background=True)
    second = {"name": "temperature", "address": 1, "type": "int16", "scale": 0.1, "unit_id": 2, "asset": "ROOM-2"}
    line = Line(Decoder(settings([*COLD_ROOM, second])), lambda data: os.write(ours, data))
    loop = asyncio.get_running_loop()
    loop.add_reader(ours, lambda: line.hear(os.read(ours, READ_BYTES)))
    try:
        line.take(line.decoder.start(0))
        await line.until(lambda: len(measured(line.outputs)) == len(READ_THERE) + 1)
        assert {one.name: one.value for one in measured(line.outputs) if not one.asset} == READ_THERE
        (other,) = [one for one in measured(line.outputs) if one.asset]
        assert (other.asset, other.name, other.value) == ("ROOM-2", "temperature", -10.1)
        assert names(line.outputs) == ["register_refused"]
    finally:
        loop.remove_reader(ours)
        await server.shutdown()  # type: ignore[no-untyped-call]
        os.close(ours)
        os.close(theirs)


# --- what goes wrong ------------------------------------------------------------------------------

TWO = [{"name": "a", "address": 0}, {"name": "b", "address": 1}]
REFUSED = rtu("018302")


def test_a_refused_block_is_read_singly_from_then_on() -> None:
    decoder = Decoder(settings(TWO))
    assert sent(decoder.start(0)) == [rtu("010300000002")]
    assert sent(decoder.feed(REFUSED, 0)) == [rtu("010300000001")]
    out = decoder.feed(rtu("0103020007"), 0)
    assert (values(out), sent(out)) == ({"a": 7.0}, [rtu("010300010001")])
    (refused,) = decoder.feed(REFUSED, 0)
    text = "b (unit 1, holding 1): illegal data address (2)"
    assert refused == Notice(name="register_refused", text=text, fault=True)
    assert sent(decoder.tick(10 * SECOND_US)) == [rtu("010300000001")]
    assert sent(decoder.feed(rtu("0103020008"), 10 * SECOND_US)) == [rtu("010300010001")]
    assert decoder.feed(REFUSED, 10 * SECOND_US) == [], "told once"
    decoder.tick(20 * SECOND_US)
    decoder.feed(rtu("0103020008"), 20 * SECOND_US)
    out = decoder.feed(rtu("0103020009"), 20 * SECOND_US)
    assert (values(out), names(out)) == ({"b": 9.0}, ["register_answers"])


def test_a_unit_that_does_not_answer_holds_up_itself_alone_and_is_told_after_three_rounds() -> None:
    decoder = Decoder(settings([*TWO, {"name": "far", "address": 50}, {"name": "other", "address": 0, "unit_id": 2}]))
    decoder.start(0)
    told = []
    for number in range(UNANSWERED):
        at_us = 10 * number * SECOND_US
        if number:
            assert sent(decoder.tick(at_us)) == [rtu("010300000002")]
        assert decoder.tick(at_us + SECOND_US // 2) == []
        given_up = decoder.tick(at_us + SECOND_US)
        assert sent(given_up) == [], "the line is left alone for a tick: a late answer must meet silence"
        told.append(names(given_up))
        assert sent(decoder.tick(at_us + 2 * SECOND_US)) == [rtu("020300000001")]
        assert values(decoder.feed(rtu("0203020005"), at_us + 2 * SECOND_US)) == {"other": 5.0}
    assert told == [[], [], ["silent"]]
    decoder.tick(30 * SECOND_US)
    out = decoder.feed(rtu("01030400010002"), 30 * SECOND_US)
    assert (names(out), values(out)) == (["heard_again"], {"a": 1.0, "b": 2.0})


def test_a_late_answer_is_not_taken_for_that_of_the_next_question() -> None:
    decoder = Decoder(settings([{"name": "a", "address": 0}, {"name": "b", "address": 50, "unit_id": 2}]))
    decoder.start(0)
    decoder.tick(SECOND_US)
    assert decoder.feed(rtu("0103020007"), SECOND_US + 1) == []
    (late, question) = decoder.tick(3 * SECOND_US)
    assert isinstance(late, Rejected)
    assert (late.data, late.reason) == (rtu("0103020007"), "unasked")
    assert question == Send(data=rtu("020300320001"))


def test_on_tcp_the_transaction_number_tells_a_late_answer_apart() -> None:
    decoder = Decoder(settings([{"name": "a", "address": 0}], framing="tcp"))
    decoder.start(0)
    decoder.tick(SECOND_US)
    assert sent(decoder.tick(10 * SECOND_US)) == [bytes.fromhex("000200000006010300000001")]
    late, good = "00010000000501030200ff", "0002000000050103020007"
    out = decoder.feed(bytes.fromhex(late + good), 10 * SECOND_US)
    assert isinstance(out[0], Rejected)
    assert (out[0].data.hex(), out[0].reason) == (late, "no_answer")
    assert values(out) == {"a": 7.0}


def test_half_an_answer_is_rejected_when_it_is_given_up() -> None:
    decoder = Decoder(settings(TWO))
    decoder.start(0)
    half = rtu("01030400010002")[:5]
    assert decoder.feed(half, 0) == []
    (rejected,) = decoder.tick(SECOND_US)
    assert isinstance(rejected, Rejected)
    assert (rejected.data, rejected.reason) == (half, "truncated")
    assert decoder.pending_bytes == 0


def test_an_echo_that_could_also_begin_an_answer_is_told_by_its_checksum() -> None:
    decoder = Decoder(settings([{"name": "a", "address": 0x0200}]))
    (question,) = sent(decoder.start(0))
    assert question[2] == 2, "the address begins like the number of bytes of the answer"
    out = decoder.feed(question + rtu("0103020007"), 0)
    assert (values(out), [one for one in out if isinstance(one, Rejected)]) == ({"a": 7.0}, [])


def test_a_float_that_is_no_number_is_rejected_alone() -> None:
    decoder = Decoder(settings([{"name": "a", "address": 0, "type": "float32"}, {"name": "b", "address": 2}]))
    out = decoder.feed(rtu("0103067fc000000005"), 0)
    assert [one.reason for one in out if isinstance(one, Rejected)] == ["value"]
    assert values(out) == {"b": 5.0}


# --- settings -------------------------------------------------------------------------------------


def test_neighbours_are_read_together_up_to_what_one_question_may_ask() -> None:
    registers = settings([{"name": f"r{at}", "address": at} for at in range(MOST_REGISTERS + 1)]).registers
    far = settings([{"name": "far", "address": 200, "type": "float32"}, {"name": "c", "address": 0, "kind": "coil"}])
    blocks = plan([*far.registers, *registers], 7)
    asked = [(one.question.function, one.question.address, one.question.count) for one in blocks]
    assert asked == [(1, 0, 1), (3, 0, 125), (3, 125, 1), (3, 200, 2)]
    assert {block.question.unit_id for block in blocks} == {7}


@pytest.mark.parametrize(
    ("wrong", "text"),
    [
        ({"registers": []}, "at least one"),
        ({"registers": [TWO[0], TWO[0]]}, "the name 'a' stands 2 times"),
        ({"registers": TWO, "unit_id": 300}, "unit_id"),
        ({"registers": TWO, "every_s": 0.1}, "every_s"),
        ({"registers": TWO, "answer_s": 0}, "answer_s"),
        ({"registers": [{"name": "", "address": 0}]}, "expected a name"),
        ({"registers": [{"name": "a", "address": 70_000}]}, "40001 of a manual is holding 0"),
        ({"registers": [{"name": "a", "address": 0, "bit": 16}]}, "bit: expected 0 to 15"),
        ({"registers": [{"name": "a", "address": 0, "bit": 1, "kind": "coil"}]}, "bit: expected 0 to 15"),
        ({"registers": [{"name": "a", "address": 0, "unit_id": -1}]}, "unit_id"),
        ({"registers": [{"name": "a", "address": 0, "type": "int8"}]}, "int8"),
    ],
)
def test_settings_that_are_refused(wrong: dict[str, Any], text: str) -> None:
    with pytest.raises((ValueError, msgspec.ValidationError), match=text):
        msgspec.convert(wrong, Settings)
