"""`tierview alerts list`."""

from __future__ import annotations

from typing import Literal

from gateway.cli.options import Api


def alerts_list(
    *,
    state: Literal["open", "resolved", "withdrawn", "all"] = "open",
    shipment: str = "",
    limit: int = 100,
    json: bool = False,
    api: Api = Api(),  # noqa: B008 - frozen
) -> None:
    """List alerts, the newest first: what is wrong, for whom, and who has taken note.

    For example:

        tierview alerts list
        tierview alerts list --state all --shipment S-42 --json

    Parameters
    ----------
    state
        Only in this state.
    shipment
        Only of this shipment.
    limit
        Most that are listed, up to 1000.
    json
        One JSON object a line: the API's shape of an alert.
    """
    from gateway.cli.api_call import call, read
    from gateway.cli.event_words import words_of_alert
    from gateway.cli.printed import say, write_json
    from gateway.web.shapes import AlertsShape

    query = {"limit": limit, "state": "" if state == "all" else state, "shipment": shipment}
    page = read(call(api, "GET", "/alerts", query=query), AlertsShape)
    for alert in page.items:
        if json:
            write_json(alert)
            continue
        say(*words_of_alert(alert))
        noted = ", ".join(ack.party for ack in alert.acks)
        say(f"  {alert.alert_id}  for {', '.join(alert.parties)}" + (f"; noted by {noted}" if noted else ""), "dim")
    if not page.items and not json:
        print(f"There are no {'' if state == 'all' else f'{state} '}alerts.")
