"""What is known of one Sparkplug edge node: its births, its aliases, where its sequence stands.

Aliases are unique within a node, devices included, and hold from a birth to the next death or birth. NBIRTH ends
what was known of the node's devices too. The sequence runs through all messages of the node but NDEATH.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, TypeAlias

import msgspec

from device_drivers.sparkplug_b_pb2 import Metric
from gateway.model import Micros

MOST_METRICS = 10_000  # defined by one node's births; more are refused
SEQUENCE = 256

Step: TypeAlias = Literal["expected", "first", "repeat", "late", "gap", "no sequence"]


class TooManyMetrics(Exception):
    """A node's births define more than MOST_METRICS."""


class Definition(msgspec.Struct, frozen=True, gc=False):
    """What a birth says of a metric."""

    device: str
    name: str
    datatype: int


class Node:
    """One edge node; see the module."""

    def __init__(self) -> None:
        self.born = False
        self.dead = False  # a death was told; neither: not heard of since we listen
        self.bd_seq: int | None = None  # of the last birth; a death with another one is an older session's
        self.rebirth_us: Micros = 0  # not asked for births before this time
        self._seq: int | None = None
        self._aliases: dict[int, Definition] = {}
        self._names: dict[tuple[str, str], Definition] = {}

    def begin(self, bd_seq: int | None, seq: int | None) -> None:
        """Take an NBIRTH: it ends all that was known."""
        self._aliases.clear()
        self._names.clear()
        self.born, self.dead = True, False
        self.bd_seq, self._seq = bd_seq, seq

    def end(self) -> None:
        """Take an NDEATH."""
        self._aliases.clear()
        self._names.clear()
        self.born, self.dead = False, True
        self._seq = None

    def define(self, device: str, metrics: Iterable[Metric]) -> None:
        """Take what a birth says of the metrics of the node ("") or a device; raises TooManyMetrics."""
        self.forget(device)
        for metric in metrics:
            if not metric.name:
                continue
            if len(self._names) >= MOST_METRICS:
                raise TooManyMetrics
            definition = Definition(device, metric.name, metric.datatype)
            self._names[device, metric.name] = definition
            if metric.HasField("alias"):
                self._aliases[metric.alias] = definition

    def forget(self, device: str) -> None:
        """Take a DDEATH, or make room for a new DBIRTH."""
        self._aliases = {alias: one for alias, one in self._aliases.items() if one.device != device}
        self._names = {key: one for key, one in self._names.items() if key[0] != device}

    def definition(self, device: str, metric: Metric) -> Definition | None:
        """What a metric of a later message is; None where only a birth that did not come could tell."""
        if metric.name:
            known = self._names.get((device, metric.name))
            return Definition(device, metric.name, metric.datatype) if metric.datatype else known
        return self._aliases.get(metric.alias) if metric.HasField("alias") else None

    def step(self, seq: int | None) -> Step:
        """Where a message stands in the sequence; a message that comes late does not turn it back."""
        if seq is None or not 0 <= seq < SEQUENCE:
            return "no sequence"
        if self._seq is None:
            self._seq = seq
            return "first"
        ahead = (seq - self._seq) % SEQUENCE
        if ahead == 0:
            return "repeat"
        if ahead > SEQUENCE // 2:
            return "late"
        self._seq = seq
        return "expected" if ahead == 1 else "gap"
