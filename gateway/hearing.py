"""When each device was last heard: kept by the pipeline, asked by the engine and by /health."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

from gateway.model import DeviceState, Micros

SAVE_EVERY_US = 1_000_000  # after a kill, a device may seem to have been heard this much earlier


class Hearing:
    """The devices of the configuration and what is known of each."""

    def __init__(self, known: Iterable[DeviceState], saved: Mapping[str, DeviceState]) -> None:
        self._states = {state.device: _resumed(state, saved.get(state.device)) for state in known}
        self._saved_us: dict[str, Micros] = {}
        self._unsaved: set[str] = set(self._states)

    def expect(self, known: Iterable[DeviceState]) -> None:
        """Expect these devices from now on and no others; what was heard of those that stay is kept."""
        before = self._states
        self._states = {state.device: _moved(state, before.get(state.device)) for state in known}
        self._unsaved |= self._states.keys() - before.keys()

    def heard(self, device: str, at_us: Micros) -> None:
        """Something came from the device; of one that was just taken out of the configuration it is no news."""
        state = self._states.get(device)
        if state is None:
            return
        if state.heard_us is not None and at_us <= state.heard_us:
            return
        self._states[device] = msgspec.structs.replace(state, heard_us=at_us)
        if at_us - self._saved_us.get(device, 0) >= SAVE_EVERY_US:
            self._saved_us[device] = at_us
            self._unsaved.add(device)

    def linked(self, device: str, *, connected: bool) -> None:
        """The connection to the device came or went."""
        if device not in self._states:
            return
        self._states[device] = msgspec.structs.replace(self._states[device], connected=connected)
        self._unsaved.add(device)

    def state(self, device: str) -> DeviceState:
        """What is known of one of the devices."""
        return self._states[device]

    def find(self, device: str) -> DeviceState | None:
        """What is known of a device; None where it is none of ours any more."""
        return self._states.get(device)

    def since_us(self) -> Micros:
        """Since when any device is listened for; 0 where there is none."""
        return min((state.known_us for state in self._states.values()), default=0)

    def all(self) -> list[DeviceState]:
        return list(self._states.values())

    def unsaved(self) -> list[DeviceState]:
        """What changed enough to be stored with the next commit; asked once, then it counts as stored."""
        due, self._unsaved = self._unsaved & self._states.keys(), set()
        return [self._states[device] for device in due]


def _moved(state: DeviceState, before: DeviceState | None) -> DeviceState:
    """A device that stays, perhaps at another place or on another asset."""
    if before is None:
        return state
    return msgspec.structs.replace(before, place=state.place, asset=state.asset, sees=state.sees)


def _resumed(state: DeviceState, saved: DeviceState | None) -> DeviceState:
    if saved is None:
        return state
    return msgspec.structs.replace(state, heard_us=saved.heard_us)
