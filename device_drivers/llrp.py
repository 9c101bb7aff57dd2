"""Fixed UHF readers that speak LLRP: Impinj Speedway and R700, Zebra FX, Alien, ThingMagic and others, TCP 5084.

Document: EPCglobal Low Level Reader Protocol 1.0.1 and 1.1; the wire is in `llrp_wire` and its neighbours.

Theory of operation. The driver is the client. The reader speaks first: READER_EVENT_NOTIFICATION says
whether it takes us (it serves one client). Then one request at a time (`llrp_setup`): the version, what the
reader is, Impinj's extensions, SET_READER_CONFIG, inputs on, GET_READER_CONFIG (what is plugged in),
DELETE_ROSPEC of all, ADD, ENABLE and, where the settings ask for it, START of our own. A reader of LLRP 1.0.1
answers the question for its version with ERROR_MESSAGE, and the set-up goes on at once. ENABLE_EVENTS_AND_REPORTS,
which has no answer, goes out before the old ROSpec is deleted, so that what the reader held for us while we
were away comes, each read with its own time, and is not lost.

Times. A reader stamps with its UTC clock. One that has none stamps with the time since it started; its greeting
does so too, which tells when by the gateway's clock it started, and so when each tag was seen: as good as
the network is quick, and for as long as the reader's oscillator holds.

The reader's refusal of ADD, ENABLE or START is final; of the others it is told and the set-up goes on.
An essential step that takes longer than `timeout_s`, silence of three keep-alive periods, and a ROSpec that ends
by itself are answered with the Notice `give_up`: a fault that asks the source to drop the connection and to
come back after its back-off. After it the decoder asks for nothing more.
"""

from __future__ import annotations

from typing import Literal

from device_drivers.framing import Framer
from device_drivers.llrp_answers import ConnectionAttempt, Status
from device_drivers.llrp_events import Notification
from device_drivers.llrp_frames import MessageReader, seek
from device_drivers.llrp_reports import ReportReader
from device_drivers.llrp_settings import Settings
from device_drivers.llrp_setup import SetUp, Step
from device_drivers.llrp_wire import MAX_MESSAGE_BYTES, MessageType
from gateway.model import Micros, Notice, Output, TagRead

__all__ = ["MAX_PENDING_BYTES", "NAME", "TRANSPORT", "Decoder", "Settings"]

NAME = "llrp"
TRANSPORT: Literal["stream", "message"] = "stream"

REJECTED_BLOCK_BYTES = 4096
MAX_PENDING_BYTES = REJECTED_BLOCK_BYTES + MAX_MESSAGE_BYTES
KEEPALIVES_MISSED = 3
RO_ACCESS_REPORT = int(MessageType.RO_ACCESS_REPORT)


class Decoder:
    """One connection to one reader."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._prefixes = tuple(prefix.lower() for prefix in settings.filter)
        self._framer = Framer(MessageReader(self._message).read, seek, REJECTED_BLOCK_BYTES)
        self._reports = ReportReader()
        self._setup = SetUp(settings)
        self._now_us: Micros = 0  # of the present call
        self._due_us: Micros | None = None  # when to give up if nothing is heard; None: never
        self._timeout_us = round(settings.timeout_s * 1e6)
        self._silence_us = round(KEEPALIVES_MISSED * settings.keepalive_s * 1e6)

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
        self._now_us = now_us
        outputs = self._framer.flush_quiet(now_us)
        if self._due_us is None or now_us < self._due_us:
            return outputs
        if self._setup.step is Step.READING:
            text = f"the reader said nothing for {KEEPALIVES_MISSED} keep-alive periods"
            outputs += [Notice(name="keepalive_lost", text=text, fault=True), self._setup.give_up(text)]
        else:
            outputs += self._setup.timed_out(now_us)
        self._wait()
        return outputs

    def _message(self, kind: int, message_id: int, buffer: bytearray, start: int, end: int) -> list[Output]:
        """Say what one message means; raises Malformed before anything is changed."""
        step = self._setup.step
        if kind == RO_ACCESS_REPORT:
            outputs = self._wanted(self._reports.read(buffer, start, end))
        else:
            outputs = self._said(kind, message_id, bytes(buffer[start:end]))
        if self._setup.step is not step or step is Step.READING:
            self._wait()
        return outputs

    def _wanted(self, reads: list[Output]) -> list[Output]:
        """Keep to the filter: a reader lets single tags slip, and holds reads from before it had ours."""
        if not self._prefixes:
            return reads
        return [read for read in reads if isinstance(read, TagRead) and read.epc.hex().startswith(self._prefixes)]

    def _said(self, kind: int, message_id: int, body: bytes) -> list[Output]:
        if kind == MessageType.KEEPALIVE:
            return [self._setup.acknowledge(message_id)]
        if kind == MessageType.READER_EVENT_NOTIFICATION:
            return self._notified(Notification.of(body, self._reports.started_us), body)
        if kind == MessageType.ERROR_MESSAGE:
            return self._setup.erred(message_id, Status.of(body), self._now_us)
        return self._setup.answered(kind, body, self._now_us)

    def _notified(self, notification: Notification, body: bytes) -> list[Output]:
        setup, attempt, ended = self._setup, notification.attempt, notification.ended_rospec
        greets = attempt is not None and setup.step is Step.GREETING
        if greets and notification.uptime_us is not None:
            self._reports.started_us = self._now_us - notification.uptime_us
            notification = Notification.of(body, self._reports.started_us)
        outputs: list[Output] = [*notification.told]
        if notification.antenna is not None:
            number, connected = notification.antenna
            outputs += setup.antennas.change(number, connected=connected)
        if greets:
            taken = attempt == ConnectionAttempt.Success
            refused = "the reader did not accept the connection"
            outputs += setup.begin(self._now_us) if taken else [setup.give_up(refused)]
        elif ended == setup.rospec_id and setup.step is Step.READING and self._settings.start != "gpi":
            outputs.append(setup.give_up("the reader stopped reading; it is set up anew"))
        return outputs

    def _wait(self) -> None:
        """Set when to give up, counted from now."""
        if self._setup.step is Step.GIVEN_UP:
            self._due_us = None
        elif self._setup.step is not Step.READING:
            self._due_us = self._now_us + self._timeout_us
        else:
            self._due_us = self._now_us + self._silence_us if self._setup.kept_alive else None
