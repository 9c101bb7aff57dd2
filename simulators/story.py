"""What one journey makes happen: where trailer and goods really are, and which readers and gates see them."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Literal

from gateway.model import Micros
from simulators.berths import Berth, Berths
from simulators.geo import Point, Road, shifted
from simulators.journeys import MINUTE_US, Call, Journey, way
from simulators.network import Door, Network
from simulators.tracks import Crossing, Span, Visit

LINE_EVERY_US = 23 * MINUTE_US  # one pallet is used up at the line in this time
LINE_FIRST_US = 18 * MINUTE_US  # from the door to the line at the soonest
ON_LINE_US = 4 * MINUTE_US  # in the field of the line's reader
CROSSING_US = 2 * MINUTE_US  # a pallet in a door
LOADING_US = 10 * MINUTE_US  # the goods go aboard in the last minutes before departure
APART_M = 35.0  # trailers side by side


@dataclass(frozen=True, kw_only=True)
class Story:
    """All that one journey makes happen."""

    tracks: dict[str, list[Span]]
    visits: tuple[Visit, ...]
    crossings: tuple[Crossing, ...]


def tell(journey: Journey, network: Network, berths: Berths, next_us: Micros, end_us: Micros, seed: int) -> Story:
    """The story of a journey until its trailer's next one begins at `next_us`; goods stay known until `end_us`."""
    return _Teller(journey, network, berths, next_us, end_us, seed).story()


