"""Where each asset stays, and stayed lately: folded from events, the same for any order of a day. Pure."""

from __future__ import annotations

import bisect
from collections.abc import Collection, Iterable, Iterator, Sequence

from msgspec.structs import replace

from gateway.model import AssetKind, EventKind, LocationEvent, Micros, Spotted, Stay, Whereabouts

KEEP_US = 24 * 3600 * 1_000_000  # late data of so long before the newest is put where it belongs
MOST_SPOTTED = 24  # of an asset: the newest
MOST_SETTLED = 6  # stays from before those
SETTLED_AT_ONCE = frozenset({AssetKind.PART, AssetKind.PLACE})  # parts go with what they are in, and are many


class Stays:
    """The whereabouts of all assets."""

    def __init__(self) -> None:
        self._held: dict[str, Whereabouts] = {}
        self._present: dict[str, Stay] = {}
        self._unsaved: dict[str, Whereabouts] = {}

    def restore(self, held: Iterable[Whereabouts]) -> None:
        """Take up whereabouts from the journal."""
        for one in held:
            self._keep(one, walked(one))

    def get(self, asset: str) -> Stay | None:
        """Where an asset stays, or stayed last."""
        return self._present.get(asset)

    def present(self) -> Iterator[Stay]:
        """The same of all assets."""
        yield from self._present.values()

    def at(self, asset: str, place: str) -> Stay | None:
        """The last stay of an asset at a place, with those before it; None where none is known."""
        held = self._held.get(asset)
        return None if held is None else next(_judged(held, walked(held), {place}), None)

    def take(self, event: LocationEvent) -> list[Stay]:
        """Fold an event in; return the last stay at each place where there is news, the first first.

        What is loaded stays where it is loaded, until that moves.
        """
        if event.kind is EventKind.UNLOADED or (event.kind is EventKind.LOADED and (event.late or not event.place)):
            return []
        held = self._held.get(event.asset) or Whereabouts(asset=event.asset, asset_kind=event.asset_kind)
        after = with_event(held, event)
        if after is held:
            return []
        before, stays = walked(held), walked(after)
        self._keep(after, stays)
        self._unsaved[event.asset] = after
        news = {stay.place for stay in stays if stay not in before}
        return sorted(_judged(after, stays, news), key=_began)

    def unsaved(self) -> list[Whereabouts]:
        """What is to be stored; asked once."""
        unsaved, self._unsaved = self._unsaved, {}
        return list(unsaved.values())

    def _keep(self, held: Whereabouts, stays: Sequence[Stay]) -> None:
        self._held[held.asset] = held
        if stays:
            self._present[held.asset] = stays[-1]


def with_event(held: Whereabouts, event: LocationEvent) -> Whereabouts:
    """The whereabouts with what an event says of them; the same object where that is known, or comes too late."""
    left = event.kind is EventKind.LEFT
    one = Spotted(at_us=event.at_us, left=left, place=event.place, tier=event.tier)
    if one.at_us < held.settled_us or one in held.spotted:
        return held
    spotted = list(held.spotted)
    bisect.insort(spotted, one, key=_in_order)
    settled, settled_us, most = held.settled, held.settled_us, MOST_SPOTTED
    oldest_us = spotted[-1].at_us - KEEP_US
    if event.asset_kind in SETTLED_AT_ONCE:
        most, oldest_us = 0, spotted[-1].at_us
    while spotted and (len(spotted) > most or spotted[0].at_us < oldest_us):
        settled_us = spotted[0].at_us
        settled = tuple(_walked(held, settled, spotted[:1])[-MOST_SETTLED if most else -1 :])
        del spotted[0]
    return replace(held, asset_kind=event.asset_kind, settled=settled, settled_us=settled_us, spotted=tuple(spotted))


def walked(held: Whereabouts) -> list[Stay]:
    """The stays that follow from what is known of an asset, the first first; only the last may go on."""
    return _walked(held, held.settled, held.spotted)


def _walked(held: Whereabouts, settled: Sequence[Stay], spotted: Sequence[Spotted]) -> list[Stay]:
    stays = list(settled)
    for one in spotted:
        last = stays[-1] if stays else None
        stands = last is not None and last.until_us is None
        if last is not None and stands:
            elsewhere = last.place != one.place
            if one.left and elsewhere and last.since_us == one.at_us:
                continue  # it came from there
            if one.left or elsewhere:
                stays[-1] = replace(last, until_us=one.at_us)
                stands = False
        if not one.left and not stands:
            stays.append(
                Stay(
                    asset=held.asset,
                    asset_kind=held.asset_kind,
                    place=one.place,
                    tier=one.tier,
                    since_us=one.at_us,
                )
            )
    return stays


def _judged(held: Whereabouts, stays: Sequence[Stay], places: Collection[str]) -> Iterator[Stay]:
    """The last stay at each of some places where there was one, with what is asked besides."""
    past_us = held.spotted[-2].at_us if len(held.spotted) > 1 else held.settled_us
    for place in places:
        there = [stay for stay in stays if stay.place == place]
        if there:
            *earlier, last = there
            yield replace(last, earlier=tuple(earlier), known_us=stays[0].since_us, past_us=past_us)


def _in_order(one: Spotted) -> tuple[Micros, bool, str]:
    """What comes and goes in one instant has come before."""
    return one.at_us, one.left, one.place


def _began(stay: Stay) -> tuple[Micros, str]:
    return stay.since_us, stay.place
