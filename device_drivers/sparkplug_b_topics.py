"""Topics of Sparkplug B: who speaks, and what kind of message it is (specification 3.0, chapter 4)."""

from __future__ import annotations

from typing import Literal, TypeAlias, get_args

import msgspec

NAMESPACE = "spBv1.0"
STATE = "STATE"
MOST_NAME = 256  # characters of a group, node or device

Kind: TypeAlias = Literal["NBIRTH", "NDEATH", "DBIRTH", "DDEATH", "NDATA", "DDATA", "NCMD", "DCMD"]
KINDS: frozenset[str] = frozenset(get_args(Kind))
COMMANDS = frozenset({"NCMD", "DCMD"})  # of hosts, also our own: a subscription to the whole group hears them


class BadTopic(Exception):
    """Not a topic of Sparkplug B; the text says what was expected and what came."""


class NodeId(msgspec.Struct, frozen=True):
    """An edge node: names within a group."""

    group: str
    node: str

    @property
    def asset(self) -> str:
        """What the node itself is called here."""
        return f"sparkplug:{self.group}/{self.node}"

    @property
    def command_topic(self) -> str:
        """Where the node listens."""
        return f"{NAMESPACE}/{self.group}/NCMD/{self.node}"


class Topic(msgspec.Struct, frozen=True, kw_only=True):
    """A node's message, or one of its devices'."""

    kind: str
    node: NodeId
    device: str = ""  # empty: the node itself

    @property
    def asset(self) -> str:
        """What the node or device is called here."""
        return f"{self.node.asset}/{self.device}" if self.device else self.node.asset


def host_of(topic: str) -> str | None:
    """The host application whose state a topic tells, in the form of 3.0 or of 2.x; None for other topics."""
    levels = topic.split("/")
    if levels[0] == NAMESPACE:
        levels = levels[1:]
    return levels[1] if len(levels) == 2 and levels[0] == STATE and levels[1] else None


def parse_topic(topic: str) -> Topic:
    """Read a node's or a device's topic; raises BadTopic.

    Nodes that send NDATA with a device level are in the field, so every kind may have one but the node's births
    and deaths.
    """
    levels = topic.split("/")
    if not 4 <= len(levels) <= 5 or levels[0] != NAMESPACE or levels[2] not in KINDS:
        raise BadTopic(f"expected {NAMESPACE}/GROUP/KIND/NODE or .../NODE/DEVICE, came {topic[:200]!r}")
    group, kind, node = levels[1:4]
    device = levels[4] if len(levels) == 5 else ""
    if not group or not node or max(map(len, levels)) > MOST_NAME:
        raise BadTopic(f"expected names of 1 to {MOST_NAME} characters, came {topic[:200]!r}")
    if kind in ("DBIRTH", "DDEATH") and not device:
        raise BadTopic(f"expected a device after the node in a {kind}, came {topic[:200]!r}")
    if kind in ("NBIRTH", "NDEATH") and device:
        raise BadTopic(f"expected no device after the node in an {kind}, came {topic[:200]!r}")
    return Topic(kind=kind, node=NodeId(group, node), device=device)
