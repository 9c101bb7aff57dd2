"""What is in what, folded from loadings and unloadings: the newest word about each asset counts."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from gateway.model import EventKind, LocationEvent, Micros, Nesting

DEEPEST = 16  # parents of parents, as in locating
MOST_OUT = 20_000  # assets of which is remembered that they came out; what is older, locating tells as late


class Nestings:
    """Each asset's parent, and each parent's children."""

    def __init__(self) -> None:
        self._of: dict[str, Nesting] = {}
        self._children: dict[str, set[str]] = {}
        self._out: dict[str, None] = {}  # what came out of something and is in nothing, the longest out first

    def restore(self, nestings: Iterable[Nesting]) -> None:
        """Take up nestings from the journal."""
        for nesting in nestings:
            self._keep(nesting)

    def get(self, asset: str) -> Nesting | None:
        """The newest word about an asset; None where it was never in anything."""
        return self._of.get(asset)

    def take(self, event: LocationEvent) -> Nesting | None:
        """Fold an event in; return what it changed. One that is late says what was, not what is."""
        if event.late or event.kind not in (EventKind.LOADED, EventKind.UNLOADED):
            return None
        held, into = self._of.get(event.asset), event.kind is EventKind.LOADED
        if held is not None and (event.at_us, into) <= (held.at_us, held.parent != ""):
            return None
        if not into and held is not None and held.parent and event.parent not in self.chain(event.asset):
            return None  # it is in something else by now
        return self._keep(
            Nesting(
                asset=event.asset,
                asset_kind=event.asset_kind,
                parent=event.parent if into else "",
                at_us=event.at_us,
            )
        )

    def chain(self, asset: str) -> list[str]:
        """What an asset is in, from near to far."""
        chain: list[str] = []
        while len(chain) < DEEPEST and (held := self._of.get(asset)) is not None and held.parent:
            chain.append(held.parent)
            asset = held.parent
        return chain

    def outermost(self, asset: str) -> str:
        """The outermost of what an asset is in, or the asset itself."""
        chain = self.chain(asset)
        return chain[-1] if chain else asset

    def inside(self, asset: str, at_us: Micros | None = None) -> list[Nesting]:
        """All that is in an asset, at any depth, near ones first; only what went in by a time where one is given."""
        found: list[Nesting] = []
        layer = [asset]
        for _ in range(DEEPEST):
            nested = [self._of[child] for outer in layer for child in sorted(self._children.get(outer, ()))]
            nested = [nesting for nesting in nested if at_us is None or nesting.at_us <= at_us]
            if not nested:
                break
            found += nested
            layer = [nesting.asset for nesting in nested]
        return found

    def told_of(self, event: LocationEvent) -> list[LocationEvent]:
        """An event of an asset is one of all that is in it, and went in before."""
        if event.kind is EventKind.UNLOADED or (event.kind is EventKind.LOADED and event.late):
            return [event]
        return [event] + [
            msgspec.structs.replace(event, asset=nesting.asset, asset_kind=nesting.asset_kind)
            for nesting in self.inside(event.asset, event.at_us)
        ]

    def _keep(self, nesting: Nesting) -> Nesting:
        held = self._of.get(nesting.asset)
        if held is not None and held.parent:
            self._children[held.parent].discard(nesting.asset)
            if not self._children[held.parent]:
                del self._children[held.parent]
        self._of[nesting.asset] = nesting
        self._out.pop(nesting.asset, None)
        if nesting.parent:
            self._children.setdefault(nesting.parent, set()).add(nesting.asset)
        else:
            self._out[nesting.asset] = None
            if len(self._out) > MOST_OUT:
                self._forget(next(iter(self._out)))
        return nesting

    def _forget(self, asset: str) -> None:
        del self._out[asset]
        del self._of[asset]
