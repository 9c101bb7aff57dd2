"""config.yaml from answers. Pure: the same answers give the same text, and each value stands where its path says."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

import msgspec

from gateway.setup.answers import Answers, DeviceAnswer, PartyAnswer, PlaceAnswer

PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")
HEAD = """\
# The gateway of this site, written at its first start. Every option stands explained in the default configuration:
#   tierview check config.yaml     every fault of this file at once
#   tierview schema                its JSON Schema, for the editor
#   tierview devices show DRIVER   a driver's settings, which stand under `settings` of a device

"""
JOURNAL = """
journal:
  folder: data               # holds everything durable
http:
  listen: {listen}     # the page and the API; beyond this machine it needs TLS
"""
RULES = """
rules:                       # each is one file; `tierview rules test` says what a change of them would find
  - {name: late-departure, rule: late_departure}
  - {name: late-arrival, rule: late_arrival}
  - {name: predicted-late, rule: predicted_late}
  - {name: silent-device, rule: silent_device, off_delay_s: 600}

# Who is told, and how: on the page (view Subscriptions), by POST /api/v1/subscriptions, or here.
subscriptions:
"""


def text_of(answers: Answers, listen: str) -> str:
    """The whole file."""
    return HEAD + "\n".join(_lines(answers, listen)) + "\n"


def _lines(answers: Answers, listen: str) -> Iterator[str]:
    operator = answers.parties[0].code
    yield "site:"
    yield f"  name: {_quoted(answers.site)}"
    yield f"  operator: {_quoted(operator)}"
    yield JOURNAL.format(listen=listen).rstrip("\n")
    yield ""
    yield from _list("parties", [_party(party) for party in answers.parties])
    tiers = {party.code: party.tier.value for party in answers.parties}
    yield from _list("places", [_place(place, tiers) for place in answers.places])
    yield from _list("devices", [_device(device) for device in answers.devices])
    assets = dict.fromkeys(device.asset for device in answers.devices if device.asset)
    yield from _list("assets", [_flow({"name": asset, "kind": "trailer"}) for asset in assets])
    yield RULES.strip("\n")
    yield f"  - {_flow({'name': 'page', 'party': operator, 'channel': 'sse'})}"


def _list(key: str, entries: list[str]) -> Iterator[str]:
    yield f"{key}:" if entries else f"{key}: []"
    for entry in entries:
        yield f"  - {entry}"
    yield ""


def _party(party: PartyAnswer) -> str:
    return _flow({"code": party.code, "name": party.name, "tier": party.tier.value})


def _place(place: PlaceAnswer, tiers: Mapping[str, str]) -> str:
    said: dict[str, object] = {"code": place.code, "name": place.name, "party": place.party}
    said["tier"] = tiers.get(place.party, "transit")  # of an unknown party: that is its fault, and told there
    said["kind"] = place.kind
    if place.inside:
        said["inside"] = place.inside
    if place.lat is not None and place.lon is not None:
        said |= {"at": [place.lat, place.lon], "radius_m": place.radius_m}
    return _flow(said | {"time_zone": place.time_zone})


def _device(device: DeviceAnswer) -> str:
    said = msgspec.structs.asdict(device)
    return _flow({name: value for name, value in said.items() if value or name not in ("place", "asset")})


def _flow(values: Mapping[str, object]) -> str:
    """A mapping on one line."""
    return "{" + ", ".join(f"{key}: {_value(value)}" for key, value in values.items()) + "}"


def _value(value: object) -> str:
    if isinstance(value, list):
        return "[" + ", ".join(map(_value, value)) + "]"
    return _quoted(value) if isinstance(value, str) else repr(value)


def _quoted(text: str) -> str:
    """A text as it stands where it can be nothing else, or in double quotes, whose escapes in YAML hold JSON's."""
    if PLAIN.fullmatch(text) and text not in ("true", "false", "null"):
        return text
    said = msgspec.json.encode(text).decode()
    return "".join(char if char.isprintable() else f"\\U{ord(char):08x}" for char in said)
