"""An M100/R200 UHF module on a serial line: it answers commands and, while it polls, tells tags and empty rounds."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from device_drivers.framing import Refused
from device_drivers.m100_wire import (
    BEGIN,
    FRAME_BYTES,
    REGIONS,
    Command,
    ErrorCode,
    Frame,
    FrameType,
    Info,
    no_tag,
    tag_notice,
)
from gateway.model import TagRead
from simulators.lines import Line

ROUND_S = 0.5  # of the machine's time; a real module makes some thirty rounds a second and says so each time
MOST_CDBM = 2600  # power, in hundredths of a dBm
TEXTS = {
    bytes([Info.HARDWARE]): b"M100 26dBm V1.0",
    bytes([Info.SOFTWARE]): b"V2.3.5",
    bytes([Info.MAKER]): b"MagicRf",
}


class Module:
    """The module's mind: bytes in, bytes out; no line, clock or task."""

    def __init__(self) -> None:
        self.rounds_left = 0  # of the multi poll that runs
        self.power_cdbm = MOST_CDBM
        self.region = REGIONS["eu"]
        self._heard_tag = False  # in the present round
        self._tail = bytearray()

    def feed(self, data: bytes) -> bytes:
        """Answers to commands; what is no frame is skipped without a word, as modules do."""
        self._tail += data
        out = bytearray()
        while len(self._tail) >= FRAME_BYTES:
            try:
                frame = Frame.from_bytes(self._tail)
            except Refused as refused:
                out += _error(ErrorCode.COMMAND_WRONG) if refused.reason == "checksum" else b""
                self._skip()
                continue
            if frame is None:
                break
            del self._tail[: frame.size]
            out += self._answer(frame)
        return bytes(out)

    def see(self, read: TagRead) -> bytes:
        """The notice of a tag in the field, empty while no poll runs."""
        if not self.rounds_left:
            return b""
        self._heard_tag = True
        return tag_notice(read)

    def end_round(self) -> bytes:
        """Count a round of the poll down; one without a tag is told."""
        if not self.rounds_left:
            return b""
        self.rounds_left -= 1
        was_empty, self._heard_tag = not self._heard_tag, False
        return no_tag() if was_empty else b""

    def _skip(self) -> None:
        found = self._tail.find(BEGIN, 1)
        del self._tail[: found if found > 0 else len(self._tail)]

    def _answer(self, frame: Frame) -> bytes:
        if frame.type != FrameType.COMMAND:
            return b""
        act = _COMMANDS.get(frame.command)
        answer = act(self, frame.parameters) if act else None
        return _error(ErrorCode.COMMAND_WRONG) if answer is None else answer

    # each gives its answer, or None where the parameters are not what the manual says

    def _info(self, asked: bytes) -> bytes | None:
        text = TEXTS.get(asked)
        return None if text is None else _response(Command.INFO, asked + text)

    def _multi_poll(self, asked: bytes) -> bytes | None:
        rounds = int.from_bytes(asked[1:], "big")
        if len(asked) != 3 or asked[0] != 0x22 or rounds == 0:
            return None
        self.rounds_left = rounds
        return b""

    def _stop_poll(self, asked: bytes) -> bytes | None:
        self.rounds_left = 0
        return None if asked else _response(Command.STOP_POLL)

    def _set_region(self, asked: bytes) -> bytes | None:
        if len(asked) != 1 or asked[0] not in REGIONS.values():
            return None
        self.region = asked[0]
        return _response(Command.SET_REGION)

    def _set_power(self, asked: bytes) -> bytes | None:
        cdbm = int.from_bytes(asked, "big")
        if len(asked) != 2 or cdbm > MOST_CDBM:
            return None
        self.power_cdbm = cdbm
        return _response(Command.SET_POWER)

    def _single_poll(self, asked: bytes) -> bytes | None:
        return None if asked else no_tag()


_COMMANDS: dict[int, Callable[[Module, bytes], bytes | None]] = {
    Command.INFO: Module._info,
    Command.MULTI_POLL: Module._multi_poll,
    Command.STOP_POLL: Module._stop_poll,
    Command.SET_REGION: Module._set_region,
    Command.SET_POWER: Module._set_power,
    Command.SINGLE_POLL: Module._single_poll,
}


class M100Reader:
    """A module on a line. `feed` is the line's `on_bytes`; `run` makes its rounds until cancelled."""

    def __init__(self) -> None:
        self.module = Module()
        self.line: Line | None = None

    def feed(self, data: bytes) -> None:
        """Commands came on the line."""
        self._say(self.module.feed(data))

    def see(self, read: TagRead) -> None:
        """A tag answered in the module's field."""
        self._say(self.module.see(read))

    async def run(self) -> None:
        """Make polling rounds."""
        while True:
            await asyncio.sleep(ROUND_S)
            self._say(self.module.end_round())

    def _say(self, data: bytes) -> None:
        if data and self.line is not None:
            self.line.write(data)


def _response(command: Command, parameters: bytes = b"\0") -> bytes:
    return Frame(type=FrameType.RESPONSE, command=command, parameters=parameters).to_bytes()


def _error(code: ErrorCode) -> bytes:
    return _response(Command.ERROR, bytes([code]))
