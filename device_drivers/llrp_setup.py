"""LLRP: the conversation from the greeting until the reader reads: what is asked next, and what an answer changes.

One request at a time, the next when the one before is answered. `_skipped` says which steps the settings and
the reader leave out, `ESSENTIAL` which must not be refused, `OPTIONAL` which need not even be answered.
"""

from __future__ import annotations

from enum import IntEnum

import msgspec

from device_drivers import llrp_requests as requests
from device_drivers.llrp_answers import Status
from device_drivers.llrp_capabilities import Capabilities, supported_version
from device_drivers.llrp_custom import IMPINJ, impinj_enable_extensions, impinj_extensions_status
from device_drivers.llrp_plan import described, inventory, shortfalls
from device_drivers.llrp_ports import AntennaWatch, Ports
from device_drivers.llrp_rospec import add_rospec
from device_drivers.llrp_settings import Settings
from device_drivers.llrp_wire import VERSION_1_0_1, VERSION_1_1, Malformed, Message, MessageType
from gateway.model import Micros, Notice, Output, Send

GIVE_UP = "give_up"
VERSION_NAMES = {VERSION_1_0_1: "1.0.1", VERSION_1_1: "1.1"}


class Step(IntEnum):
    """Where the conversation stands; each waits for the answer in `ANSWERS`."""

    GREETING = 0
    VERSIONS = 1
    VERSION = 2
    CAPABILITIES = 3
    EXTENSIONS = 4
    CONFIG = 5
    INPUTS = 6
    PORTS = 7
    DELETE = 8
    ADD = 9
    ENABLE = 10
    START = 11
    READING = 12
    GIVEN_UP = 13


ANSWERS = {
    Step.VERSIONS: MessageType.GET_SUPPORTED_VERSION_RESPONSE,
    Step.VERSION: MessageType.SET_PROTOCOL_VERSION_RESPONSE,
    Step.CAPABILITIES: MessageType.GET_READER_CAPABILITIES_RESPONSE,
    Step.EXTENSIONS: MessageType.CUSTOM_MESSAGE,
    Step.CONFIG: MessageType.SET_READER_CONFIG_RESPONSE,
    Step.INPUTS: MessageType.SET_READER_CONFIG_RESPONSE,
    Step.PORTS: MessageType.GET_READER_CONFIG_RESPONSE,
    Step.DELETE: MessageType.DELETE_ROSPEC_RESPONSE,
    Step.ADD: MessageType.ADD_ROSPEC_RESPONSE,
    Step.ENABLE: MessageType.ENABLE_ROSPEC_RESPONSE,
    Step.START: MessageType.START_ROSPEC_RESPONSE,
}
NEGOTIATION = (Step.VERSIONS, Step.VERSION)
ESSENTIAL = (Step.ADD, Step.ENABLE, Step.START)  # without these nothing is read
OPTIONAL = (*NEGOTIATION, Step.EXTENSIONS, Step.INPUTS, Step.PORTS)  # a reader that does not answer reads all the same
HARMLESS = (*NEGOTIATION, Step.EXTENSIONS, Step.DELETE)  # refused by readers that are in order: nothing to delete


