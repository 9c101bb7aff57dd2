"""Positions of one packet in the order of their times: many trackers send what they stored newest first.

Only within a packet: what comes later is late, however it was batched, so that a replay of the tape sees the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from operator import attrgetter

from gateway.model import Fix, Micros, Observation


def in_order(batch: Sequence[Observation]) -> Sequence[Observation]:
    """The batch with the positions of each packet sorted; all else stays where it is."""
    if not any(type(observation.reading) is Fix for observation in batch):
        return batch
    packets = (list(packet) for _, packet in groupby(batch, key=_packet))
    return [
        observation
        for packet in packets
        for observation in (sorted(packet, key=_time) if type(packet[0].reading) is Fix else packet)
    ]


def _packet(observation: Observation) -> tuple[str, Micros, bool]:
    return observation.device, observation.received_us, type(observation.reading) is Fix


_time = attrgetter("at_us")
