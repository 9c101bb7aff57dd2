"""Our values as the API's JSON shapes. What a viewer may not see was taken out before."""

from __future__ import annotations

from collections.abc import Sequence

from gateway.lateness import lateness
from gateway.model import Ack, Actual, Alert, Delivery, Estimate, Method, Micros, PartLine, Stop, Trip, Window
from gateway.web.alerts.impact_shape import impact_shape
from gateway.web.alerts.receipts import receipt_shapes, skew_ms
from gateway.web.http.times import iso, iso_or_none
from gateway.web.shapes import (
    AckShape,
    AlertShape,
    EstimateShape,
    LegShape,
    MilestoneShape,
    PartShape,
    ShelfShape,
    ShipmentShape,
    StopShape,
    WindowShape,
)


def shipment_shape(trip: Trip, now_us: Micros) -> ShipmentShape:
    """A plan with what has happened to it and how late it is now."""
    shipment = trip.shipment
    late_s = lateness(trip, now_us)
    return ShipmentShape(
        shipment_id=shipment.shipment_id,
        lane=shipment.lane,
        status=trip.status.value,
        late=late_s > 0,
        late_s=late_s,
        parties=dict(shipment.parties),
        assets=list(shipment.assets),
        contents=shipment.contents,
        parts=[_part(part) for part in shipment.parts],
        legs=[LegShape(mode=leg.mode, carrier=leg.carrier, trip=leg.trip) for leg in shipment.legs],
        stops=[_stop(trip, stop, actual, now_us) for stop, actual in zip(shipment.stops, trip.actuals, strict=True)],
        created=iso(shipment.created_us),
        findings=list(trip.findings),
    )


def _stop(trip: Trip, stop: Stop, actual: Actual, now_us: Micros) -> StopShape:
    ahead = (one for one in trip.estimates if one.stop == actual.stop and actual.arrived_us is None)
    expected = next((estimate_shape(trip, one, now_us) for one in ahead), None)
    return StopShape(
        place=stop.place,
        arrival=_milestone(stop.arrival, actual.arrived_us, expected),
        departure=_milestone(stop.departure, actual.departed_us),
    )


def _milestone(
    planned: Window | None, actual_us: Micros | None, expected: EstimateShape | None = None
) -> MilestoneShape:
    return MilestoneShape(
        planned=None if planned is None else window_shape(planned),
        estimated=None if expected is None else expected.p50,
        actual=iso_or_none(actual_us),
        estimate=expected,
    )


def estimate_shape(trip: Trip, estimate: Estimate, now_us: Micros) -> EstimateShape:
    """When a trip will arrive at a stop, how sure that is, and whose word it is: never before now."""
    said = [promise for promise in trip.promises if promise.stop == estimate.stop]
    promised = estimate.method is Method.PROMISED and said
    return EstimateShape(
        p10=iso(max(now_us, estimate.p10_us)),
        p50=iso(max(now_us, estimate.p50_us)),
        p90=iso(max(now_us, estimate.p90_us)),
        method=estimate.method.value,
        made=iso(estimate.made_us),
        seen=iso_or_none(estimate.seen_us),
        trips=estimate.trips,
        promised_by=max(said, key=lambda one: (one.said_us, one.party)).party if promised else "",
    )


def window_shape(window: Window) -> WindowShape:
    """A planned window with its hard ends, tolerance and grace."""
    return WindowShape(
        open=iso(window.open_us),
        close=iso(window.close_us),
        hard_open=iso_or_none(window.hard_open_us),
        hard_close=iso_or_none(window.hard_close_us),
        tolerance_s=window.tolerance_s,
        grace_s=window.grace_s,
    )


def _part(part: PartLine) -> PartShape:
    return PartShape(number=part.number, quantity=part.quantity, unit=part.unit, within=part.within)


def alert_shape(alert: Alert, acks: Sequence[Ack], receipts: Sequence[Delivery], said: int = 0) -> AlertShape:
    """An alert with the acknowledgements and receipts that may be seen, and how many remarks there are."""
    return AlertShape(
        alert_id=alert.alert_id,
        rule=alert.rule,
        subject=alert.subject,
        state=alert.state.value,
        severity=alert.severity.value,
        reason=alert.reason,
        text=alert.text,
        raised=iso(alert.raised_us),
        recorded=iso(alert.recorded_us),
        ended=iso_or_none(alert.ended_us),
        ended_reason=alert.ended_reason,
        ended_text=alert.ended_text,
        shipment=alert.shipment,
        asset=alert.asset,
        place=alert.place,
        tier=None if alert.tier is None else alert.tier.value,
        lane=alert.lane,
        late_s=alert.late_s,
        parties=list(alert.parties),
        acks=[_ack(ack) for ack in acks],
        shelves=[ShelfShape(party=shelf.party, until=iso(shelf.until_us)) for shelf in alert.shelves],
        remarks=said,
        settles=iso_or_none(alert.settles_us),
        suppressed=alert.suppressed,
        escalated=list(alert.escalated),
        supersedes=alert.supersedes,
        superseded_by=alert.superseded_by,
        impact=impact_shape(alert.impact),
        receipts=receipt_shapes(receipts),
        skew_ms=skew_ms(receipts),
    )


def _ack(ack: Ack) -> AckShape:
    return AckShape(
        party=ack.party,
        at=iso(ack.at_us),
        by=ack.by,
        code=ack.code,
        reason=ack.reason,
        promised=iso_or_none(ack.promised_us),
    )
