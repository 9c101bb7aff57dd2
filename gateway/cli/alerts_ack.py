"""`tierview alerts ack`."""

from __future__ import annotations

from gateway.cli.options import Api


def alerts_ack(
    *alerts: str,
    code: str = "",
    reason: str = "",
    promised: str = "",
    by: str = "",
    json: bool = False,
    api: Api = Api(),  # noqa: B008 - frozen
) -> None:
    """Take note of alerts in the name of the token's party: why it happened, and what is promised.

    For example:

        tierview alerts ack al_1705a93dca29181fb1dbc740 --code traffic
        tierview alerts ack al_1705a93dca29181fb1dbc740 --reason "closed road" --promised 2026-03-01T14:30Z

    All parties of an alert read it at once.

    Parameters
    ----------
    alerts
        Ids of alerts: see `tierview alerts list`.
    code
        Why, in a word: traffic, weather, breakdown, customs, congestion, not_ready, documents, ...
    reason
        Why, in words.
    promised
        When it will be at its next stop, such as 2026-03-01T14:30Z.
    by
        Who says so: a name.
    json
        The alerts as they stand then, one JSON object a line.
    """
    from urllib.parse import quote

    from gateway.cli.api_call import call
    from gateway.cli.printed import say, write_json
    from gateway.errors import BadInput

    if not alerts:
        raise BadInput("expected the id of an alert, such as al_1705a93dca29181fb1dbc740: see `tierview alerts list`")
    said = {"code": code or None, "reason": reason, "promised": promised or None, "by": by}
    for alert in alerts:
        given = {name: value for name, value in said.items() if value}
        answer = call(api, "POST", f"/alerts/{quote(alert, safe='')}/acknowledge", json=given).json()
        if json:
            write_json(answer)
        else:
            say(f"{answer['alert_id']}: noted by {', '.join(ack['party'] for ack in answer['acks'])}", "green")
