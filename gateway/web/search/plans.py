"""Shipments by their ids and contents, and the parts that they carry."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence

from gateway.access import Sight
from gateway.journal import shipments
from gateway.model import Shipment
from gateway.web.search.match import EXACT, Hit, Said, best, fold, said
from gateway.web.search.shapes import HitShape

MOST = 50  # shipments that hold what was typed; a search shows a few


def find(connection: sqlite3.Connection, sight: Sight, typed: str, part: str) -> tuple[list[Hit], list[Hit]]:
    """Shipments and parts that may be meant, each the best first. `part`: what a linked name of a part means."""
    wanted = fold(typed)
    found = shipments.holding(connection, party=sight.viewer.scope, folded=wanted)
    views = _views(found, sight)
    plans, parts = _taken(views, wanted, "")
    if part:
        renamed = shipments.holding(connection, party=sight.viewer.scope, folded=fold(part))
        parts += _taken(_views(renamed, sight), fold(part), typed.strip())[1]
    return sorted(plans, key=_order), sorted(parts, key=_order)


def _views(found: Iterator[Shipment], sight: Sight) -> Iterator[Shipment]:
    return (view for one in found if (view := sight.shipment_as(one)) is not None)


def _taken(views: Iterator[Shipment], wanted: str, name: str) -> tuple[list[Hit], list[Hit]]:
    """What is shown must match itself: the body that was searched holds what this viewer may not see."""
    plans: list[Hit] = []
    parts: list[Hit] = []
    for view in views:
        if len(plans) >= MOST and len(parts) >= MOST:
            break
        if (fits := best(wanted, _texts(view))) is not None and len(plans) < MOST:
            plans.append(_hit("shipment", view.shipment_id, view.shipment_id, fits))
        numbers = [said("part", number) for number in dict.fromkeys(line.number for line in view.parts)]
        if (fits := best(wanted, numbers)) is not None and len(parts) < MOST:
            by = (fits[0], Said("name", name, "")) if name else fits
            parts.append(_hit("part", view.shipment_id, fits[1].text, by))
    return plans, parts


def _texts(view: Shipment) -> Sequence[Said]:
    trips = [said("trip", leg.trip) for leg in view.legs if leg.trip]
    return (said("id", view.shipment_id), said("contents", view.contents), *trips)


def _hit(kind: str, key: str, text: str, fits: tuple[int, Said]) -> Hit:
    grade, found = fits
    shape = HitShape(
        kind=kind, id=key, text=text, by=found.by, said=found.text, exact=grade == EXACT, place="", tier=None
    )
    return Hit(grade, shape)


def _order(hit: Hit) -> tuple[int, int, str, str]:
    return hit.order
