"""Despatch advices over the API: stored, told by segment, kept, and read again once a name is known."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from gateway.journal import quarantine
from gateway.web.http.body import MOST_EDI
from tests.web.box import Box

EDIFACT = {"Content-Type": "application/EDIFACT"}
X12 = {"Content-Type": "application/EDI-X12; charset=utf-8"}


def desadv(number: str, *, ship_to: str = "OPER-PLANT", supplier: str = "ALPHA", asset: str = "TRL-A") -> str:
    return (
        f"UNH+{number}+DESADV:D:96A:UN'BGM+351+ASN-{number}+9'DTM+11:202601020600:203'DTM+132:202601021400:203'"
        f"NAD+SU+{supplier}::91'NAD+SF+DEALPHA::91'NAD+ST+{ship_to}::92'EQD+TE+{asset}'CPS+1'LIN+1++P-1:SA'"
        f"QTY+12:5:PCE'UNT+12+{number}'"
    )


def interchange(*messages: str) -> str:
    return f"UNB+UNOC:3+A+B+260101:1200+77'{''.join(messages)}UNZ+{len(messages)}+77'"


async def test_good_messages_are_stored_and_bad_ones_told_and_kept(box: Box) -> None:
    text = interchange(desadv("1"), desadv("2", ship_to="NOWHERE"), desadv("3", supplier="ZZB"), desadv("4"))
    async with box.client("ALPHA") as client:
        answer = await client.post("/api/v1/shipments/import", content=text, headers=EDIFACT)
        again = await client.post("/api/v1/shipments/import", content=text, headers=EDIFACT)
        read = (await client.get("/api/v1/shipments/ASN-4")).json()
    assert answer.status_code == 200, answer.text
    told = answer.json()
    assert (told["accepted"], told["unchanged"]) == (2, 0)
    assert [(fault["line"], fault["column"], fault["reason"]) for fault in told["rejected"]] == [
        (2, "segment 20 NAD", "unknown_place"),
        (2, "segment 20 NAD", "unknown_party"),
        (3, "shipment", "not_a_party"),
    ]
    assert (again.json()["accepted"], again.json()["unchanged"]) == (0, 2)
    assert read["parts"] == [{"number": "P-1", "quantity": 5.0, "unit": "C62", "within": ""}]
    assert read["assets"] == ["TRL-A"]
    kept = await box.journal.read(lambda c: quarantine.newest(c, 10))
    assert sorted((row.source, row.reason, row.data[:6]) for _, row in kept) == [
        ("api:ALPHA", "not_a_party", b"UNH+3+"),
        ("api:ALPHA", "unknown_place", b"UNH+2+"),
    ]


async def test_an_asset_of_others_is_refused_in_edi_too(box: Box) -> None:
    text = interchange(desadv("1", asset="OWNED-ZZB"))
    async with box.client("ALPHA") as client:
        answer = (await client.post("/api/v1/shipments/import", content=text, headers=EDIFACT)).json()
    assert (answer["accepted"], answer["rejected"][0]["reason"]) == (0, "not_its_asset")


async def test_x12_is_taken_by_its_own_type(box: Box) -> None:
    text = (
        "ISA*00*          *00*          *ZZ*A              *ZZ*B              *260101*1200*U*00401*000000001*0*P*>~"
        "GS*SH*A*B*20260101*1200*1*X*004010~ST*856*0001~BSN*00*X-1*20260101*1200~HL*1**S~TD3*TL**TRL-A~"
        "DTM*017*20260102*1400*UT~N1*SU*ALPHA~N1*SF*DEALPHA~N1*ST*OPER-PLANT~SE*9*0001~GE*1*1~IEA*1*000000001~"
    )
    async with box.client("ALPHA") as client:
        answer = await client.post("/api/v1/shipments/import", content=text, headers=X12)
        read = (await client.get("/api/v1/shipments/X-1")).json()
    assert answer.json() == {"accepted": 1, "unchanged": 0, "rejected": []}
    assert read["stops"][1]["arrival"]["planned"]["close"] == "2026-01-02T14:00:00.000000Z"


@pytest.mark.parametrize("body", [b"", b"\x00\xff" * 50, b"UNB", b"ISA*", b"shipment,origin\n"])
async def test_what_is_no_edi_is_answered_and_not_stored(box: Box, body: bytes) -> None:
    async with box.client("ALPHA") as client:
        answer = await client.post("/api/v1/shipments/import", content=body, headers=EDIFACT)
    assert answer.status_code == 200
    assert answer.json()["accepted"] == 0
    assert bool(answer.json()["rejected"]) == bool(body.strip())


async def test_other_types_are_refused_by_name(box: Box) -> None:
    async with box.client("ALPHA") as client:
        answer = await client.post("/api/v1/shipments/import", content="x", headers={"Content-Type": "text/plain"})
    assert answer.status_code == 415
    assert "application/edifact or application/edi-x12" in answer.json()["detail"]


async def test_more_than_anyone_sends_at_once_is_refused(box: Box) -> None:
    async def blanks() -> AsyncIterator[bytes]:
        for _ in range(MOST_EDI // 65536 + 1):
            yield b" " * 65536

    async with box.client("ALPHA") as client:
        answer = await client.post("/api/v1/shipments/import", content=blanks(), headers=EDIFACT)
    assert answer.status_code == 413


async def test_what_waits_is_stored_once_its_name_is_known(box: Box) -> None:
    text = interchange(desadv("1"), desadv("2", ship_to="W38"))
    name = {"kind": "place", "name": "w38", "target": "OPER-PLANT", "party": "ALPHA"}
    async with box.client("ALPHA") as client:
        await client.post("/api/v1/shipments/import", content=text, headers=EDIFACT)
        linked = (await client.post("/api/v1/names", json=name)).json()
        read = await client.get("/api/v1/shipments/ASN-2")
    assert linked["tried"] == {"tried": 1, "replayed": 1, "waiting": 0} | linked["tried"]
    assert read.status_code == 200
    assert read.json()["parties"] == {"shipper": "ALPHA", "consignee": "OPER"}
