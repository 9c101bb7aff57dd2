"""Fixed UHF readers that speak LLRP: Impinj Speedway and R700, Zebra FX, Alien, ThingMagic and others, TCP 5084.

Document: EPCglobal Low Level Reader Protocol 1.0.1; the wire is in `llrp_wire` and its neighbours.

Theory of operation. The driver is the client. The reader speaks first: READER_EVENT_NOTIFICATION says
whether it takes us (it serves one client). Then one request at a time, the next when the one before is
answered: GET_READER_CAPABILITIES, SET_READER_CONFIG, DELETE_ROSPEC of all, ADD, ENABLE and, where the
settings ask for it, START of our own. ENABLE_EVENTS_AND_REPORTS, which has no answer, goes out before
the old ROSpec is deleted, so that what the reader held for us while we were away comes and is not lost.

The reader's refusal of ADD, ENABLE or START is final; of the others it is told and the set-up goes on.
A step that takes longer than `timeout_s`, silence of three keep-alive periods, and a ROSpec that ends by
itself are answered with the Notice `give_up`: a fault that asks the source to drop the connection and to
come back after its back-off. After it the decoder asks for nothing more.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Literal

from device_drivers import llrp_events, llrp_requests
from device_drivers.framing import Framer
from device_drivers.llrp_answers import Capabilities, ConnectionAttempt, Status
from device_drivers.llrp_frames import MessageReader, seek
from device_drivers.llrp_reports import ReportReader
from device_drivers.llrp_requests import ALL_ROSPECS, Inventory, Power
from device_drivers.llrp_wire import MAX_MESSAGE_BYTES, Malformed, MessageType
from gateway.model import Micros, Notice, Output, Send

NAME = "llrp"
TRANSPORT: Literal["stream", "message"] = "stream"

REJECTED_BLOCK_BYTES = 4096
MAX_PENDING_BYTES = REJECTED_BLOCK_BYTES + MAX_MESSAGE_BYTES
KEEPALIVES_MISSED = 3
GIVE_UP = "give_up"
RO_ACCESS_REPORT = int(MessageType.RO_ACCESS_REPORT)
MAKERS = {161: "Zebra", 25882: "Impinj"}  # IANA private enterprise numbers


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What may be set for one reader."""

    antennas: tuple[int, ...] = ()  # 1-based ports that read; none: all
    power_dbm: float | None = None  # None: the reader's own; else the nearest level that it has
    session: int = 1  # Gen2 session 0 to 3: in 2 and 3 a tag that stays keeps silent
    tag_population: int = 32  # tags expected in the field at a time
    rf_mode: int | None = None  # ModeIdentifier of the reader's mode table; None: the reader's own
    report_every: int = 1  # tags in a report: 1 is the fastest to arrive, more cost less
    start_by_command: bool = False  # True: for readers that refuse a ROSpec with an immediate start
    hold_reports: bool = True  # while we are away the reader keeps its reports for us
    keepalive_s: float = 10.0  # how often the reader says that it lives
    timeout_s: float = 5.0  # for each step of the set-up

    def __post_init__(self) -> None:
        for name, least, most in (("session", 0, 3), ("tag_population", 1, 65535), ("report_every", 1, 65535)):
            if not least <= getattr(self, name) <= most:
                raise ValueError(f"{name}: expected {least} to {most}, came {getattr(self, name)}")
        if any(not 1 <= antenna <= 65535 for antenna in self.antennas):
            raise ValueError(f"antennas: expected port numbers from 1 on, came {list(self.antennas)}")
        if self.keepalive_s < 0.1 or self.timeout_s <= 0:
            raise ValueError("keepalive_s: expected 0.1 or more; timeout_s: expected more than 0")


class Step(IntEnum):
    """Where the conversation stands; each waits for the answer in `ANSWERS`."""

    GREETING = 0
    CAPABILITIES = 1
    CONFIG = 2
    DELETE = 3
    ADD = 4
    ENABLE = 5
    START = 6
    READING = 7
    GIVEN_UP = 8


ANSWERS = {
    Step.CAPABILITIES: MessageType.GET_READER_CAPABILITIES_RESPONSE,
    Step.CONFIG: MessageType.SET_READER_CONFIG_RESPONSE,
    Step.DELETE: MessageType.DELETE_ROSPEC_RESPONSE,
    Step.ADD: MessageType.ADD_ROSPEC_RESPONSE,
    Step.ENABLE: MessageType.ENABLE_ROSPEC_RESPONSE,
    Step.START: MessageType.START_ROSPEC_RESPONSE,
}
ESSENTIAL = (Step.ADD, Step.ENABLE, Step.START)  # without these nothing is read


