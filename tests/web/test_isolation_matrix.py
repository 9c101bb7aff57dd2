"""Every route of the OpenAPI document, asked by Alpha for what is Beta's: the bytes of what is not there.

The routes are read from the running application: one that is new fails here until it has its line below.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest

from gateway.journal import remarks
from gateway.model import Remark
from tests.web import world
from tests.web.box import Box
from tests.web.doubtful import doubt

NOTHING = "qqq"  # stands where "zzb" stands: a name of the same length that nobody has
LATER = "2026-01-01T13:00:00Z"


@dataclass(frozen=True)
class Case:
    """How a route is asked: what of Beta's stands in its address, its query and its body."""

    path: dict[str, str] = field(default_factory=dict)
    queries: tuple[str, ...] = ("",)
    body: Any = None
    text: bytes | None = None  # CSV, in a body's stead
    shared: bool = False  # one space of names for all: a foreign name is refused where a new one would be taken


ALERT, SHIPMENT, ASSET = {"alert_id": "alert-zzb"}, {"shipment_id": "SHIP-ZZB"}, {"asset": "TRL-ZZB"}
MINE = {"name": "zzb-erp"}
LINK = {"kind": "place", "name": "zzb-hall", "target": "ZZB-PLANT", "party": "ZZB"}
MATRIX = {
    "GET /api/v1/alerts": Case(
        queries=("", "state=open", "shipment=SHIP-ZZB", "before=2026-01-01T12:00:00Z,alert-zzb")
    ),
    "GET /api/v1/alerts/{alert_id}": Case(ALERT),
    "GET /api/v1/alerts/{alert_id}/explanation": Case(ALERT),
    "POST /api/v1/alerts/{alert_id}/acknowledge": Case(ALERT, body={"by": "me"}),
    "GET /api/v1/alerts/{alert_id}/remarks": Case(ALERT),
    "POST /api/v1/alerts/{alert_id}/remarks": Case(ALERT, body={"text": "hello"}),
    "POST /api/v1/alerts/{alert_id}/shelve": Case(ALERT, body={"until": LATER}),
    "DELETE /api/v1/alerts/{alert_id}/shelve": Case(ALERT),
    "GET /api/v1/assets": Case(queries=("name=TRL-ZZB", "name=zzb-number-7")),
    "GET /api/v1/assets/{asset}": Case(ASSET),
    "GET /api/v1/board": Case(),
    "POST /api/v1/containment": Case(body={"parent": "TRL-ZZB", "assets": ["P-1"], "action": "ADD"}, shared=True),
    "GET /api/v1/demo/parties": Case(),
    "POST /api/v1/demo/session": Case(body={"party": "ZZB"}),
    "GET /api/v1/devices": Case(),
    "GET /api/v1/device-stream": Case(queries=("", "device=zzb-dock")),
    "GET /api/v1/devices/{name}": Case({"name": "zzb-dock"}),
    "POST /api/v1/devices/{name}/test": Case({"name": "zzb-dock"}, body={"seconds": 1}),
    "GET /api/v1/discovery": Case(),
    "POST /api/v1/discovery": Case(body={"serial": False, "subnet": "127.0.0.1/32"}),
    "DELETE /api/v1/discovery": Case(),
    "POST /api/v1/devices/{name}/messages": Case({"name": "zzb-dock"}, body={}),
    "GET /api/v1/events": Case(
        queries=("", "limit=1", "asset=TRL-ZZB", "place=ZZB-DOOR", "type=sensor", "type=device")
    ),
    "GET /api/v1/history": Case(
        queries=(
            "asset=TRL-ZZB",
            "asset=zzb-number-7&before=2026-01-01T12:00:00Z,99",
            "asset=PASSING-1",
            "asset=TRL-A&limit=1",
        )
    ),
    "GET /api/v1/kpis": Case(queries=("", "party=ZZB", "place=ZZB-PLANT", "lane=ZZB-PLANT>OPER-PLANT")),
    "GET /api/v1/kpis.csv": Case(queries=("", "party=ZZB")),
    "GET /api/v1/kpis/carbon/{shipment_id}": Case(SHIPMENT),
    "GET /api/v1/maintenance": Case(),
    "POST /api/v1/maintenance": Case(
        body={"name": "mine", "start": LATER, "end": "2026-01-01T14:00:00Z", "places": ["ZZB-PLANT"]}
    ),
    "DELETE /api/v1/maintenance/{name}": Case({"name": "zzb-rebuilt"}),
    "GET /api/v1/names": Case(),
    "POST /api/v1/names": Case(body={"kind": "place", "name": "X", "target": "ZZB-PLANT", "party": "ZZB"}),
    "POST /api/v1/names/import": Case(text=b"kind,name,target,party\nplace,X,ZZB-PLANT,ZZB\n"),
    "DELETE /api/v1/names/{number}": Case({"number": "no-zzb"}),
    "GET /api/v1/parties": Case(),
    "GET /api/v1/partners": Case(),
    "POST /api/v1/partners": Case(body={"code": "NEW", "name": "Zzb", "tier": "tier2"}),
    "DELETE /api/v1/partners/{code}": Case({"code": "ZZB"}),
    "GET /api/v1/places": Case(),
    "GET /api/v1/places/{code}/plan": Case({"code": "ZZB-PLANT"}),
    "GET /api/v1/positions": Case(),
    "GET /api/v1/quality/findings": Case(queries=("", "state=open", "reason=unknown_place")),
    "GET /api/v1/quality/findings.csv": Case(),
    "POST /api/v1/quality/findings/{finding}": Case({"finding": "fd-zzb"}, body={"state": "ignored"}),
    "POST /api/v1/quality/replay": Case(body={"finding": "fd-zzb"}),
    "POST /api/v1/quality/drop": Case(body={"finding": "fd-zzb"}),
    "GET /api/v1/quality/scores": Case(),
    "GET /api/v1/quarantine": Case(),
    "GET /api/v1/search": Case(
        queries=("text=TRL-ZZB", "text=zzb", "text=zzb-number-7", "text=castings%20of%20zzb", "text=zzb-dock&limit=50")
    ),
    "GET /api/v1/session": Case(),
    "POST /api/v1/session": Case(body={"token": "tv_zzb"}),
    "DELETE /api/v1/session": Case(),
    "POST /api/v1/shared": Case(body={"token": "zzb"}),
    "GET /api/v1/shared": Case(),
    "GET /api/v1/shares": Case(),
    "DELETE /api/v1/shares/{share_id}": Case({"share_id": "sh-zzb"}),
    "POST /api/v1/shipments/{shipment_id}/share": Case(SHIPMENT, body={"until": LATER}),
    "GET /api/v1/shipments": Case(queries=("", "late=true", "late=false", "after=SHIP-ZZA", "limit=1")),
    "POST /api/v1/shipments": Case(
        body={
            "shipment_id": "SHIP-ZZB",
            "origin": "ALPHA-PLANT",
            "destination": "OPER-PLANT",
            "departure": "2026-01-02T08:00:00Z",
            "arrival": "2026-01-02T12:00:00Z",
            "assets": ["TRL-A"],
            "parties": {"shipper": "ALPHA"},
        },
        shared=True,
    ),
    "POST /api/v1/shipments/import": Case(text=b"shipment,origin\nSHIP-ZZB,ZZB-PLANT\n"),
    "GET /api/v1/shipments/{shipment_id}": Case(SHIPMENT),
    "GET /api/v1/shipment-list": Case(
        queries=("", "state=late", "party=ZZB", "text=zzb", "lane=ZZB-PLANT>OPER-PLANT", "limit=1")
    ),
    "GET /api/v1/shipment-list.csv": Case(queries=("", "text=zzb")),
    "GET /api/v1/shipments/{shipment_id}/estimates": Case(SHIPMENT),
    "GET /api/v1/shipments/{shipment_id}/estimates/history": Case(SHIPMENT),
    "GET /api/v1/shipments/{shipment_id}/goods": Case(SHIPMENT),
    "GET /api/v1/shipments/{shipment_id}/versions": Case(SHIPMENT, queries=("", "before=2")),
    "GET /api/v1/stock": Case(queries=("", "place=ZZB-PLANT", "after=ZZB-PLANT/P-1")),
    "GET /api/v1/stock.csv": Case(queries=("", "place=ZZB-PLANT")),
    "PUT /api/v1/stock": Case(
        body=[{"place": "ZZB-PLANT", "part": "P-1", "quantity": 1.0, "counted": "2026-01-01T11:00:00Z"}]
    ),
    "GET /api/v1/stream": Case(),  # the stream never ends: test_api_isolation listens to it
    "GET /api/v1/subscriptions": Case(),
    "POST /api/v1/subscriptions": Case(body={"name": "zzb-erp", "channel": "mqtt"}, shared=True),
    "GET /api/v1/subscriptions/{name}": Case(MINE),
    "PUT /api/v1/subscriptions/{name}": Case(MINE, body={"name": "zzb-erp", "channel": "mqtt"}),
    "DELETE /api/v1/subscriptions/{name}": Case(MINE),
    "POST /api/v1/subscriptions/{name}/check": Case(MINE),
    "POST /api/v1/subscriptions/{name}/confirm": Case(MINE, body={"code": "zzb"}),
    "GET /api/v1/subscriptions/{name}/deliveries": Case(MINE),
    "POST /api/v1/subscriptions/{name}/enable": Case(MINE),
    "POST /api/v1/subscriptions/{name}/replay": Case(MINE, body={"since": "2026-01-01T00:00:00Z"}),
    "POST /api/v1/subscriptions/{name}/rotate": Case(MINE, body={}),
    "POST /api/v1/subscriptions/{name}/test": Case(MINE),
    "GET /api/v1/tasks": Case(queries=("", "given=true")),
    "GET /api/v1/tokens": Case(),
    "POST /api/v1/tokens": Case(body={"party": "ZZB"}),
    "DELETE /api/v1/tokens/{token_id}": Case({"token_id": "tk-zzb"}),
    "GET /api/v1/trails": Case(queries=("asset=TRL-ZZB", "asset=zzb-number-7&hours=240")),
    "GET /api/v1/whereabouts": Case(
        queries=("", "tier=tier2", "place=ZZB-PLANT", "text=zzb", "sort=name&after=0,TRL-ZZB", "sort=longest&limit=1")
    ),
    "GET /api/v1/whereabouts.csv": Case(queries=("", "place=ZZB-PLANT", "text=zzb")),
    "GET /health": Case(),
    "GET /metrics": Case(),
}
ENDLESS = {"GET /api/v1/stream"}


