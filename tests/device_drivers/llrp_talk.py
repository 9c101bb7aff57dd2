"""A driver in talk with a reader that answers each request, successfully where nothing else is said.

What the driver says is read by a foreign codec (llrpkit, LLRP 1.0.1), but for what LLRP 1.1 adds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from llrpkit.protocol import LLRPMessage, decode_message, enums, impinj, messages, params

from device_drivers import llrp_answers as answers
from device_drivers.llrp import Decoder, Settings
from device_drivers.llrp_capabilities import Capabilities
from device_drivers.llrp_wire import HEADER, VERSION_1_0_1, VERSION_1_1, Message, MessageType
from gateway.model import Notice, Output, Send

NOW_US = 1_767_225_600_000_000  # 2026-01-01T00:00:00Z
SECOND_US = 1_000_000
OK = answers.Status()
STATUS_ONLY = {
    MessageType.SET_PROTOCOL_VERSION: MessageType.SET_PROTOCOL_VERSION_RESPONSE,
    MessageType.SET_READER_CONFIG: MessageType.SET_READER_CONFIG_RESPONSE,
    MessageType.DELETE_ROSPEC: MessageType.DELETE_ROSPEC_RESPONSE,
    MessageType.ADD_ROSPEC: MessageType.ADD_ROSPEC_RESPONSE,
    MessageType.ENABLE_ROSPEC: MessageType.ENABLE_ROSPEC_RESPONSE,
    MessageType.START_ROSPEC: MessageType.START_ROSPEC_RESPONSE,
}
CAPABILITIES = Capabilities(
    antennas=4,
    maker=161,
    model=96008,
    firmware="1.2.3",
    inputs=2,
    filters=2,
    powers_dbm=((1, 10.0), (2, 20.0), (3, 30.0)),
    losses_db=((1, 0), (2, 10), (3, 20)),
    hop_table=1,
)


def names(outputs: Sequence[Output]) -> list[str]:
    """The names of the notices."""
    return [output.name for output in outputs if isinstance(output, Notice)]


def faults(outputs: Sequence[Output]) -> list[str]:
    """The names of the notices that are faults."""
    return [output.name for output in outputs if isinstance(output, Notice) and output.fault]


def sent(outputs: Sequence[Output]) -> list[Message]:
    """What the driver said."""
    found = []
    for output in outputs:
        data = output.data if isinstance(output, Send) else b""
        while data:
            length = HEADER.unpack_from(data)[1]
            found.append(Message.from_bytes(data[:length]))
            data = data[length:]
    return found


class Talk:
    """One connection; `refusals` say which requests fail, `mute` which are not answered."""

    def __init__(
        self,
        settings: Settings | None = None,
        *,
        capabilities: Capabilities = CAPABILITIES,
        newest: int = VERSION_1_0_1,
        refusals: Mapping[MessageType, answers.Status] | None = None,
        mute: Sequence[int] = (),
        connected: Sequence[int] = (1, 2, 3, 4),
        inputs: Sequence[int] = (0, 1),
    ) -> None:
        self.decoder = Decoder(settings or Settings())
        self.said: list[Message] = []
        self.outputs: list[Output] = self.decoder.start(NOW_US)
        self.refusals = dict(refusals or {})
        self.mute = mute
        self._capabilities = capabilities
        self._newest = newest
        self._connected = connected
        self._inputs = inputs

    def greet(self, status: int = 0) -> Talk:
        """Let the reader take the connection, or not."""
        self.hear(answers.event_notification(0, NOW_US, answers.connection_attempt_event(status)))
        return self

    def hear(self, frame: bytes, now_us: int = NOW_US) -> list[Output]:
        """Let the reader say something; returns what the driver made of this alone."""
        return self._take(self.decoder.feed(frame, now_us), now_us)

    def tick(self, now_us: int) -> list[Output]:
        """Let time pass."""
        return self._take(self.decoder.tick(now_us), now_us)

    def event(self, event: bytes) -> list[Output]:
        """Let the reader tell an event."""
        return self.hear(answers.event_notification(0, NOW_US, event))

    @property
    def order(self) -> list[str]:
        """The requests in their order."""
        return [MessageType(request.type).name for request in self.said]

    def find(self, kind: MessageType, nth: int = 0) -> Any:
        """The nth request of a type, as a foreign codec reads it."""
        return decode_message([request for request in self.said if request.type == kind][nth].to_bytes())

    def _take(self, outputs: list[Output], now_us: int) -> list[Output]:
        self.outputs += outputs
        for request in sent(outputs):
            self.said.append(request)
            answer = b"" if request.type in self.mute else self._answer(request)
            if answer:
                self.hear(answer, now_us)
        return outputs

    def _answer(self, request: Message) -> bytes:
        kind, message_id = request.type, request.message_id
        refusal = self.refusals.get(MessageType(kind))
        if kind == MessageType.GET_SUPPORTED_VERSION:
            return self._versions(message_id)
        if kind in STATUS_ONLY:
            return answers.response(STATUS_ONLY[MessageType(kind)], message_id, refusal)
        if kind == MessageType.GET_READER_CAPABILITIES and refusal is None:
            return self._capabilities.to_bytes(message_id)
        if kind == MessageType.GET_READER_CAPABILITIES:
            return answers.response(MessageType.GET_READER_CAPABILITIES_RESPONSE, message_id, refusal)
        if kind == MessageType.GET_READER_CONFIG:
            return self._config().to_bytes(message_id=message_id)
        if kind == MessageType.CUSTOM_MESSAGE:
            status = params.LLRPStatus(status_code=refusal.code if refusal else 0)
            return impinj.IMPINJ_ENABLE_EXTENSIONS_RESPONSE(llrp_status=status).to_bytes(message_id=message_id)
        return b""

    def _versions(self, message_id: int) -> bytes:
        if self._newest == VERSION_1_0_1:
            unsupported = answers.Status(code=answers.StatusCode.M_UnsupportedVersion)
            return answers.response(MessageType.ERROR_MESSAGE, message_id, unsupported)
        body = bytes((VERSION_1_0_1, self._newest)) + OK.to_bytes()
        kind = MessageType.GET_SUPPORTED_VERSION_RESPONSE
        return Message(type=kind, message_id=message_id, body=body, version=VERSION_1_1).to_bytes()

    def _config(self) -> LLRPMessage:
        return messages.GET_READER_CONFIG_RESPONSE(
            llrp_status=params.LLRPStatus(status_code=enums.StatusCode.M_Success),
            antenna_properties=[
                params.AntennaProperties(antenna_id=number, antenna_connected=number in self._connected)
                for number in range(1, self._capabilities.antennas + 1)
            ],
            gpi_port_current_states=[
                params.GPIPortCurrentState(gpi_port_num=port, config=True, state=state)
                for port, state in enumerate(self._inputs, start=1)
            ],
        )