class Decoder:
    """One connection to one reader."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._framer = Framer(MessageReader(self._message).read, seek, REJECTED_BLOCK_BYTES)
        self._reports = ReportReader()
        self._step = Step.GREETING
        self._now_us: Micros = 0  # of the present call
        self._due_us: Micros | None = None  # when to give up if nothing is heard; None: never
        self._timeout_us = round(settings.timeout_s * 1e6)
        self._silence_us = round(KEEPALIVES_MISSED * settings.keepalive_s * 1e6)
        self._kept_alive = True  # the reader took our keep-alive period
        self._message_id = 0
        self._rospec_id = 0
        self._power: Power | None = None

    @property
    def pending_bytes(self) -> int:
        """How many bytes wait for the rest of their message; at most `MAX_PENDING_BYTES`."""
        return self._framer.pending_bytes

    def start(self, now_us: Micros) -> list[Output]:
        """Say nothing: the reader greets first."""
        self._now_us = now_us
        self._wait()
        return []

    def feed(self, data: bytes, now_us: Micros, topic: str = "") -> list[Output]:
        """Take bytes from the reader; return reads, notices, answers and what was no message."""
        self._now_us = now_us
        return self._framer.feed(data, now_us)

    def tick(self, now_us: Micros) -> list[Output]:
        """Give up on a reader that has been silent for too long."""
        outputs = self._framer.flush_quiet(now_us)
        if self._due_us is None or now_us < self._due_us:
            return outputs
        if self._step is Step.READING:
            text = f"the reader said nothing for {KEEPALIVES_MISSED} keep-alive periods"
            return [*outputs, Notice(name="keepalive_lost", text=text, fault=True), self._give_up(text)]
        text = f"the reader did not answer within {self._settings.timeout_s:g} s at step {self._step.name.lower()}"
        return [*outputs, Notice(name="setup_timeout", text=text, fault=True), self._give_up(text)]

    def _message(self, kind: int, message_id: int, buffer: bytearray, start: int, end: int) -> list[Output]:
        """Say what one message means; raises Malformed before anything is changed."""
        if kind == RO_ACCESS_REPORT:
            outputs = self._reports.read(buffer, start, end)
        else:
            outputs = self._said(kind, message_id, bytes(buffer[start:end]))
        if self._step is Step.READING:
            self._wait()
        return outputs

    def _said(self, kind: int, message_id: int, body: bytes) -> list[Output]:
        if kind == MessageType.KEEPALIVE:
            return [Send(data=llrp_requests.keepalive_ack(message_id))]
        if kind == MessageType.READER_EVENT_NOTIFICATION:
            return self._event(body)
        if kind == MessageType.ERROR_MESSAGE:
            return self._error(message_id, Status.of(body))
        if kind == ANSWERS.get(self._step):
            return self._answered(body)
        return []

    def _event(self, body: bytes) -> list[Output]:
        outputs: list[Output] = [*llrp_events.notices(body)]
        attempt = llrp_events.connection_attempt(body)
        ended = llrp_events.ended_rospec(body)
        if attempt == ConnectionAttempt.Success and self._step is Step.GREETING:
            outputs += self._enter(Step.CAPABILITIES)
        elif attempt is not None and self._step is Step.GREETING:
            outputs.append(self._give_up("the reader did not accept the connection"))
        elif ended is not None and ended == self._rospec_id and self._step is Step.READING:
            outputs.append(self._give_up("the reader stopped reading; it is set up anew"))
        return outputs

    def _answered(self, body: bytes) -> list[Output]:
        status = Status.of(body)
        if not status.ok:
            return self._refused(status)
        notices = self._capable(body) if self._step is Step.CAPABILITIES else []
        return [*notices, *self._next()]

    def _error(self, message_id: int, status: Status) -> list[Output]:
        """The reader could not use a message: the present step's, or one that nothing waits for."""
        if self._step in ANSWERS and message_id in (0, self._message_id):
            return self._refused(status)
        return [Notice(name="reader_error", text=f"the reader could not use a message: {status}", fault=True)]

    def _refused(self, status: Status) -> list[Output]:
        harmless = self._step is Step.DELETE  # some readers have no ROSpec to delete and call that an error
        step = self._step.name.lower()
        notice = Notice(name="refused", text=f"the reader refused at step {step}: {status}", fault=not harmless)
        if self._step in ESSENTIAL:
            return [notice, self._give_up(notice.text)]
        if self._step is Step.CONFIG:
            self._kept_alive = False
        return [notice, *self._next()]

    def _capable(self, body: bytes) -> list[Output]:
        try:
            capabilities = Capabilities.of(body)
        except Malformed as malformed:  # what it says of itself is not worth the reads of a reader
            unread = Notice(name="capabilities_unreadable", text=str(malformed), fault=True)
            return [unread, *self._set_power(Capabilities())]
        power = self._set_power(capabilities)
        return [Notice(name="capabilities", text=_describe(capabilities, self._power)), *power]

    def _set_power(self, capabilities: Capabilities) -> list[Output]:
        wanted_dbm = self._settings.power_dbm
        self._power = None if wanted_dbm is None else _nearest_power(capabilities, wanted_dbm)
        if wanted_dbm is None or self._power is not None:
            return []
        text = f"the reader names no power levels: its own power stays, not {wanted_dbm:g} dBm"
        return [Notice(name="power_not_set", text=text, fault=True)]

    def _next(self) -> list[Output]:
        following = Step(self._step + 1)
        if following is Step.START and not self._settings.start_by_command:
            following = Step.READING
        return self._enter(following)

    def _enter(self, step: Step) -> list[Output]:
        self._step = step
        self._wait()
        if step is Step.READING:
            antennas = ", ".join(map(str, self._settings.antennas)) or "all"
            return [Notice(name="reading", text=f"the reader is set up and reads on antennas: {antennas}")]
        return [Send(data=self._request(step))]

    def _request(self, step: Step) -> bytes:
        settings, self._message_id = self._settings, self._message_id + 1
        if step is Step.CAPABILITIES:
            return llrp_requests.get_reader_capabilities(self._message_id)
        if step is Step.CONFIG:
            period_ms = round(settings.keepalive_s * 1000)
            hold = settings.hold_reports
            return llrp_requests.set_reader_config(self._message_id, keepalive_ms=period_ms, hold_reports=hold)
        if step is Step.DELETE:
            held = llrp_requests.enable_events_and_reports(self._message_id)
            self._message_id += 1
            return held + llrp_requests.delete_rospec(self._message_id, ALL_ROSPECS)
        if step is Step.ADD:
            # an id of its own: the end of an earlier connection's ROSpec must not be taken for ours
            self._rospec_id = self._now_us // 1_000_000 % 0x7FFF_FFFF + 1
            return llrp_requests.add_rospec(self._message_id, self._rospec_id, _inventory(settings, self._power))
        ask = llrp_requests.enable_rospec if step is Step.ENABLE else llrp_requests.start_rospec
        return ask(self._message_id, self._rospec_id)

    def _wait(self) -> None:
        """Set when to give up, counted from now."""
        if self._step is not Step.READING:
            self._due_us = self._now_us + self._timeout_us
        else:
            self._due_us = self._now_us + self._silence_us if self._kept_alive else None

    def _give_up(self, text: str) -> Notice:
        self._step, self._due_us = Step.GIVEN_UP, None
        return Notice(name=GIVE_UP, text=text, fault=True)