async def test_every_route_has_its_line(full: Box) -> None:
    assert set(await _routes(full)) == set(MATRIX)


async def test_what_is_betas_answers_like_what_is_not_there(full: Box) -> None:
    await _fill(full)
    betas = await _numbers(full)
    async with full.client("ALPHA") as client:
        for route, case in MATRIX.items():
            if route in ENDLESS or case.shared:
                continue
            for query in case.queries:
                foreign = await _ask(client, route, case, query, betas)
                nothing = await _ask(client, route, case, query, NOTHING)
                at = f"{route}?{query}: {foreign.status_code} {foreign.text[:300]}\n{nothing.text[:300]}"
                assert foreign.status_code == nothing.status_code, at
                assert foreign.status_code != 405, at
                assert _plain(foreign) == _plain(nothing), at


async def test_no_answer_to_alpha_names_beta_unless_alpha_did(full: Box) -> None:
    await _fill(full)
    async with full.client("ALPHA") as client:
        for route, case in MATRIX.items():
            for query in case.queries if route not in ENDLESS else ():
                answer = await _ask(client, route, case, query, NOTHING)
                assert world.BETA not in answer.content.lower(), f"{route}?{query}: {answer.text[:300]}"
                assert world.BETA not in str(answer.headers).lower().encode(), f"{route}?{query}"


