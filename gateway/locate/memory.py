"""The states of all assets: those in use as objects, all others as the bytes of their rows.

A million objects would take half a gigabyte, and a restart would have to build them all. As bytes they
take a third, and are turned into an object when their asset is read again.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from gateway.locate.state import AssetState, decode_state, encode_state

MOST_WARM = 20_000  # states kept as objects, some 15 MB; the longest in use go first

Row = tuple[str, bytes]


class AssetStates:
    """Asset name to state. Objects handed out stay valid until `cool` is called, between batches."""

    def __init__(self, most_warm: int = MOST_WARM) -> None:
        self._warm: dict[str, AssetState] = {}
        self._cold: dict[str, bytes] = {}
        self._most_warm = most_warm

    def __len__(self) -> int:
        return len(self._warm) + len(self._cold)

    def get(self, asset: str) -> AssetState | None:
        """The state of an asset, to read and to change; None where it was never met."""
        state = self._warm.get(asset)
        if state is None and (row := self._cold.pop(asset, None)) is not None:
            state = self._warm[asset] = decode_state(row)
        return state

    def look(self, asset: str) -> AssetState | None:
        """The state of an asset, to read only; leaves it where it is, so that `all` may run meanwhile."""
        state = self._warm.get(asset)
        if state is None and (row := self._cold.get(asset)) is not None:
            state = decode_state(row)
        return state

    def add(self, asset: str, state: AssetState) -> None:
        """Begin to know an asset."""
        self._warm[asset] = state

    def restore(self, asset: str, row: bytes) -> None:
        """Take back a row from the journal."""
        self._cold[asset] = row

    def rows(self, assets: set[str]) -> list[Row]:
        """Hand out the rows of assets, which then count as told."""
        rows = []
        for asset in assets:
            state = self._warm[asset]
            state.untold_us = 0
            rows.append((asset, encode_state(state)))
        return rows

    def cool(self) -> list[Row]:
        """Turn the longest in use back into bytes; return those rows that the journal does not have yet."""
        rows = []
        for asset in list(islice(self._warm, max(0, len(self._warm) - self._most_warm))):
            state = self._warm.pop(asset)
            told, state.untold_us = state.untold_us == 0, 0
            self._cold[asset] = encode_state(state)
            if not told:
                rows.append((asset, self._cold[asset]))
        return rows

    def all(self) -> Iterator[tuple[str, AssetState]]:
        """Every asset with its state, to read only."""
        yield from self._warm.items()
        for asset, row in self._cold.items():
            yield asset, decode_state(row)
