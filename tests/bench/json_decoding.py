"""R700 tag events in JSON decoded: by our driver, as people write it with `json`, and by msgspec alone."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import partial

import msgspec

from device_drivers.impinj_iot import Decoder, Event, Settings
from gateway.model import TagRead
from tests.bench.contest import Contender, Contest, Measured, Role, cpu_time
from tests.bench.size import Size
from tests.bench.tags import BASE_US, r700_messages


def contest(size: Size) -> Contest:
    """One event a message."""
    messages = r700_messages(size.decoded // 2)
    return Contest(
        name="json",
        title="MQTT JSON decoded, Impinj R700",
        unit="messages",
        contenders=[
            Contender(name="tierview driver", role=Role.OURS, measure=partial(_ours, messages)),
            Contender(name="json.loads and dicts", role=Role.PEER, measure=partial(_dicts, messages)),
            Contender(name="msgspec alone", role=Role.FLOOR, measure=partial(_typed, messages)),
        ],
    )


def _ours(messages: Sequence[bytes]) -> Measured:
    decoder = Decoder(Settings())

    def work() -> int:
        return sum(type(output) is TagRead for message in messages for output in decoder.feed(message, BASE_US))

    return cpu_time(work)


def _dicts(messages: Sequence[bytes]) -> Measured:
    """Nothing checked, nothing converted."""

    def work() -> int:
        reads = []
        for message in messages:
            tag = json.loads(message)["tagInventoryEvent"]
            reads.append((tag["epc"], tag["antennaPort"], tag["peakRssiCdbm"] / 100, tag["lastSeenTime"]))
        return len(reads)

    return cpu_time(work)


def _typed(messages: Sequence[bytes]) -> Measured:
    decode = msgspec.json.Decoder(Event).decode
    return cpu_time(lambda: len([decode(message) for message in messages]))