async def test_a_new_place_in_betas_books_moves_none_of_alphas_bytes(full: Box) -> None:
    """Counts, cursors and lengths stay the same, whatever comes to Beta; only an event's cursor counts all events."""
    counting = {*ENDLESS, "GET /api/v1/events"}
    unmoved = [
        route for route in MATRIX if route.startswith("GET /api/") and "{" not in route and route not in counting
    ]
    await doubt(full)
    async with full.client("ALPHA") as client:
        before = [await _uncounted(client, route) for route in unmoved]
        await _fill(full, doubted=True)
        await full.plan(world.plan("SHIP-ZZB-2", "ZZB-PLANT", ("TRL-ZZB",), "ZZB"))
        await full.tell(world.alert("alert-zzb-2", "SHIP-ZZB-2", "ZZB"))
        await full.happen(world.arrival("e-b8", "TRL-ZZB", "ZZB-PLANT"))
        after = [await _uncounted(client, route) for route in unmoved]
    moved = [route for route, old, new in zip(unmoved, before, after, strict=True) if old != new]
    assert moved == []


@pytest.mark.parametrize("party", ["ALPHA", "OPER"])
async def test_a_tag_of_what_was_read_tells_nothing(full: Box, party: str) -> None:
    async with full.client(party) as client:
        for path in ("/api/v1/shipments/SHIP-ZZB", "/api/v1/alerts/alert-zzb", "/api/v1/assets/TRL-ZZB"):
            assert "etag" not in (await client.get(path)).headers


