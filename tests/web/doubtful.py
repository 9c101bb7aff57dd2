"""Data that is doubted, of both lanes of `world`: rows that wait, as if they had come from the docks' gate systems."""

from __future__ import annotations

from msgspec import json

from gateway.journal import quarantine
from gateway.model import Micros, Passage, Quarantined
from tests.web import world
from tests.web.box import Box


def held(owner: str, source: str, asset: str, place: str, at_us: Micros = world.NOW - world.HOUR) -> Quarantined:
    """A passage at a place that nobody knows."""
    return Quarantined(
        received_us=at_us,
        source=source,
        stage="resolve",
        reason="unknown_place",
        text=f"{source} sent {asset} in '{place}'; no place is called so; the nearest is 'ZZB-PLANT'",
        data=json.encode(Passage(asset=asset, place=place, direction="in", seen_us=at_us)),
        owner=owner,
        subject=place,
        suggestion="ZZB-PLANT",
    )


ROWS = (
    held("ALPHA", "alpha-dock", "TRL-A", "OLD-DOCK"),
    held("ALPHA", "alpha-dock", "PALLET-9", "OLD-DOCK", world.NOW - 2 * world.HOUR),
    held("ZZB", "zzb-dock", "TRL-ZZB", "ZZB-HALL"),
    held("ALPHA", "alpha-dock", "TRL-A", "=HYPERLINK(1)"),
)


async def doubt(box: Box) -> None:
    """Let all of it wait."""
    await box.journal.write(lambda c: quarantine.insert(c, ROWS))
