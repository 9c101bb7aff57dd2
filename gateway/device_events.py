"""What devices tell of themselves, as events: notices of a driver, links that come and go."""

from __future__ import annotations

from typing import Literal

from gateway.event_id import event_id
from gateway.model import DeviceEvent, Micros, Notice


def device_event(device: str, notice: Notice, received_us: Micros, recorded_us: Micros) -> DeviceEvent:
    """Turn a driver's notice into an event, timed by the gateway: a sick device's clock is not to be trusted.

    The device's own time, where it said one, makes the id, so that a message delivered twice is one event.
    """
    told_us = received_us if notice.seen_us is None else notice.seen_us
    return DeviceEvent(
        event_id=event_id("device", device, f"{notice.name}/{notice.antenna}/{notice.text}", told_us, device),
        device=device,
        name=notice.name,
        text=notice.text,
        fault=notice.fault,
        antenna=notice.antenna,
        at_us=received_us,
        received_us=received_us,
        recorded_us=recorded_us,
    )


def link_event(
    device: str, name: Literal["connected", "disconnected"], text: str, at_us: Micros, recorded_us: Micros
) -> DeviceEvent:
    """Tell that the link to a device came up or went down; `text` says what the source saw."""
    return DeviceEvent(
        event_id=event_id("device", device, name, at_us, device),
        device=device,
        name=name,
        text=text,
        fault=name == "disconnected",
        at_us=at_us,
        received_us=at_us,
        recorded_us=recorded_us,
    )