async def _uncounted(client: httpx.AsyncClient, route: str) -> str:
    """An answer without the number of the newest event, which the board names as the cursor to go on from."""
    return re.sub(r'"last_seq":\d+', "", (await client.get(route.partition(" ")[2])).text)


async def _routes(box: Box) -> list[str]:
    async with box.client() as client:
        said = (await client.get("/openapi.json")).json()["paths"]
    return [f"{method.upper()} {path}" for path, methods in said.items() for method in methods]


async def _fill(box: Box, *, doubted: bool = False) -> None:
    """Everything of Beta's that a route could tell of."""
    if not doubted:
        await doubt(box)
    said = Remark(alert_id="alert-zzb", party="ZZB", at_us=world.NOW, kind="task", text="zzb", to="OPER")
    await box.journal.write(lambda c: remarks.save(c, said))
    async with box.client("ZZB") as client:
        linked = await client.post("/api/v1/names", json=LINK)
        shared = await client.post("/api/v1/shipments/SHIP-ZZB/share", json={"until": LATER, "label": "zzb"})
        made = await client.post("/api/v1/subscriptions", json={"name": "zzb-erp", "channel": "mqtt"})
        window = {"name": "zzb-rebuilt", "start": LATER, "end": "2026-01-01T14:00:00Z", "places": ["ZZB-PLANT"]}
        entered = await client.post("/api/v1/maintenance", json=window)
    done = (linked, shared, made, entered)
    assert {answer.status_code for answer in done} <= {200, 201}, [answer.text for answer in done]


async def _numbers(box: Box) -> dict[str, str]:
    """What the gateway itself calls Beta's rows, by what stands for it in the matrix."""
    async with box.client("OPER") as client:
        findings = (await client.get("/api/v1/quality/findings")).json()["items"]
        names = (await client.get("/api/v1/names")).json()["items"]
        shares = (await client.get("/api/v1/shares")).json()["items"]
        tokens = (await client.get("/api/v1/tokens")).json()["items"]
    return {
        "fd-zzb": next(one["finding"] for one in findings if one["owner"] == "ZZB"),
        "sh-zzb": next(one["id"] for one in shares if one["party"] == "ZZB"),
        "tk-zzb": next(one["id"] for one in tokens if one["party"] == "ZZB"),
        "no-zzb": str(next(one["number"] for one in names if one["name"] == "zzb-hall")),
    }


async def _ask(
    client: httpx.AsyncClient, route: str, case: Case, query: str, stands: str | Mapping[str, str]
) -> httpx.Response:
    """Ask a route with Beta's names, or with others of the same form in their stead."""
    method, _, path = route.partition(" ")
    for name, value in case.path.items():
        path = path.replace("{" + name + "}", _named(value, stands))
    url = f"{path}?{_named(query, stands)}" if query else path
    if case.text is not None:
        return await client.post(url, content=_named(case.text.decode(), stands), headers={"Content-Type": "text/csv"})
    return await client.request(method, url, json=_all_named(case.body, stands) if case.body is not None else None)


def _all_named(value: Any, stands: str | Mapping[str, str]) -> Any:
    if isinstance(value, str):
        return _named(value, stands)
    if isinstance(value, list):
        return [_all_named(one, stands) for one in value]
    return {key: _all_named(one, stands) for key, one in value.items()} if isinstance(value, dict) else value


def _named(text: str, stands: str | Mapping[str, str]) -> str:
    """With a mapping: Beta's own names, and what the gateway calls its rows."""
    if isinstance(stands, str):
        text = text.replace("no-zzb", "7777777")
        return text.replace("zzb", stands.lower()).replace("ZZB", stands.upper())
    return stands.get(text, text)


def _plain(answer: httpx.Response) -> tuple[str, list[tuple[str, str]]]:
    """An answer without what was asked for, and without the time."""
    body = re.sub("zzb|qqq", "", answer.text, flags=re.IGNORECASE)
    headers = [(name, value) for name, value in answer.headers.items() if name != "date"]
    return body, headers
