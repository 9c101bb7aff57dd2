"""Events as the API's JSON shapes. What a viewer may not see was taken out before."""

from __future__ import annotations

from gateway.model import DeviceEvent, Event, LocationEvent, PositionEvent, SensorEvent
from gateway.web.assets.event_shapes import DeviceEventShape, EventShape, LocationShape, PositionShape, SensorShape
from gateway.web.assets.labels import label
from gateway.web.http.times import iso, iso_or_none


def event_shape(seq: int, event: Event) -> EventShape:
    """One event with its number."""
    match event:
        case LocationEvent():
            return location_shape(seq, event)
        case PositionEvent():
            return _position(seq, event)
        case SensorEvent():
            return _sensor(seq, event)
        case DeviceEvent():
            return _device(seq, event)


def location_shape(seq: int, event: LocationEvent) -> LocationShape:
    """One arrival, move, departure, loading or unloading."""
    return LocationShape(
        seq=seq,
        event_id=event.event_id,
        kind=event.kind.value,
        asset=event.asset,
        asset_kind=event.asset_kind.value,
        label=label(event.asset),
        place=event.place,
        tier=event.tier.value,
        previous_place=event.previous_place,
        previous_tier=None if event.previous_tier is None else event.previous_tier.value,
        parent=event.parent,
        read_point=event.read_point,
        device=event.device,
        shipment=event.shipment,
        lat=event.lat,
        lon=event.lon,
        at=iso(event.at_us),
        device_time=iso_or_none(event.device_us),
        received=iso(event.received_us),
        recorded=iso(event.recorded_us),
        late=event.late,
        time_fixed=event.time_fixed,
    )


def _position(seq: int, event: PositionEvent) -> PositionShape:
    return PositionShape(
        seq=seq,
        event_id=event.event_id,
        asset=event.asset,
        asset_kind=event.asset_kind.value,
        label=label(event.asset),
        lat=event.lat,
        lon=event.lon,
        speed_mps=event.speed_mps,
        course_deg=event.course_deg,
        accuracy_m=event.accuracy_m,
        place=event.place,
        tier=event.tier.value,
        device=event.device,
        at=iso(event.at_us),
        device_time=iso_or_none(event.device_us),
        received=iso(event.received_us),
        recorded=iso(event.recorded_us),
        time_fixed=event.time_fixed,
    )


def _sensor(seq: int, event: SensorEvent) -> SensorShape:
    return SensorShape(
        seq=seq,
        event_id=event.event_id,
        asset=event.asset,
        label=label(event.asset),
        name=event.name,
        value=event.value,
        unit=event.unit,
        place=event.place,
        tier=event.tier.value,
        device=event.device,
        at=iso(event.at_us),
        device_time=iso_or_none(event.device_us),
        received=iso(event.received_us),
        recorded=iso(event.recorded_us),
        time_fixed=event.time_fixed,
    )


def _device(seq: int, event: DeviceEvent) -> DeviceEventShape:
    return DeviceEventShape(
        seq=seq,
        event_id=event.event_id,
        device=event.device,
        name=event.name,
        text=event.text,
        fault=event.fault,
        antenna=event.antenna,
        at=iso(event.at_us),
        received=iso(event.received_us),
        recorded=iso(event.recorded_us),
    )