def _inventory(settings: Settings, power: Power | None) -> Inventory:
    return Inventory(
        antennas=settings.antennas,
        session=settings.session,
        tag_population=settings.tag_population,
        rf_mode=settings.rf_mode,
        power=power,
        report_every=settings.report_every,
        immediate=not settings.start_by_command,
    )


def _nearest_power(capabilities: Capabilities, wanted_dbm: float) -> Power | None:
    if not capabilities.powers_dbm:
        return None
    index, dbm = min(capabilities.powers_dbm, key=lambda level: abs(level[1] - wanted_dbm))
    return Power(index=index, dbm=dbm, hop_table=capabilities.hop_table or 0)


def _describe(capabilities: Capabilities, power: Power | None) -> str:
    maker = MAKERS.get(capabilities.maker, f"maker {capabilities.maker}")
    parts = [f"{maker} model {capabilities.model}", f"firmware {capabilities.firmware}"]
    parts.append(f"{capabilities.antennas} antennas")
    if capabilities.powers_dbm:
        levels = [dbm for _, dbm in capabilities.powers_dbm]
        parts.append(f"{len(levels)} power levels from {min(levels):g} to {max(levels):g} dBm")
    if power is not None:
        parts.append(f"sends with {power.dbm:g} dBm")
    return ", ".join(parts)
