"""Events and alerts as `tierview tail` shows them, wherever they come from."""

from __future__ import annotations

import sys

import msgspec

from gateway.cli.event_words import words_of_alert, words_of_event
from gateway.cli.options import Wanted
from gateway.cli.printed import say, write_json
from gateway.web.assets.event_shapes import DeviceEventShape, EventShape, LocationShape
from gateway.web.assets.labels import label
from gateway.web.shapes import AlertShape


def show_event(event: EventShape, wanted: Wanted) -> None:
    """Print an event, if it is wanted."""
    if not _event_wanted(event, wanted):
        return
    if wanted.json:
        write_json(event)
    else:
        say(*words_of_event(event))
    sys.stdout.flush()


def show_alert(alert: AlertShape, wanted: Wanted) -> None:
    """Print an alert, if it is wanted."""
    of_asset = wanted.asset in ("", alert.asset, label(alert.asset))
    of_device = wanted.device == "" or alert.subject == f"device:{wanted.device}"
    if not (of_asset and of_device):
        return
    if wanted.json:
        write_json({"type": "alert", **msgspec.structs.asdict(alert)})
    else:
        say(*words_of_alert(alert))
    sys.stdout.flush()


def _event_wanted(event: EventShape, wanted: Wanted) -> bool:
    if wanted.device not in ("", event.device):
        return False
    if not wanted.asset:
        return True
    if isinstance(event, DeviceEventShape):
        return False
    parent = event.parent if isinstance(event, LocationShape) else ""
    return wanted.asset in (event.asset, event.label, parent)
