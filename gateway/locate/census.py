"""How many assets are where: kept in step with each change, so that the board costs nothing to ask."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from gateway.locate.state import AssetState, Gist
from gateway.model import AssetKind


class Census:
    """Numbers of assets by what they are in (else by place) and by kind."""

    def __init__(self) -> None:
        self._numbers: Counter[tuple[str, str, AssetKind]] = Counter()  # parent, or empty; place, or empty; kind

    def enter(self, state: AssetState | Gist) -> None:
        """Count an asset where it now is; one that is nowhere known is not counted."""
        self._add(state, 1)

    def leave(self, state: AssetState | Gist) -> None:
        """Take an asset out of the count, before it changes."""
        self._add(state, -1)

    def __iter__(self) -> Iterator[tuple[str, str, AssetKind, int]]:
        """Parent (then without place) or place, kind and number."""
        for (parent, place, kind), number in self._numbers.items():
            yield parent, place, kind, number

    def _add(self, state: AssetState | Gist, number: int) -> None:
        if not (state.since_us or state.parent):
            return
        key = (state.parent, "" if state.parent else state.place, state.kind)
        self._numbers[key] += number
        if not self._numbers[key]:
            del self._numbers[key]