class _Teller:
    def __init__(
        self, journey: Journey, network: Network, berths: Berths, next_us: Micros, end_us: Micros, seed: int
    ) -> None:
        self._journey = journey
        self._network = network
        self._berths = berths
        self._next_us = next_us
        self._end_us = end_us
        self._random = Random(f"{seed}-story-{journey.shipment_id}")
        self._lane = sum(journey.route.trailer.encode()) % 5  # where it stands beside others
        self._trailer = self._trailer_spans()

    def story(self) -> Story:
        journey, route = self._journey, self._journey.route
        tracks = {route.trailer: self._trailer}
        if route.container:
            tracks[route.container] = [span.carried_by(route.trailer) for span in self._trailer]
        visits = self._trailer_visits()
        for number, pallet in enumerate(journey.pallets):
            tracks[pallet], seen = self._pallet(number, pallet)
            visits += seen
            for part in journey.parts[pallet]:
                tracks[part] = [span.carried_by(pallet) for span in tracks[pallet]]
        visits += self._parts_on_line(visits)
        return Story(tracks=tracks, visits=tuple(visits), crossings=tuple(self._crossings()))

    # --- the trailer -------------------------------------------------------------------------

    def _trailer_spans(self) -> list[Span]:
        spans: list[Span] = []
        for stop, call in enumerate(self._journey.calls):
            spans += self._standing(call)
            until_us = self._arrival_us(stop)
            spans.append(self._span(call.depart_us, until_us, "", way(self._journey.route, stop, self._network)))
        home = self._journey.calls[0].site
        spot = self._parked(home.yard_spot)
        spans.append(self._span(self._journey.home_us, self._next_us, home.yard or home.code, spot))
        return spans

    def _arrival_us(self, stop: int) -> Micros:
        calls = self._journey.calls
        return calls[stop + 1].arrive_us if stop + 1 < len(calls) else self._journey.home_us

    def _standing(self, call: Call) -> list[Span]:
        """In the yard, then at the door; in the yard all the time where it gets none."""
        site = call.site
        waits = site.yard or site.code
        yard, spot = self._parked(site.yard_spot), self._parked(site.spot)
        unload, load = self._doors(call)
        half_us = (call.spotted_us + call.unspotted_us) // 2
        return [
            self._span(call.arrive_us, call.spotted_us, waits, yard),
            self._span(call.spotted_us, half_us, unload.place if unload else waits, spot if unload else yard),
            self._span(half_us, call.depart_us, load.place if load else waits, spot if load else yard),
        ]

    def _parked(self, spot: Point) -> Road:
        here = shifted(spot, 0.0, APART_M * (self._lane - 2))
        return Road(here, here)

    def _span(self, from_us: Micros, until_us: Micros, place: str, road: Road) -> Span:
        return Span(from_us=from_us, until_us=until_us, place=place, road=road)

    def _doors(self, call: Call) -> Berth:
        return self._berths[self._journey.shipment_id, call.arrive_us]

    def _trailer_visits(self) -> list[Visit]:
        """Its own tag, above the door for as long as it is spotted there."""
        trailer = self._journey.route.trailer
        visits = []
        for call in self._journey.calls:
            unload, load = self._doors(call)
            half_us = (call.spotted_us + call.unspotted_us) // 2
            if unload and load and trailer in self._network.tags:
                visits.append(self._visit(trailer, unload, call.spotted_us, half_us, stands=True))
                visits.append(self._visit(trailer, load, half_us, call.unspotted_us, stands=True))
        return visits

    def _crossings(self) -> list[Crossing]:
        """Through the gates: out, in at the destination, in again empty at home; the container rides along."""
        calls, home, number = self._journey.calls, self._journey.calls[0], self._journey.shipment_id
        out = [self._crossing(call, "out", call.depart_us, number) for call in calls[:-1]]
        out += [self._crossing(call, "in", call.arrive_us, number) for call in calls[1:]]
        out += [self._crossing(calls[-1], "out", calls[-1].depart_us, "")]
        out += [self._crossing(home, "in", self._journey.home_us, "")]
        return [crossing for pair in out for crossing in pair]

    def _crossing(self, call: Call, direction: Literal["in", "out"], at_us: Micros, shipment: str) -> list[Crossing]:
        route = self._journey.route
        assets = [route.trailer, *([route.container] if route.container else [])]
        return [
            Crossing(asset=asset, site=call.site.code, direction=direction, at_us=at_us, shipment=shipment)
            for asset in assets
        ]

    # --- the goods ---------------------------------------------------------------------------

    def _pallet(self, number: int, pallet: str) -> tuple[list[Span], list[Visit]]:
        """Staged at the origin, through its door, aboard, through doors on the way, off, at last at the line."""
        calls, visits = self._journey.calls, []
        begin_us = max(calls[0].spotted_us, calls[0].unspotted_us - LOADING_US)
        aboard_us = self._turn(number, begin_us, calls[0].unspotted_us)
        spans = [self._goods(calls[0], calls[0].arrive_us, aboard_us)]
        visits += self._cross(pallet, self._doors(calls[0])[1], aboard_us)
        for call in calls[1:]:
            half_us = (call.spotted_us + call.unspotted_us) // 2
            last = call is calls[-1]
            off_us = self._turn(number, call.spotted_us, call.unspotted_us if last else half_us)
            spans += self._aboard(aboard_us, off_us)
            visits += self._cross(pallet, self._doors(call)[0], off_us)
            if last:
                aboard_us = off_us
                continue
            aboard_us = self._turn(number, half_us, call.unspotted_us)
            spans.append(self._goods(call, off_us, aboard_us))
            visits += self._cross(pallet, self._doors(call)[1], aboard_us)
        spans += self._delivered(number, aboard_us)
        visits += self._to_line(pallet, spans[-1])
        return [span for span in spans if span.until_us > span.from_us], visits

    def _turn(self, number: int, from_us: Micros, until_us: Micros) -> Micros:
        """When this pallet is in the door: one after the other, with room at both ends."""
        share = (number + 1) / (len(self._journey.pallets) + 1)
        return from_us + round((until_us - from_us) * share)

    def _goods(self, call: Call, from_us: Micros, until_us: Micros) -> Span:
        return self._span(from_us, until_us, call.site.code, Road(call.site.spot, call.site.spot))

    def _aboard(self, from_us: Micros, until_us: Micros) -> list[Span]:
        carrier = self._journey.route.container or self._journey.route.trailer
        over = [span for span in self._trailer if span.from_us < until_us and span.until_us > from_us]
        return [span.cut(from_us, until_us).carried_by(carrier) for span in over]

    def _delivered(self, number: int, off_us: Micros) -> list[Span]:
        """At the door it was unloaded through, or at the line when its turn comes."""
        call = self._journey.calls[-1]
        door, line = self._doors(call)[0], call.site.line
        place = door.place if door else call.site.code
        spot = Road(call.site.spot, call.site.spot)
        if line is None:
            return [self._span(off_us, self._end_us, place, spot)]
        line_us = call.unspotted_us + LINE_FIRST_US + number * LINE_EVERY_US
        return [self._span(off_us, line_us, place, spot), self._span(line_us, self._end_us, line.place, spot)]

    def _to_line(self, pallet: str, last: Span) -> list[Visit]:
        line = self._journey.calls[-1].site.line
        if line is None or last.place != line.place:
            return []
        return [self._visit(pallet, line, last.from_us, last.from_us + ON_LINE_US)]

    def _parts_on_line(self, visits: list[Visit]) -> list[Visit]:
        """Parts are read one after the other as they are taken from their pallet at the line."""
        line, parts = self._journey.calls[-1].site.line, self._journey.parts
        return [
            self._visit(
                part, line, seen.from_us + (n + 1) * MINUTE_US, seen.from_us + (n + 1) * MINUTE_US + CROSSING_US
            )
            for seen in visits
            if line is not None and seen.door == line
            for n, part in enumerate(parts.get(seen.asset, ()))
        ]

    def _cross(self, asset: str, door: Door | None, at_us: Micros) -> list[Visit]:
        if door is None:
            return []
        before_us = round(CROSSING_US * self._random.uniform(0.4, 0.6))
        return [self._visit(asset, door, at_us - before_us, at_us - before_us + CROSSING_US)]

    def _visit(self, asset: str, door: Door, from_us: Micros, until_us: Micros, *, stands: bool = False) -> Visit:
        return Visit(asset=asset, door=door, from_us=from_us, until_us=until_us, stands=stands)
