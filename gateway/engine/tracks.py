"""Events -> what an asset's tracker said. Pure, and the same for any order of arrival."""

from __future__ import annotations

import bisect

from msgspec.structs import replace

from gateway.model import Event, Micros, PositionEvent, Spot, Track

CELL_US = 60_000_000  # one position of each minute is kept, the first ...
MOST_SPOTS = 32  # ... of this many minutes with any


def with_event(track: Track | None, event: Event) -> Track | None:
    """The track with an event of its asset; None where the asset has no tracker. The same object for no news."""
    if isinstance(event, PositionEvent):
        if track is None:
            track = Track(
                asset=event.asset, asset_kind=event.asset_kind, device=event.device, heard_us=event.recorded_us
            )
        track = _with_spot(track, event)
        if event.recorded_us >= track.heard_us and event.device != track.device:
            track = replace(track, device=event.device)
    if track is None or event.device != track.device or event.recorded_us <= track.heard_us:
        return track
    return replace(track, heard_us=event.recorded_us)


def _with_spot(track: Track, event: PositionEvent) -> Track:
    """Positions at places count too, as the last before it set out; only what is between is off any way."""
    if event.place:
        return track
    spot = Spot(at_us=event.at_us, lat=event.lat, lon=event.lon)
    spots = list(track.spots)
    at = bisect.bisect_left(spots, _cell(spot.at_us), key=lambda held: _cell(held.at_us))
    held = spots[at] if at < len(spots) and _cell(spots[at].at_us) == _cell(spot.at_us) else None
    if held is not None and (held.at_us, held.lat, held.lon) <= (spot.at_us, spot.lat, spot.lon):
        return track
    if held is not None:
        spots[at] = spot
    elif at or len(spots) < MOST_SPOTS:
        spots.insert(at, spot)
    else:
        return track  # older than all that is kept
    return replace(track, spots=tuple(spots[-MOST_SPOTS:]))


def _cell(at_us: Micros) -> int:
    return at_us // CELL_US
