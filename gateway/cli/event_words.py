"""Events and alerts, for people: one line each, and the style in which a terminal shows it."""

from __future__ import annotations

from gateway.web.assets.event_shapes import DeviceEventShape, EventShape, LocationShape, PositionShape, SensorShape
from gateway.web.shapes import AlertShape

VERB_WIDTH = 9
_STYLES = {"critical": "bold red", "warning": "yellow", "info": "cyan"}


def words_of_event(event: EventShape) -> tuple[str, str]:
    """One event."""
    match event:
        case LocationShape():
            late = "  (late)" if event.late else ""
            return _line(event.at, event.kind, f"{event.label} {_where(event)}{late}"), "green"
        case PositionShape():
            place = event.place or "between places"
            return _line(event.at, "position", f"{event.label} {event.lat:.5f}, {event.lon:.5f} {place}"), "dim"
        case SensorShape():
            return _line(event.at, "sensor", f"{event.label} {event.name} {event.value} {event.unit}".rstrip()), "dim"
        case DeviceEventShape():
            antenna = f" antenna {event.antenna}" if event.antenna else ""
            text = f": {event.text}" if event.text else ""
            style = "yellow" if event.fault else "dim"
            return _line(event.at, "device", f"{event.device} {event.name}{antenna}{text}"), style


def words_of_alert(alert: AlertShape) -> tuple[str, str]:
    """One version of an alert."""
    over = alert.state != "open"
    text = f"{alert.state} {alert.rule} {alert.subject}: {alert.ended_text if over else alert.text}"
    return _line(alert.ended or alert.raised, "alert", text), "green" if over else _STYLES.get(alert.severity, "")


def _where(event: LocationShape) -> str:
    match event.kind:
        case "left":
            return f"{event.place} ({event.previous_tier or event.tier})"
        case "loaded":
            return f"into {event.parent} at {event.place}"
        case "unloaded":
            return f"from {event.parent} at {event.place}"
        case "moved":
            return f"to {event.place} ({event.tier}) from {event.previous_place}"
        case _:
            return f"at {event.place} ({event.tier})"


def _line(at: str, verb: str, text: str) -> str:
    return f"{at[:19]}Z  {verb:<{VERB_WIDTH}}{text}"
