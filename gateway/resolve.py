"""Readings become observations: who it is, where it was read, and when, with the clock repaired.

    who    the tag's or the label's identity, or the name in the payload, or what the device is bolted to; each
           mapped through the names in the configuration (`assets[].ids`)
    where  the read point of (device, antenna), or the place a passage names; positions get their
           place in `locate`, since a fence's edge needs memory
    when   the device's time where it can be trusted, else the time of receipt

Pure: the same reading gives the same observation. What cannot be resolved is returned as
Quarantined, with what was expected and what came.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache, partial
from typing import Literal

import msgspec

from gateway.config.model import Config, Device, Place, ReadPoint
from gateway.device_clock import DeviceClock
from gateway.identity import identify
from gateway.identity.gs1 import DIGITAL_LINK
from gateway.identity.identify import CACHED
from gateway.identity.labels import read_label
from gateway.identity.names import company_prefixes, in_one_key
from gateway.model import (
    AssetKind,
    Fix,
    Identity,
    Label,
    Measurement,
    Micros,
    Notice,
    Observation,
    Packing,
    Passage,
    Quarantined,
    Reading,
    TagRead,
)
from gateway.places import PlaceIndex
from gateway.quality.names import NameBook
from gateway.quality.owners import Owners
from gateway.quality.place_codes import compact, judged
from gateway.quality.units import converted, is_unit, suggested

ALL_ANTENNAS = -1
INPUT = "gpi_"  # what readers call their general purpose inputs
NO_ANTENNA = 0  # what readers of one antenna say, and what a scanner has

Named = tuple[str, AssetKind]

_KIND_OF_URI = {
    "urn:epc:id:sgtin:": AssetKind.PART,
    "urn:epc:id:sscc:": AssetKind.PALLET,
    "urn:epc:id:grai:": AssetKind.RTI,
    "urn:epc:id:giai:": AssetKind.RTI,
    "urn:epc:id:bic:": AssetKind.CONTAINER,
}


class Spot(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What being read by one antenna means."""

    read_point: str
    place: str
    direction: Literal["", "in", "out"] = ""
    zone: Literal["", "outer", "inner"] = ""


