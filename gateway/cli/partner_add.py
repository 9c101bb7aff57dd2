"""`tierview partner add`."""

from __future__ import annotations

from typing import Any

from gateway.cli.options import Api


def partner_add(
    code: str,
    /,
    *,
    name: str,
    tier: str,
    gln: str = "",
    duns: str = "",
    label: str = "",
    json: bool = False,
    api: Api = Api(),  # noqa: B008 - frozen
) -> None:
    """Add a partner to a gateway that runs: token, topics, the broker's ACL, a first subscription.

    For example:

        tierview partner add T2-C --name "Werra Screws" --tier tier2 --label "ERP"
        tierview partner add T2-C --name "Werra Screws" --tier tier2 --gln 9521141000090 --json

    It needs a token of the operator. The partner's own token is shown once;
    the journal keeps its hash alone. The partner counts at once: plans may
    name it, and it may sign in.

    Parameters
    ----------
    code
        What plans, topics and subscriptions call it.
    name
        The company.
    tier
        tier3, tier2, tier1, transit, crossdock, port or oem.
    gln
        Its GS1 Global Location Number, with the check digit.
    duns
        Its D-U-N-S number.
    label
        What its token is for.
    json
        All of it as one JSON object.
    """
    from gateway.cli.api_call import call
    from gateway.cli.printed import write_json

    said = {"code": code, "name": name, "tier": tier, "gln": gln or None, "duns": duns or None, "label": label}
    answer = call(api, "POST", "/partners", json={key: value for key, value in said.items() if value}).json()
    if json:
        write_json(answer)
    else:
        _show(answer["token"], answer["welcome"])


def _show(token: str, welcome: dict[str, Any]) -> None:
    from gateway.cli.printed import say

    say(f"{welcome['code']} ({welcome['name']}, {welcome['tier']}) takes part from now on.", "green")
    parts: list[tuple[str, list[str]]] = [
        ("Token, shown this once", [token]),
        ("API", [welcome["url"]]),
        (f"Topics at the broker, where it is the user {welcome['user']}", welcome["topics"]),
        ("Lines for the broker's ACL file (all of it: tierview partner acl)", welcome["acl"]),
        ("A first subscription", [welcome["curl"]]),
        ("The same in config.yaml", [welcome["yaml"]]),
        ("It sees", welcome["sees"]),
        ("Try its receiver", [welcome["check"]]),
    ]
    for head, lines in parts:
        say("")
        say(head, "bold")
        for line in lines:
            say(f"  {line}")
