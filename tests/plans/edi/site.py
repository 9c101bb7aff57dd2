"""A seat maker, a car maker and a haulier, under the names that EDI calls them by; and samples of what they send.

The samples are ours. Their segments follow published guidelines: the automotive DESADV that of GLOBAL D.07A as AUMOVIO
and others print it, the other DESADV EANCOM 1997 (D.96A), the 856 AIAG's and VICS' of 004010 and 005010.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path

from gateway.config.model import Party, Place
from gateway.identity.names import alias_table, canonical
from gateway.model import Tier
from gateway.places import PlaceIndex
from gateway.plans import SiteNames
from gateway.quality.names import Link, NameBook
from gateway.quality.party_ids import PartyIndex

SAMPLES = Path(__file__).parent / "samples"
NOW_US = 1_800_000_000_000_000
P1, P2, P3, P4 = (f"urn:epc:id:sscc:9521141.000000000{number}" for number in (1, 2, 3, 4))

PLACES = PlaceIndex(
    (
        Place(
            code="HANNOVER",
            name="Leine Seating",
            party="T1-A",
            tier=Tier.TIER1,
            time_zone="Europe/Berlin",
            codes=("9521141001042", "T1-A-OUT"),
        ),
        Place(code="WERK-38", name="Plant", party="OEM", tier=Tier.OEM, time_zone="Europe/Berlin", codes=("W38",)),
        Place(
            code="DETROIT",
            name="Plant",
            party="OEM",
            tier=Tier.OEM,
            time_zone="America/Detroit",
            codes=("9521141002001",),
        ),
    )
)
PARTIES = PartyIndex(
    (
        Party(code="OEM", name="Elbe Motors", tier=Tier.OEM, gln="9521141000014", duns="123456789"),
        Party(
            code="T1-A",
            name="Leine Seating",
            tier=Tier.TIER1,
            gln="9521141000021",
            duns="345678901",
            part_pattern="@@####@",
        ),
        Party(code="HAUL", name="Heide Haulage", tier=Tier.TRANSIT),
    )
)


def link(kind: str, name: str, target: str) -> Link:
    return Link(number=0, kind=kind, name=name, target=target, entered_us=0, entered_by="OEM", source="api")  # type: ignore[arg-type]


def site(*links: Link) -> SiteNames:
    """The site's names, and those that people linked; the carrier's letters are such a name."""
    return SiteNames(
        places=PLACES,
        parties=PARTIES,
        asset_key=partial(canonical, names=alias_table([("TRL-1", ["trailer 0815"])]), prefixes=["9521141"]),
        part_patterns={"T1-A": "@@####@"},
        book=NameBook((link("party", "HEID", "HAUL"), *links)),
    )


SITE = site()


def sample(name: str) -> str:
    return (SAMPLES / name).read_text()
