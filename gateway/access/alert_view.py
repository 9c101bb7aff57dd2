"""An alert as one of those sees it whom it concerns. Pure.

Whoever is a party to its shipment, or is shown its lane, is inside: the shipment, its lane and its parties are no
secret. Who is not, such as the owner of a place at which something stands too long, sees what is at its own place.
What is hidden is hidden in the texts, too: there it is called by what it is.
"""

from __future__ import annotations

from collections.abc import Hashable

import msgspec

from gateway.access.estate import Estate
from gateway.access.hidden_words import without_codes, without_names
from gateway.access.shipment_view import roles_of
from gateway.access.viewer import Viewer
from gateway.config.sharing import Group
from gateway.model import Alert, AtRisk, Impact, Onward


def alert_view(alert: Alert, viewer: Viewer, estate: Estate) -> Alert:
    """The alert without what is hidden from this viewer, who is one of those whom it concerns."""
    return alert if viewer.operator else _View(alert, viewer, estate).made()


def alike(alert: Alert, viewer: Viewer, estate: Estate) -> Hashable:
    """What those have in common to whom an alert looks the same: a thousand may be told of one."""
    roles = roles_of(viewer, alert.roles)
    if viewer.operator or not (roles or _is_old(alert)):
        return viewer.party
    hidden = estate.fields.hidden(viewer.party, roles, alert.lane)
    onward = tuple(one.shipment for one in _onward(alert.impact, viewer))
    return hidden, estate.places(viewer.party), estate.is_mounted_at(alert.device, viewer.party), onward


def _is_old(alert: Alert) -> bool:
    """An alert of a shipment without roles is older than they are: it named the parties of its shipment alone."""
    return bool(alert.shipment) and not alert.roles


def _onward(impact: Impact | None, viewer: Viewer) -> tuple[Onward, ...]:
    """What follows, of that which a viewer may see by itself."""
    following = () if impact is None else impact.onward
    return tuple(one for one in following if viewer.party in one.parties or one.lane in viewer.lanes)


class _View:
    """One alert in the eyes of one viewer."""

    def __init__(self, alert: Alert, viewer: Viewer, estate: Estate) -> None:
        self._alert = alert
        self._estate = estate
        self._own = estate.places(viewer.party)
        self._onward = _onward(alert.impact, viewer)
        roles = roles_of(viewer, alert.roles)
        old = _is_old(alert)
        self._inside = bool(roles) or old or (bool(alert.lane) and alert.lane in viewer.lanes)
        self._stranger = bool(alert.shipment) and not self._inside
        self._hidden: frozenset[Group] = estate.fields.hidden(viewer.party, roles, alert.lane)
        self._known = {viewer.party, estate.operator, *self._dealt_with(old=old)}
        self._device = alert.device if estate.is_mounted_at(alert.device, viewer.party) else ""

    def made(self) -> Alert:
        alert, stranger = self._alert, self._stranger
        clearing = alert.clearing
        if clearing is not None:
            clearing = msgspec.structs.replace(clearing, text=self._told(clearing.text))
        place = alert.place if self._shows_place(alert.place) else ""
        return msgspec.structs.replace(
            alert,
            subject=self._subject(),
            text=self._told(alert.text),
            ended_text=self._told(alert.ended_text),
            clearing=clearing,
            shipment="" if stranger else alert.shipment,
            place=place,
            tier=alert.tier if place == alert.place else None,
            lane="" if stranger else self._lane(),
            device=self._device,
            parties=self._named(alert.parties),
            acks=tuple(ack for ack in alert.acks if self._names(ack.party)),
            shelves=tuple(shelf for shelf in alert.shelves if self._names(shelf.party)),
            roles={role: party for role, party in alert.roles.items() if not stranger and self._names(party)},
            unseen_at=alert.unseen_at if self._shows_place(alert.unseen_at) else "",
            within=tuple(spot for spot in alert.within if self._shows_place(spot)),
            impact=None if stranger or alert.impact is None else self._impact(alert.impact),
        )

    def _dealt_with(self, *, old: bool) -> set[str]:
        """The parties that are no secret to the viewer."""
        if old:
            return set(self._alert.parties)
        if self._inside:
            return set(self._alert.roles.values())
        return set() if self._alert.shipment else {self._estate.place_owner(self._alert.place)}

    def _names(self, party: str) -> bool:
        return "parties" not in self._hidden or party in self._known

    def _named(self, parties: tuple[str, ...]) -> tuple[str, ...]:
        """An alert may have a thousand."""
        if "parties" not in self._hidden:
            return parties
        known = self._known
        return tuple([party for party in parties if party in known])

    def _shows_place(self, place: str) -> bool:
        if place in self._own:
            return True
        if "route" in self._hidden:
            return False
        return not self._stranger

    def _lane(self) -> str:
        return ">".join(end if self._shows_place(end) else "" for end in self._alert.lane.split(">"))

    def _impact(self, impact: Impact) -> Impact:
        places = [place for place in impact.places if self._shows_place(place)]
        parts = [self._at_risk(part) for part in impact.parts if self._shows_part(part)]
        if "stock" in self._hidden:  # their order told which runs out first
            parts.sort(key=lambda part: (part.runs_out_us is None, part.runs_out_us or 0, part.place, part.part))
        return msgspec.structs.replace(
            impact,
            places=tuple(places),
            tiers=impact.tiers if len(places) == len(impact.places) else (),
            parts=tuple(parts),
            more_parts=0 if "parts" in self._hidden else impact.more_parts,
            expected_us=impact.expected_us if len(places) == len(impact.places) else None,
            onward=() if "route" in self._hidden else self._onward,
        )

    def _shows_part(self, part: AtRisk) -> bool:
        return part.place in self._own or ("parts" not in self._hidden and self._shows_place(part.place))

    def _at_risk(self, part: AtRisk) -> AtRisk:
        known = part.place in self._own or "stock" not in self._hidden
        return part if known else msgspec.structs.replace(part, runs_out_us=None)

    def _told(self, text: str) -> str:
        """A text in which what is hidden is not named."""
        if text and self._lists_goods_of_others():
            return self._plain(f"The load of a trailer at {self._alert.place} is not as planned")
        return self._plain(text)

    def _lists_goods_of_others(self) -> bool:
        """A load's text lists goods and trailers of all its shipments; what no plan names is seen at one's own door."""
        return self._alert.subject.startswith("load:") and not self._inside and self._alert.reason != "extra"

    def _subject(self) -> str:
        subject = self._alert.subject
        return subject if self._plain(subject) == subject else subject.partition(":")[0] + ":"

    def _plain(self, text: str) -> str:
        alert, parts = self._alert, () if self._alert.impact is None else self._alert.impact.parts
        text = without_names(text, [part.part for part in parts if not self._shows_part(part)], "a part")
        if self._stranger:
            text = without_names(text, [alert.shipment], "a shipment")
        if "parties" in self._hidden:
            others = [name for party, name in self._estate.named_in(text) if party not in self._known]
            text = without_names(text, others, "another party")
        return without_codes(text, self._stands_for)

    def _stands_for(self, code: str) -> str:
        if code == self._alert.device and not self._device:
            return "a device"
        if self._estate.is_place(code):
            return "" if self._shows_place(code) else "another place"
        return "another party" if code in self._estate.names and not self._names(code) else ""
