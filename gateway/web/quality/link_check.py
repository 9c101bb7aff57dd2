"""What somebody says a name means -> a link, or why it cannot be one."""

from __future__ import annotations

from collections.abc import Collection

from gateway.access import Viewer
from gateway.errors import BadInput, NotAllowed
from gateway.model import Micros
from gateway.plans import SiteNames
from gateway.quality import units
from gateway.quality.names import Link, NameKind
from gateway.quality.part_numbers import MOST_NUMBER
from gateway.web.house import House
from gateway.web.http.problems import FieldFault
from gateway.web.quality.shapes import NameBody

MOST_NAME = 200  # characters


class BadLink(BadInput):
    """A name cannot be linked so; `fault` says where and why."""

    def __init__(self, field: str, reason: str, text: str) -> None:
        self.fault = FieldFault(field=field, reason=reason, text=text)
        super().__init__(f"{field}: {text}")


def link_of(body: NameBody, viewer: Viewer, house: House, source: str, now_us: Micros, places: Collection[str]) -> Link:
    """The link that a body means; `places` are the codes that the viewer may see.

    Raises BadLink, and NotAllowed where this viewer may not say it.
    """
    site = house.ports.names
    name, party = body.name.strip(), body.party.strip()
    if not name or len(name) > MOST_NAME or not name.isprintable():
        raise BadLink("name", "bad_name", f"expected a name of at most {MOST_NAME} printable characters")
    target = _target(body, site, viewer, house)
    if not house.estate.may_link(viewer, body.kind, party, target):
        raise NotAllowed(name)
    if body.kind == "place" and target not in places:
        raise BadLink("target", "unknown_place", f"expected the code of a place, came '{body.target[:64]}'")
    if party and house.estate.viewer(party) is None:
        raise BadLink("party", "unknown_party", f"expected the code of a party or nothing, came '{party[:64]}'")
    name = _key(name, site) if body.kind == "asset" else name
    _refuse_known(body, name, target, site, house)
    return Link(
        number=0,
        kind=body.kind,
        name=name,
        target=target,
        party=party,
        entered_us=now_us,
        entered_by=viewer.party,
        source=source,
    )


def _target(body: NameBody, site: SiteNames, viewer: Viewer, house: House) -> str:
    said = body.target.strip()
    found = ""
    if body.kind == "place":
        place = site.places.find(said)
        found = place.code if place is not None else ""
    elif body.kind == "party":
        found = site.parties.find(said)
    elif body.kind == "unit":
        found = said if units.is_unit(said) else ""
    elif body.kind == "part":
        found = said if said.isprintable() and len(said) <= MOST_NUMBER else ""
    else:
        found = _asset(said, site, viewer, house)
    if not found and body.kind != "place":  # of places it is said once for unknown and foreign ones
        what = {"party": "the code of a party", "unit": "a common code of UN/ECE Recommendation 20"}
        expected = what.get(body.kind, "what the name means")
        raise BadLink("target", f"unknown_{body.kind}", f"expected {expected}, came '{said[:64]}'")
    return found


def _asset(said: str, site: SiteNames, viewer: Viewer, house: House) -> str:
    """The asset's key; of another party's only what was said, so that nobody learns what a number means."""
    if not said or len(said) > MOST_NAME or not said.isprintable():
        return ""
    key = site.asset(said)
    return key if house.estate.may_link(viewer, "asset", "", key) else said


def _key(name: str, site: SiteNames) -> str:
    """A spelling of an identity as its key; what is none stays as it is, for plans may call an asset anything."""
    try:
        return site.asset_key(name)
    except BadInput:
        return name


def _refuse_known(body: NameBody, name: str, target: str, site: SiteNames, house: House) -> None:
    """The configuration's names are the base: a link does not change what they mean."""
    if _is_known(body.kind, name, site, house):
        raise BadLink("name", "known_name", f"'{name}' is a name in the configuration already")
    if name == target or (body.kind == "asset" and name in _way(target, site)):
        raise BadLink("target", "circle", f"expected another thing than the name itself, came '{target}'")


def _is_known(kind: NameKind, name: str, site: SiteNames, house: House) -> bool:
    if kind == "place":
        return site.places.find(name) is not None
    if kind == "party":
        return bool(site.parties.find(name))
    if kind == "unit":
        return units.is_unit(name)
    return kind == "asset" and house.estate.is_named(name)


def _way(target: str, site: SiteNames) -> set[str]:
    """What a key leads to over other links."""
    return {target, site.book.asset(target), site.book.asset(target, site.sender)}
