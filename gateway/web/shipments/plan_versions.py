"""How a plan came to be what it is: its versions, newest first, and what each changed."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Annotated

import msgspec
from fastapi import APIRouter, Path, Query, Response

from gateway.access import Sight, Viewer, concerns
from gateway.journal import shipments
from gateway.journal.shipments import Version
from gateway.plans.changes import Change, Value, changes
from gateway.web.door.security import SignedIn
from gateway.web.house import HouseDep
from gateway.web.http.answers import describe, send
from gateway.web.http.parameters import MOST_SEQ
from gateway.web.http.problems import not_found
from gateway.web.http.times import iso
from gateway.web.shapes import ChangeShape, VersionShape, VersionsShape

MOST_VERSIONS = 100  # in one answer: each is compared with the one before
MOST_CHANGES = 500  # of one version

router = APIRouter(prefix="/api/v1", tags=["shipments"])

Before = Annotated[int, Query(ge=1, le=MOST_SEQ, description="number of the oldest version already known")]
Most = Annotated[int, Query(ge=1, le=MOST_VERSIONS, description="most versions in the answer")]


@router.get("/shipments/{shipment_id:path}/versions", openapi_extra=describe(answer=VersionsShape))
async def versions(
    shipment_id: Annotated[str, Path(max_length=256)],
    viewer: SignedIn,
    house: HouseDep,
    before: Before = MOST_SEQ,
    limit: Most = 20,
) -> Response:
    """The versions of a plan, newest first; `next_before` is the number to go on from.

    Only those are told that were the viewer's to see, each beside the one before that was.
    """

    def query(connection: sqlite3.Connection) -> list[Version] | None:
        held = shipments.get(connection, shipment_id)
        if held is None or not concerns(viewer, held):
            return None
        # One more than is asked for: the oldest has one before it too.
        return shipments.versions(connection, shipment_id, before=before, limit=limit + 1)

    found = await house.ports.journal.read(query)
    if found is None:
        raise not_found()
    return send(_page(found, limit, Sight(viewer=viewer, estate=house.estate)))


def _page(found: Sequence[Version], limit: int, sight: Sight) -> VersionsShape:
    seen = _seen(found, sight)
    shown = _seen(found[:limit], sight)
    older: list[Version | None] = [*seen[1:], None]
    return VersionsShape(
        items=[_version(version, earlier, sight.viewer) for version, earlier in zip(shown, older, strict=False)],
        next_before=found[limit - 1].number if len(found) > limit else None,
    )


def _seen(versions: Sequence[Version], sight: Sight) -> list[Version]:
    """Those that are the viewer's to see, without what is hidden from it."""
    views = ((version, sight.shipment_as(version.shipment)) for version in versions)
    return [msgspec.structs.replace(version, shipment=view) for version, view in views if view is not None]


def _version(version: Version, earlier: Version | None, viewer: Viewer) -> VersionShape:
    told = [] if earlier is None else changes(earlier.shipment, version.shipment)
    known = viewer.operator or version.party in (viewer.party, *version.shipment.parties.values())
    return VersionShape(
        version=version.number,
        recorded=iso(version.recorded_us),
        by=version.party if known else "",
        changes=[_change(change) for change in told[:MOST_CHANGES]],
        more=max(0, len(told) - MOST_CHANGES),
    )


def _change(change: Change) -> ChangeShape:
    if not change.field.endswith("_us"):
        return ChangeShape(field=change.field, before=change.before, after=change.after)
    field = change.field.removesuffix("_us")
    return ChangeShape(field=field, before=_time(change.before), after=_time(change.after))


def _time(value: Value) -> str | None:
    return iso(int(value)) if isinstance(value, int | float) else None
