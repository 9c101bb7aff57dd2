"""`tierview shipments`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.cli.options import Api

if TYPE_CHECKING:
    from gateway.web.shapes import ShipmentShape, ShipmentsShape

PAGE = 200
COLUMNS = ["shipment", "lane", "status", "next stop", "planned by", "estimated", "late"]
MINUTE_S, HOUR_S = 60, 3600


def shipments(*, late: bool = False, lane: str = "", json: bool = False, api: Api = Api()) -> None:  # noqa: B008 - frozen
    """List the shipments: the late ones first, each with plan and estimate of its next stop.

    For example:

        tierview shipments --late
        tierview shipments --lane "T1-B-MAGDEBURG>OEM-PLANT" --json

    Parameters
    ----------
    late
        Only those that are late.
    lane
        Only of this lane, as ORIGIN>DESTINATION.
    json
        One JSON object a line: the API's shape of a shipment.
    """
    from gateway.cli.printed import table, write_json

    found = [one for page in _pages(api, late=late) for one in page.items if lane in ("", one.lane)]
    found.sort(key=lambda one: (not one.late, -one.late_s, one.shipment_id))
    if json:
        for one in found:
            write_json(one)
    elif found:
        table(COLUMNS, [_row(one) for one in found])
    else:
        print("There are none that are late." if late else "There are no shipments.")


def _pages(api: Api, *, late: bool) -> list[ShipmentsShape]:
    from gateway.cli.api_call import call, read
    from gateway.web.shapes import ShipmentsShape

    pages: list[ShipmentsShape] = []
    after: str | None = ""
    while after is not None:
        query = {"limit": PAGE, "after": after} | ({"late": "true"} if late else {})
        answer = call(api, "GET", "/shipments", query=query)
        pages.append(read(answer, ShipmentsShape))
        after = pages[-1].next_after
    return pages


def _row(one: ShipmentShape) -> list[str]:
    from gateway.cli.printed import minute

    stop = next((stop for stop in one.stops[1:] if stop.arrival.actual is None), one.stops[-1])
    planned = stop.arrival.planned
    return [
        one.shipment_id,
        one.lane,
        one.status,
        stop.place,
        minute(planned.close if planned else None),
        minute(stop.arrival.estimated),
        _span(one.late_s) if one.late else "",
    ]


def _span(seconds: int) -> str:
    hours, rest = divmod(seconds, HOUR_S)
    return f"{hours} h {rest // MINUTE_S:02} min" if hours else f"{rest // MINUTE_S} min"