class Resolver:
    """The configuration's names, read points and clock limits, ready to be asked."""

    def __init__(self, config: Config, places: PlaceIndex | None = None, book: NameBook | None = None) -> None:
        self._places = PlaceIndex(config.places) if places is None else places
        self._book = NameBook() if book is None else book  # may change while we run
        self._owners = Owners(config)
        self._devices = {device.name: device for device in config.devices}
        self._spots = {device.name: _spots(device, config.read_points) for device in config.devices}
        self._names = {name: (asset.name, asset.kind) for asset in config.assets for name in (*asset.ids, asset.name)}
        self._epcs = {epc: named for name, named in self._names.items() if (epc := _epc(name))}
        self._prefixes = company_prefixes(code for place in config.places for code in place.codes)
        self._one_key = lru_cache(maxsize=CACHED)(partial(in_one_key, prefixes=self._prefixes))
        self._input_places = {(entry.device, entry.name): entry.place for entry in reversed(config.inputs)}
        self._clock = DeviceClock(config.locating.clocks)
        self._nearest_code = lru_cache(maxsize=1024)(self._places.nearest_code)  # a search, and senders repeat errors

    def resolve(self, device: str, reading: Reading, received_us: Micros) -> Observation | Quarantined | None:
        """Give a reading its who, where and when; None for what tells of no asset (notices, tags on places).

        Never raises on any reading.
        """
        if type(reading) is TagRead:
            return self._tag_read(device, reading, received_us)
        if type(reading) is Notice:
            return None
        if device not in self._devices and type(reading) not in (Passage, Packing):
            return _refuse(device, reading, received_us, "unknown_device", f"no device {device!r} is configured")
        if type(reading) is Label:
            return self._label(device, reading, received_us)
        if type(reading) is Fix:
            return self._fix(self._devices[device], reading, received_us)
        if type(reading) is Measurement:
            return self._measurement(self._devices[device], reading, received_us)
        if type(reading) is Packing:
            return self._packing(device, reading, received_us)
        assert type(reading) is Passage
        return self._passage(device, reading, received_us)

    def _tag_read(self, device: str, reading: TagRead, received_us: Micros) -> Observation | Quarantined | None:
        spots = self._spots.get(device)
        spot = None if spots is None else spots.get(reading.antenna) or spots.get(ALL_ANTENNAS)
        if spot is None:
            return self._nowhere(device, reading, received_us)
        named = self._epcs.get(reading.epc)
        if named is None:
            named = self._known_as(identify(reading.epc, reading.pc))
        return self._at(spot, named, device, reading, received_us)

    def _label(self, device: str, label: Label, received_us: Micros) -> Observation | Quarantined | None:
        spots = self._spots[device]
        spot = spots.get(NO_ANTENNA) or spots.get(ALL_ANTENNAS)
        if spot is None:
            return self._nowhere(device, label, received_us)
        named = self._names.get(label.text)  # an ERP's number, printed as it is
        if named is None and (target := self._book.find("asset", label.text, self._owners.device(device))):
            named = self._meant(target, AssetKind.OTHER)
        if named is None:
            identity = read_label(label.text, self._prefixes)
            if identity is None:
                text = f"{device} sent a bar code without a text in it: {label.text!r}"
                return _refuse(device, label, received_us, "empty_label", text)
            named = self._known_as(identity)
        return self._at(spot, named, device, label, received_us)

    def _known_as(self, identity: Identity) -> Named:
        """The site's name for who was read, or else the one key under which all its spellings meet."""
        key = identity.key
        if key.startswith(DIGITAL_LINK):
            key = self._one_key(key)
        named = self._names.get(key)
        if named is not None:
            return named
        target = self._book.asset(key)
        return (key, identity.kind) if target == key else self._meant(target, identity.kind)

    def _at(
        self, spot: Spot, named: Named, device: str, reading: TagRead | Label, received_us: Micros
    ) -> Observation | None:
        asset, kind = named
        if kind is AssetKind.PLACE:
            return None  # a tag on a door frame does not travel
        at_us, time_fixed = self._clock.trust(reading.seen_us, received_us)
        return Observation(
            asset=asset,
            kind=kind,
            device=device,
            reading=reading,
            at_us=at_us,
            received_us=received_us,
            device_us=reading.seen_us,
            read_point=spot.read_point,
            place=spot.place,
            direction=spot.direction,
            zone=spot.zone,
            time_fixed=time_fixed,
        )

    def _nowhere(self, device: str, reading: TagRead | Label, received_us: Micros) -> Quarantined:
        spots = self._spots.get(device)
        if spots is None:
            return _refuse(device, reading, received_us, "unknown_device", f"no device {device!r} is configured")
        if not spots:
            text = f"{device} reads tags or labels but has neither a read point nor a place"
            return _refuse(device, reading, received_us, "no_read_point", text)
        known = ", ".join(str(antenna) for antenna in sorted(spots))
        antenna = reading.antenna if type(reading) is TagRead else NO_ANTENNA
        text = f"{device} sent antenna {antenna}; its read points have antennas {known}"
        return _refuse(device, reading, received_us, "unknown_antenna", text)

    def _fix(self, device: Device, fix: Fix, received_us: Micros) -> Observation | Quarantined:
        if not (-90.0 <= fix.lat <= 90.0 and -180.0 <= fix.lon <= 180.0):  # also false for NaN
            text = f"{device.name} sent {fix.lat}, {fix.lon}; expected degrees within ±90 and ±180"
            return _refuse(device.name, fix, received_us, "impossible_position", text)
        named = self._who(device, fix.asset, AssetKind.TRAILER)
        if named is None:
            text = f"{device.name} sent a position without an asset, and no asset is configured for it"
            return _refuse(device.name, fix, received_us, "unknown_asset", text, device.name)
        return self._observation(named, device.name, fix, received_us)

    def _measurement(self, device: Device, value: Measurement, received_us: Micros) -> Observation | Quarantined | None:
        unit = self._unit(device.name, value.unit)
        if unit is None:
            near = suggested(value.unit)
            hint = f"; the nearest is {near}" if near else ""
            text = f"{device.name} sent {value.name} in {value.unit!r}; no unit of UN/ECE Rec. 20 is called so{hint}"
            return _refuse(device.name, value, received_us, "unknown_unit", text, value.unit, near)
        value = _in_own_unit(value, unit)
        named = self._who(device, value.asset, AssetKind.OTHER)
        if named is not None:
            return self._observation(named, device.name, value, received_us)
        place = self._input_places.get((device.name, value.name)) or device.place
        if place is None and value.name.startswith(INPUT):
            return None  # readers tell of all their inputs, and nothing is wired to this one
        if place is None:
            text = f"{device.name} sent {value.name} without an asset, and neither asset nor place is configured for it"
            return _refuse(device.name, value, received_us, "unknown_asset", text, device.name)
        # A sensor on a wall measures its place and stands under its own name.
        return self._observation((device.name, AssetKind.PLACE), device.name, value, received_us, place)

    def _passage(self, device: str, passage: Passage, received_us: Micros) -> Observation | Quarantined:
        place = self._place(device, passage.place)
        if place is None:
            text = f"{device} sent {passage.asset} {passage.direction} {passage.place!r}"
            return self._unknown_place(device, passage, received_us, text)
        if not passage.asset:
            text = f"{device} sent a passage at {place.code} without an asset"
            return _refuse(device, passage, received_us, "unknown_asset", text)
        # Gates, yard and transport systems speak of vehicles unless the name says otherwise.
        named = self._called(passage.asset, AssetKind.TRAILER, device)
        return self._observation(named, device, passage, received_us, place.code, passage.direction)

    def _packing(self, device: str, packing: Packing, received_us: Micros) -> Observation | Quarantined:
        what = f"{device} sent {packing.asset or 'nothing'} {packing.action} {packing.parent or 'nothing'}"
        if not packing.asset or not packing.parent:
            text = f"{what}; expected what is packed and what it is packed into"
            return _refuse(device, packing, received_us, "unknown_asset", text)
        place = self._place(device, packing.place) if packing.place else None
        if packing.place and place is None:
            return self._unknown_place(device, packing, received_us, f"{what} at {packing.place!r}")
        named = self._called(packing.asset, AssetKind.OTHER, device)
        parent, parent_kind = self._called(packing.parent, AssetKind.OTHER, device)
        observation = self._observation(named, device, packing, received_us, place.code if place else "")
        return msgspec.structs.replace(observation, parent=parent, parent_kind=parent_kind)

    def _unknown_place(self, device: str, reading: Passage | Packing, received_us: Micros, what: str) -> Quarantined:
        nearest, doubt = self._nearest_code(reading.place), judged(reading.place)
        why = "no place is called so" if doubt.reason == "unknown_place" else doubt.text
        hint = f"; the nearest is {nearest!r}" if nearest else ""
        return _refuse(device, reading, received_us, doubt.reason, f"{what}; {why}{hint}", reading.place, nearest)

    def _observation(
        self,
        named: Named,
        device: str,
        reading: Fix | Measurement | Passage | Packing,
        received_us: Micros,
        place: str = "",
        direction: Literal["", "in", "out"] = "",
    ) -> Observation:
        at_us, time_fixed = self._clock.trust(reading.seen_us, received_us)
        return Observation(
            asset=named[0],
            kind=named[1],
            device=device,
            reading=reading,
            at_us=at_us,
            received_us=received_us,
            device_us=reading.seen_us,
            place=place,
            direction=direction,
            time_fixed=time_fixed,
        )

    def _who(self, device: Device, said: str, otherwise: AssetKind) -> Named | None:
        """Whom a tracker or sensor speaks for: what the payload says, what it is bolted to, or what lists its name."""
        if said or device.asset:
            return self._called(said or str(device.asset), otherwise, device.name)
        named = self._names.get(device.name)
        if named is None and (target := self._book.find("asset", device.name)):
            return self._meant(target, otherwise)
        return named

    def _called(self, name: str, otherwise: AssetKind, device: str) -> Named:
        named = self._names.get(name)
        return named if named is not None else self._linked(name, otherwise, self._owners.device(device))

    def _linked(self, key: str, otherwise: AssetKind, party: str = "") -> Named:
        """Whom a key or name means that the configuration does not list."""
        return self._meant(self._book.asset(key, party), otherwise)

    def _meant(self, key: str, otherwise: AssetKind) -> Named:
        named = self._names.get(key)
        return named if named is not None else (key, _KIND_OF_URI.get(key[: key.rfind(":") + 1], otherwise))

    def _place(self, device: str, name: str) -> Place | None:
        found = self._places.find(name) or self._places.find(compact(name))
        if found is None and (linked := self._book.find("place", name, self._owners.device(device))):
            return self._places.find(linked)
        return found

    def _unit(self, device: str, unit: str) -> str | None:
        """The common code of a unit; empty where none was said, None where nobody knows it."""
        if not unit or is_unit(unit):
            return unit
        return self._book.find("unit", unit, self._owners.device(device)) or None


