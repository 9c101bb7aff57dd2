"""Who may dial in, how many at a time, and how much of their coming and going is news."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address, ip_network

from gateway.sources.link import Link
from gateway.sources.source import Counts

MOST_UNSENT_BYTES = 16_384  # towards one peer of maybe a thousand


@dataclass(eq=False)
class Peer:
    """One connection."""

    name: str  # 10.20.3.4:51000
    host: str
    link: Link
    told: bool = True  # as in Connected


class Peers:
    """The connections that stand, oldest first."""

    def __init__(self, *, networks: Sequence[str], most: int, counts: Counts) -> None:
        """`networks`: those that may dial in; none: whoever reaches the port, which is then on loopback."""
        self._networks = [ip_network(network) for network in networks]
        self._most = most
        self._counts = counts
        self._standing: dict[str, Peer] = {}

    def admit(self, writer: asyncio.StreamWriter) -> Peer | None:
        """A new peer; None, and counted, where it may not come in or there is no room."""
        address = writer.get_extra_info("peername")
        if address is None or not self._is_allowed(address[0]) or not self._has_room(address[0]):
            self._counts.refused += 1
            return None
        host, port = address[:2]
        link = Link(writer, self._counts, most_unsent=MOST_UNSENT_BYTES)
        link.keep_alive()
        peer = Peer(name=f"[{host}]:{port}" if ":" in host else f"{host}:{port}", host=host, link=link)
        self._standing[peer.name] = peer
        return peer

    def leave(self, peer: Peer) -> None:
        """It is gone; harmless when it made room already and another has its number."""
        if self._standing.get(peer.name) is peer:
            del self._standing[peer.name]

    def end_all(self, reason: str, text: str) -> None:
        """End every connection."""
        for peer in list(self._standing.values()):
            peer.link.end(reason, text)

    def _is_allowed(self, host: str) -> bool:
        address = ip_address(host)
        if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
            address = address.ipv4_mapped
        return not self._networks or any(address in network for network in self._networks)

    def _has_room(self, host: str) -> bool:
        """Whether there is room for one more, perhaps since an address with more connections gave one up."""
        if len(self._standing) < self._most:
            return True
        held = Counter(peer.host for peer in self._standing.values())
        greedy, most = held.most_common(1)[0]
        if most <= held[host] + 1:
            return False
        oldest = next(peer for peer in self._standing.values() if peer.host == greedy)
        oldest.link.end("made_room", f"{greedy} held {most} of {self._most} connections, and another address came")
        self.leave(oldest)
        self._counts.refused += 1
        return True


class Allowance:
    """So many at once, and so many a second after that."""

    def __init__(self, *, at_once: int, per_s: float) -> None:
        self._at_once = at_once
        self._per_s = per_s
        self._left = float(at_once)
        self._looked_s: float | None = None

    def take(self, now_s: float) -> bool:
        """Whether one more is allowed; it is then used up."""
        since_s = 0.0 if self._looked_s is None else now_s - self._looked_s
        self._looked_s = now_s
        self._left = min(self._at_once, self._left + since_s * self._per_s)
        if self._left < 1:
            return False
        self._left -= 1
        return True
