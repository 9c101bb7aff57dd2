"""What many plans say alike is held once: places, parties, words, numbers of parts.

A hundred thousand decoded trips hold a million strings, of which a thousand differ: a third of their memory.
"""

from __future__ import annotations

from msgspec.structs import replace

from gateway.model import Estimate, PartLine, Shipment, Stop, Trip

MOST_WORDS = 100_000  # held: beyond, what is new is not shared


class Sharing:
    """The words that were met."""

    def __init__(self) -> None:
        self._words: dict[str, str] = {}
        self._parties: dict[tuple[tuple[str, str], ...], dict[str, str]] = {}

    def of(self, trip: Trip) -> Trip:
        """The same trip, of shared words."""
        return replace(
            trip, shipment=self._shipment(trip.shipment), estimates=tuple(map(self._estimate, trip.estimates))
        )

    def _shipment(self, shipment: Shipment) -> Shipment:
        return replace(
            shipment,
            stops=tuple(map(self._stop, shipment.stops)),
            parties=self._roles(shipment.parties),
            contents=self._word(shipment.contents),
            parts=tuple(map(self._part, shipment.parts)),
        )

    def _stop(self, stop: Stop) -> Stop:
        return replace(stop, place=self._word(stop.place))

    def _part(self, part: PartLine) -> PartLine:
        return replace(part, number=self._word(part.number), unit=self._word(part.unit))

    def _estimate(self, estimate: Estimate) -> Estimate:
        return replace(estimate, place=self._word(estimate.place))

    def _roles(self, parties: dict[str, str]) -> dict[str, str]:
        key = tuple(parties.items())
        held = self._parties.get(key)
        if held is None:
            held = {self._word(role): self._word(party) for role, party in key}
            if len(self._parties) < MOST_WORDS:
                self._parties[key] = held
        return held

    def _word(self, word: str) -> str:
        return self._words.setdefault(word, word) if len(self._words) < MOST_WORDS else self._words.get(word, word)
