"""The plans of the configured files: stored under the assets' keys, bad rows kept, and nothing twice."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from gateway.config.model import Party, Place, Shipments
from gateway.identity.names import alias_table, canonical
from gateway.journal import open_journal, quarantine, shipments
from gateway.model import Tier
from gateway.places import PlaceIndex
from gateway.plans import SiteNames
from gateway.quality.party_ids import PartyIndex
from gateway.running.plans_at_start import import_plans

SITE = SiteNames(
    places=PlaceIndex(
        (
            Place(code="KASSEL", name="Castings", party="T2", tier=Tier.TIER2),
            Place(code="PLANT", name="Plant", party="OEM", tier=Tier.OEM),
        )
    ),
    parties=PartyIndex([Party(code=code, name=code, tier=Tier.OEM) for code in ("T2", "OEM")]),
    asset_key=partial(canonical, names=alias_table([("TRL-1", ["trailer 0815"])]), prefixes=["9521141"]),
)
ROWS = """shipment,origin,destination,planned_arrival,assets,shipper
S-1,KASSEL,PLANT,2026-11-22T12:00Z,trailer 0815;(00)095211410000000014,T2
S-2,KASSEL,PLANT,2026-11-22T12:00Z,(00)1,T2
"""


async def test_a_file_is_read_as_the_api_reads_it_and_again_changes_nothing(tmp_path: Path) -> None:
    (tmp_path / "plans.csv").write_text(ROWS)
    async with open_journal(tmp_path / "data") as journal:
        for _ in range(2):
            await import_plans(Shipments(csv=("plans.csv",)), tmp_path, journal, SITE, 1_000_000)
        stored = await journal.read(lambda c: shipments.get(c, "S-1"))
        versions = await journal.read(shipments.log_last)
        kept = await journal.read(lambda c: quarantine.newest(c, 10))
    assert stored is not None
    assert stored.assets == ("TRL-1", "urn:epc:id:sscc:9521141.0000000001")
    assert versions == 1
    assert {(row.source, row.reason) for _, row in kept} == {("csv:plans.csv", "bad_asset")}


DESADV = (
    "UNB+UNOC:3+A+B+261122:1200+1'"
    "UNH+1+DESADV:D:96A:UN'BGM+351+D-1+9'DTM+132:202611221200:203'NAD+SU+T2'NAD+SF+KASSEL'NAD+ST+PLANT'"
    "EQD+TE+trailer 0815'UNT+8+1'"
    "UNH+2+DESADV:D:96A:UN'BGM+351+D-2+9'UNT+9+2'UNZ+2+1'"
)


async def test_a_file_of_edi_is_read_likewise(tmp_path: Path) -> None:
    (tmp_path / "asn.edi").write_text(DESADV)
    async with open_journal(tmp_path / "data") as journal:
        for _ in range(2):
            await import_plans(Shipments(edi=("asn.edi",)), tmp_path, journal, SITE, 1_000_000)
        stored = await journal.read(lambda c: shipments.get(c, "D-1"))
        versions = await journal.read(shipments.log_last)
        kept = await journal.read(lambda c: quarantine.newest(c, 10))
    assert stored is not None
    assert (stored.assets, versions) == (("TRL-1",), 1)
    assert [(row.source, row.reason, row.head[:4]) for _, row in kept] == [("edi:asn.edi", "segment_count", "UNB+")]
