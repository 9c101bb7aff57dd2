"""What the journal knows of an alert: its own times, the plan it hangs on, and the events around it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from sqlite3 import Connection

from gateway.cli.event_words import words_of_event
from gateway.journal import events, shipments
from gateway.model import Alert, LocationEvent, Micros, SensorEvent, Window
from gateway.web.assets.render_events import event_shape
from gateway.web.http.times import iso

BEFORE_US = 48 * 3600 * 1_000_000  # events so long before the alert
_ORDER = ("plan", "event", "alert", "known", "party")  # of what has one time
MOST_READ = 1000  # of each asset; positions are among them, and not told
MOST_EVENTS = 30  # the newest of the rest


@dataclass(frozen=True, kw_only=True)
class Told:
    """One line of an explanation."""

    at: str | None  # ISO 8601; None: of no one time
    what: str  # rule, settings, plan, event, alert, known, party, estimate, rests on, method
    text: str


def told(connection: Connection, alert: Alert) -> list[Told]:
    """The lines that have a time, in its order."""
    lines = [*_plan(connection, alert), *_events(connection, alert), *_alert(alert)]
    return [_line(*line) for line in sorted(lines, key=lambda line: (line[0], _ORDER.index(line[1])))]


def _line(at_us: Micros, what: str, text: str) -> Told:
    return Told(at=f"{iso(at_us)[:19]}Z", what=what, text=text)


def _alert(alert: Alert) -> Iterator[tuple[Micros, str, str]]:
    yield alert.raised_us, "alert", f"{alert.severity} {alert.reason}: {alert.text}"
    yield alert.recorded_us, "known", f"to the gateway, and told to {', '.join(alert.parties) or 'nobody'}"
    for ack in alert.acks:
        yield ack.at_us, "party", f"{ack.party} acknowledged it{f': {ack.reason}' if ack.reason else ''}"
    if alert.ended_us is not None:
        yield alert.ended_us, "alert", f"{alert.state} {alert.ended_reason}: {alert.ended_text}"


def _plan(connection: Connection, alert: Alert) -> Iterator[tuple[Micros, str, str]]:
    shipment = shipments.get(connection, alert.shipment) if alert.shipment else None
    for stop in shipment.stops if shipment is not None else ():
        for what, window in (("to arrive at", stop.arrival), ("to leave", stop.departure)):
            if window is not None:
                yield window.close_us, "plan", f"{alert.shipment} was {what} {stop.place} {_window(window)}"


def _window(window: Window) -> str:
    return f"between {iso(window.open_us)[:16]} and {iso(window.close_us)[:16]} UTC"


def _events(connection: Connection, alert: Alert) -> list[tuple[Micros, str, str]]:
    """What was told of the alert's asset, and of its shipment's, before it was raised and until it ended."""
    shipment = shipments.get(connection, alert.shipment) if alert.shipment else None
    assets = {alert.asset, *(shipment.assets if shipment is not None else ())} - {""}
    until_us = max(alert.ended_us or 0, alert.recorded_us)
    found = [
        (seq, event)
        for asset in assets
        for seq, event in events.of_asset(
            connection, asset, from_us=alert.raised_us - BEFORE_US, until_us=until_us, limit=MOST_READ
        )
        if isinstance(event, LocationEvent | SensorEvent)
    ]
    found.sort(key=lambda numbered: (numbered[1].at_us, numbered[0]))
    return [
        (event.at_us, "event", " ".join(words_of_event(event_shape(seq, event))[0][22:].split()))
        for seq, event in found[-MOST_EVENTS:]
    ]