class SetUp:
    """The set-up of one reader; the driver hears the reader for it."""

    def __init__(self, settings: Settings) -> None:
        self.step = Step.GREETING
        self.rospec_id = 0
        self.kept_alive = True  # the reader took our keep-alive period
        self.antennas = AntennaWatch(settings.antennas)
        self._settings = settings
        self._version = VERSION_1_0_1
        self._newest = VERSION_1_0_1  # what the reader says it speaks
        self._capabilities = Capabilities()
        self._impinj = False  # the reader took Impinj's extensions
        self._message_id = 0

    def begin(self, now_us: Micros) -> list[Output]:
        """Ask the first, once the reader has accepted the connection."""
        return self._next(now_us)

    def acknowledge(self, message_id: int) -> Send:
        """Answer a KEEPALIVE with its id."""
        return self._send(requests.keepalive_ack(), message_id)

    def answered(self, kind: int, body: bytes, now_us: Micros) -> list[Output]:
        """Take a message; where it answers the present step go on with the next. Raises Malformed."""
        if kind != ANSWERS.get(self.step):
            return []
        status = self._status(body)
        if status is None:
            return []
        if not status.ok:
            return self._refused(status, now_us)
        return [*self._learnt(body), *self._next(now_us)]

    def erred(self, message_id: int, status: Status, now_us: Micros) -> list[Output]:
        """Take an ERROR_MESSAGE: of the present step's message, or of one that nothing waits for."""
        ours = message_id in (0, self._message_id) or self.step in NEGOTIATION  # 1.0.1 need not know our header
        if self.step in ANSWERS and ours:
            return self._refused(status, now_us)
        return [Notice(name="reader_error", text=f"the reader could not use a message: {status}", fault=True)]

    def timed_out(self, now_us: Micros) -> list[Output]:
        """Go on without an answer that never came, or give up."""
        step = self.step
        text = f"the reader did not answer within {self._settings.timeout_s:g} s at step {step.name.lower()}"
        notice = Notice(name="setup_timeout", text=text, fault=True)
        return [notice, *(self._next(now_us) if step in OPTIONAL else [self.give_up(text)])]

    def give_up(self, text: str) -> Notice:
        """Ask the source to drop the connection and come again."""
        self.step = Step.GIVEN_UP
        return Notice(name=GIVE_UP, text=text, fault=True)

    def _status(self, body: bytes) -> Status | None:
        if self.step is Step.VERSIONS:
            return supported_version(body)[2]
        return impinj_extensions_status(body) if self.step is Step.EXTENSIONS else Status.of(body)

    def _refused(self, status: Status, now_us: Micros) -> list[Output]:
        step, words = self.step, self.step.name.lower()
        if step in NEGOTIATION:
            return self._next(now_us)
        if step is Step.ADD and self._impinj:
            self._impinj = False
            text = f"the reader refused Impinj's report content, it reads without: {status}"
            return [Notice(name="vendor_data_refused", text=text), *self._enter(Step.ADD, now_us)]
        fault = step not in HARMLESS
        notice = Notice(name="refused", text=f"the reader refused at step {words}: {status}", fault=fault)
        if step in ESSENTIAL:
            return [notice, self.give_up(notice.text)]
        if step is Step.CONFIG:
            self.kept_alive = False
        without = shortfalls(self._settings, self._capabilities) if step is Step.CAPABILITIES else []
        return [notice, *without, *self._next(now_us)]

    def _learnt(self, body: bytes) -> list[Output]:
        """Keep what the answer to the present step says."""
        match self.step:
            case Step.VERSIONS:
                present, self._newest, _ = supported_version(body)
                self._version = VERSION_1_1 if present >= VERSION_1_1 else VERSION_1_0_1
            case Step.VERSION:
                self._version = VERSION_1_1
            case Step.CAPABILITIES:
                return self._capable(body)
            case Step.EXTENSIONS:
                self._impinj = True
            case Step.PORTS:
                ports = Ports.of(body)
                return [*self.antennas.begin(ports.antennas), *(ports.measurements() if self._settings.gpi else [])]
        return []

    def _capable(self, body: bytes) -> list[Output]:
        try:
            self._capabilities = Capabilities.of(body)
        except Malformed as malformed:  # what it says of itself is not worth the reads of a reader
            unread = Notice(name="capabilities_unreadable", text=str(malformed), fault=True)
            return [unread, *shortfalls(self._settings, self._capabilities)]
        text = described(self._settings, self._capabilities, version=VERSION_NAMES[self._version])
        return [Notice(name="capabilities", text=text), *shortfalls(self._settings, self._capabilities)]

    def _next(self, now_us: Micros) -> list[Output]:
        following = Step(self.step + 1)
        while self._skipped(following):
            following = Step(following + 1)
        told: list[Output] = []
        if following is Step.CAPABILITIES and self._settings.version == "1.1" and self._version != VERSION_1_1:
            told.append(Notice(name="version_not_spoken", text="the reader speaks LLRP 1.0.1 and not 1.1", fault=True))
        return [*told, *self._enter(following, now_us)]

    def _skipped(self, step: Step) -> bool:
        match step:
            case Step.VERSIONS:
                return self._settings.version == "1.0.1"
            case Step.VERSION:
                return self._newest < VERSION_1_1 or self._version == VERSION_1_1
            case Step.EXTENSIONS:
                return self._capabilities.maker != IMPINJ or not (self._settings.vendor_data or self._settings.tid)
            case Step.INPUTS:
                return not self._settings.gpi or not self._capabilities.inputs
            case Step.START:
                return self._settings.start != "command"
        return False

    def _enter(self, step: Step, now_us: Micros) -> list[Output]:
        self.step = step
        if step is Step.READING:
            antennas = ", ".join(map(str, self._settings.antennas)) or "all"
            when = f", when input {self._settings.gpi_port} says so" if self._settings.start == "gpi" else ""
            return [Notice(name="reading", text=f"the reader is set up and reads on antennas: {antennas}{when}")]
        if step is Step.ADD:
            # an id of its own: the end of an earlier connection's ROSpec must not be taken for ours
            self.rospec_id = now_us // 1_000_000 % 0x7FFF_FFFF + 1
        return [self._ask(message) for message in self._requests(step)]

    def _ask(self, message: Message) -> Send:
        self._message_id += 1
        return self._send(message, self._message_id)

    def _send(self, message: Message, message_id: int) -> Send:
        version = max(message.version, self._version)
        return Send(data=msgspec.structs.replace(message, message_id=message_id, version=version).to_bytes())

    def _requests(self, step: Step) -> list[Message]:
        settings = self._settings
        match step:
            case Step.VERSIONS:
                return [requests.get_supported_version()]
            case Step.VERSION:
                return [requests.set_protocol_version(VERSION_1_1)]
            case Step.CAPABILITIES:
                return [requests.get_reader_capabilities()]
            case Step.EXTENSIONS:
                return [impinj_enable_extensions()]
            case Step.CONFIG:
                period_ms = round(settings.keepalive_s * 1000)
                return [requests.set_reader_config(keepalive_ms=period_ms, hold_reports=settings.hold_reports)]
            case Step.INPUTS:
                return [requests.enable_inputs(self._capabilities.inputs)]
            case Step.PORTS:
                return [requests.get_reader_config()]
            case Step.DELETE:  # what was held comes before the ROSpec that read it is deleted
                return [requests.enable_events_and_reports(), requests.delete_rospec(requests.ALL_ROSPECS)]
            case Step.ADD:
                return [add_rospec(self.rospec_id, inventory(settings, self._capabilities, impinj=self._impinj))]
            case Step.ENABLE:
                return [requests.enable_rospec(self.rospec_id)]
        return [requests.start_rospec(self.rospec_id)]