def _spots(device: Device, read_points: Sequence[ReadPoint]) -> dict[int, Spot]:
    """What each antenna of a device means; a read point without antennas, or the device's place, is for all others."""
    spots: dict[int, Spot] = {}
    if device.place is not None:
        spots[ALL_ANTENNAS] = Spot(read_point="", place=device.place)
    own = [point for point in read_points if point.device == device.name]
    if any(point.antennas for point in own):
        spots.pop(ALL_ANTENNAS, None)  # who lists antennas means these: another one is a fault worth seeing
    for point in own:
        spot = Spot(read_point=point.name, place=point.place, direction=point.passing, zone=point.zone)
        spots |= dict.fromkeys(point.antennas or (ALL_ANTENNAS,), spot)
    return spots


def _in_own_unit(value: Measurement, unit: str) -> Measurement:
    """A number in the unit that its quantity is recorded in; flags and texts as they are."""
    if not unit or type(value.value) is not float:
        return value if unit == value.unit else msgspec.structs.replace(value, unit=unit)
    number, own = converted(value.value, unit)
    return value if own == value.unit else msgspec.structs.replace(value, value=number, unit=own)


def _epc(name: str) -> bytes:
    """The tag that a configured id in hexadecimal means; empty for ids of other forms."""
    try:
        return bytes.fromhex(name) if len(name) >= 8 and name.isalnum() else b""
    except ValueError:
        return b""


def _refuse(
    device: str,
    reading: Reading,
    received_us: Micros,
    reason: str,
    text: str,
    subject: str = "",
    suggestion: str = "",
) -> Quarantined:
    return Quarantined(
        received_us=received_us,
        source=device,
        stage="resolve",
        reason=reason,
        text=text,
        data=msgspec.json.encode(reading),
        subject=subject,
        suggestion=suggestion,
    )
