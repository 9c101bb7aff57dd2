"""Whose data it is: the party at whose place a device stands, or whose asset it rides on; else the operator."""

from __future__ import annotations

from gateway.config.model import Config, Device

API = "api:"  # before the party's code, in the source of what a party sent


class Owners:
    """The owner of what each device, asset and place says."""

    def __init__(self, config: Config) -> None:
        self.operator = config.site.operator
        self._assets = {asset.name: asset.owner for asset in config.assets if asset.owner is not None}
        self._places = {place.code: place.party for place in config.places}
        self._devices = {device.name: self._of(device) for device in config.devices}

    def device(self, name: str) -> str:
        """Whose readings those of a device are."""
        return self._devices.get(name, self.operator)

    def asset(self, name: str) -> str:
        """Whose asset it is; empty where nobody is said to own it."""
        return self._assets.get(name) or ""

    def place(self, code: str) -> str:
        """Whose place it is."""
        return self._places.get(code, self.operator)

    def sender(self, source: str) -> str:
        """Whose a plan is: the party that sent it; of a file beside the configuration, the operator's."""
        return source.removeprefix(API) if source.startswith(API) else self.operator

    def _of(self, device: Device) -> str:
        if device.place is not None and device.place in self._places:
            return self._places[device.place]
        return self._assets.get(device.asset or "") or self.operator
