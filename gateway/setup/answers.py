"""What people say at the first start. It is not believed: the text made of it is checked like any configuration."""

from __future__ import annotations

from typing import Annotated

import msgspec

from gateway.model import Tier

Text = Annotated[str, msgspec.Meta(max_length=200)]
MOST = 200  # of anything


class PartyAnswer(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A company. The first one runs this gateway."""

    code: Text
    name: Text
    tier: Tier


class PlaceAnswer(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A place of a company, with a geofence where `lat` and `lon` are known."""

    code: Text
    name: Text
    party: Text
    kind: Text = "plant"
    inside: Text = ""
    lat: float | None = None  # degrees
    lon: float | None = None
    radius_m: float = 300.0
    time_zone: Text = "UTC"


class DeviceAnswer(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A reader, receiver or sensor, and where it stands or what it rides on."""

    name: Text
    driver: Text
    connect: Text
    place: Text = ""
    asset: Text = ""  # a trailer, say, with a tracker


class Answers(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All of it, in the order of the page."""

    site: Text
    parties: Annotated[list[PartyAnswer], msgspec.Meta(min_length=1, max_length=MOST)]
    places: Annotated[list[PlaceAnswer], msgspec.Meta(max_length=MOST)] = []
    devices: Annotated[list[DeviceAnswer], msgspec.Meta(max_length=MOST)] = []
