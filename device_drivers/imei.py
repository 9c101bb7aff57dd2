"""The number of a mobile device, as the topics and handshakes of trackers carry it."""

from __future__ import annotations

import re

IMEI = re.compile(r"\d{15}", re.ASCII)
_IN_TOPIC = re.compile(r"(?:^|/)(\d{15})(?:/|$)", re.ASCII)


def asset_of(imei: str) -> str:
    """The name of the asset that a tracker is bolted to, until the configuration maps it to another."""
    return f"imei:{imei}"


def asset_in(topic: str) -> str:
    """The asset of the tracker that a topic names; empty, the device's configured asset, where it names none."""
    found = _IN_TOPIC.search(topic)
    return asset_of(found[1]) if found else ""
