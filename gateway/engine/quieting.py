"""When nobody is told of an alert for now: what it is about is worked on, or nobody could have seen it. Pure.

What is suppressed is recorded with its reason, and told once the reason is gone and it still stands.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from typing import Protocol

from gateway.model import Alert, DeviceState, MaintenanceWindow, Micros

UNSEEABLE = "unseeable:"
MAINTENANCE = "maintenance:"


class Ears(Protocol):
    """What is asked of the devices."""

    def all(self) -> Iterable[DeviceState]:
        """Every device that is configured."""


class Silence(Protocol):
    """What is asked of the alerts that stand."""

    def is_silent(self, subject: str) -> bool:
        """Whether an alert says of a device (device:NAME) or a tracker (track:ASSET) that it is not heard."""

    def any_silent(self) -> bool:
        """Whether any device is."""


class Quieting:
    """Says why nobody is told of an alert now, and until when."""

    def __init__(
        self,
        *,
        windows: Iterable[MaintenanceWindow],
        devices: Ears,
        lineage: Callable[[str], Collection[str]],
        assets_of: Callable[[Alert], Collection[str]],
    ) -> None:
        self._windows = {window.name: window for window in windows}
        self._devices = devices
        self._lineage = lineage  # of a place: itself and those around it
        self._assets_of = assets_of

    def maintain(self, name: str, window: MaintenanceWindow | None) -> None:
        """A window was entered or changed, or (None) called off."""
        if window is None:
            self._windows.pop(name, None)
        else:
            self._windows[name] = window

    def why(self, alert: Alert, now_us: Micros, silence: Silence) -> str:
        """The reason, as `Alert.suppressed` says it; empty: there is none."""
        window = self._window(alert, now_us)
        if window is not None:
            return f"{MAINTENANCE}{window.name}"
        return f"{UNSEEABLE}{alert.unseen_at}" if self._is_unseeable(alert, silence) else ""

    def over_us(self, alert: Alert, now_us: Micros) -> Micros | None:
        """When the window is over that it falls into at a time; None: there is none."""
        window = self._window(alert, now_us)
        return None if window is None else window.end_us

    def watchers(self, place: str) -> list[str]:
        """The devices that see what is at a place: mounted there, or with a read point there, or inside of it."""
        return [
            state.device
            for state in self._devices.all()
            if any(place in self._lineage(spot) for spot in (state.place, *state.sees) if spot)
        ]

    def _window(self, alert: Alert, now_us: Micros) -> MaintenanceWindow | None:
        """Of those that cover it the one that ends last."""
        covering = [
            window
            for window in self._windows.values()
            if window.start_us <= now_us < window.end_us and _covers(window, alert)
        ]
        return max(covering, key=lambda window: (window.end_us, window.name), default=None)

    def _is_unseeable(self, alert: Alert, silence: Silence) -> bool:
        if not alert.unseen_at or not silence.any_silent():
            return False
        watchers = self.watchers(alert.unseen_at)
        if not watchers or not all(silence.is_silent(f"device:{device}") for device in watchers):
            return False
        return not any(self._is_tracked(asset, silence) for asset in self._assets_of(alert))

    def _is_tracked(self, asset: str, silence: Silence) -> bool:
        """Whether something on an asset tells where it is: it could have been seen by that."""
        if silence.is_silent(f"track:{asset}"):
            return False
        return any(
            state.asset == asset and not silence.is_silent(f"device:{state.device}") for state in self._devices.all()
        )


def _covers(window: MaintenanceWindow, alert: Alert) -> bool:
    if window.rules and alert.rule not in window.rules:
        return False
    return (
        alert.device in window.devices or alert.lane in window.lanes or not set(alert.within).isdisjoint(window.places)
    )
