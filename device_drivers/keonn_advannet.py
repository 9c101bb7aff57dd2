"""Keonn AdvanNet readers (AdvanReader), also sold as Vulcan RFID Titanium: the event stream on TCP port 3177.

Sources and frames: see `keonn_advannet_wire`. The reader is set up and started by its own pages or its REST interface
(port 3161, HTTP Digest), not by this driver: the event port only speaks. A keep-alive is a frame without a body; after
`silence_s` without any frame the connection is given up.

By document only: no raw capture was at hand. What was read are two public clients; AdvanNet's MQTT bodies are templates
written on the reader, for which `json_mqtt` is the driver.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import msgspec

from device_drivers.framing import Framer, Refused
from device_drivers.keonn_advannet_wire import BEGIN, MOST_FRAME_BYTES, frame_at, tags_of
from gateway.model import Micros, Notice, Output, Rejected

NAME = "keonn_advannet"
TRANSPORT: Literal["stream", "message"] = "stream"

REJECTED_BLOCK_BYTES = 4096
MAX_PENDING_BYTES = REJECTED_BLOCK_BYTES + MOST_FRAME_BYTES
GIVE_UP = "give_up"


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What may be set for one reader."""

    device_time: bool = True  # False: stamp reads on receipt, for a reader whose clock nobody sets
    silence_s: float = 120.0  # without any frame after which the connection is given up; 0: never

    def __post_init__(self) -> None:
        if self.silence_s < 0:
            raise ValueError(f"silence_s: expected 0 or more, came {self.silence_s}")


class Decoder:
    """The event stream of one reader to tag reads."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._framer = Framer(self._read, _seek, REJECTED_BLOCK_BYTES)
        self._now_us: Micros = 0  # of the present call
        self._heard_us: Micros | None = None  # None: not connected

    @property
    def pending_bytes(self) -> int:
        """How many bytes wait for the rest of their frame; at most `MAX_PENDING_BYTES`."""
        return self._framer.pending_bytes

    def start(self, now_us: Micros) -> list[Output]:
        """The reader speaks by itself: nothing to say."""
        self._heard_us = now_us
        return []

    def feed(self, data: bytes, now_us: Micros, topic: str = "") -> list[Output]:
        """Take bytes from the stream; return the reads of the events that they complete."""
        self._now_us = now_us
        return self._framer.feed(data, now_us)

    def tick(self, now_us: Micros) -> list[Output]:
        """Give up a connection on which nothing comes any more, not even a keep-alive."""
        outputs = self._framer.flush_quiet(now_us)
        silence_us = round(self._settings.silence_s * 1e6)
        if self._heard_us is None or not silence_us or now_us - self._heard_us < silence_us:
            return outputs
        self._heard_us = now_us
        text = f"the reader sent no event and no keep-alive for {self._settings.silence_s:g} s"
        return [*outputs, Notice(name=GIVE_UP, text=text, fault=True)]

    def _read(self, buffer: bytearray, at: int) -> tuple[int, list[Output]] | None:
        found = frame_at(buffer, at)
        if found is None:
            return None
        body, end = found
        outputs = self._outputs(body) if body.strip() else []
        self._heard_us = None if self._heard_us is None else self._now_us
        return end, outputs

    def _outputs(self, body: bytes) -> list[Output]:
        outputs: list[Output] = []
        for tag in tags_of(body):
            if isinstance(tag, Refused):
                outputs.append(Rejected(data=body, reason=tag.reason, text=str(tag)))
            else:
                outputs.append(tag if self._settings.device_time else msgspec.structs.replace(tag, seen_us=None))
        return outputs


def _seek(buffer: bytearray, at: int) -> int:
    found = buffer.find(BEGIN, at)
    if found >= 0:
        return found
    for start in range(max(at, len(buffer) - len(BEGIN) + 1), len(buffer)):
        if BEGIN.startswith(bytes(buffer[start:])):
            return start
    return len(buffer)
