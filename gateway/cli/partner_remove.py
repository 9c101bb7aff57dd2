"""`tierview partner remove`."""

from __future__ import annotations

from gateway.cli.options import Api


def partner_remove(code: str, /, *, api: Api = Api()) -> None:  # noqa: B008 - frozen
    """End a partner, its tokens, its subscriptions and the links that it shared.

    For example:

        tierview partner remove T2-C

    It needs a token of the operator. The shipments and alerts that the partner
    took part in stay; its lines in the broker's ACL file are yours to remove.

    Parameters
    ----------
    code
        See `tierview partner list`. Parties of config.yaml are removed there.
    """
    from urllib.parse import quote

    from gateway.cli.api_call import call
    from gateway.cli.printed import say

    call(api, "DELETE", f"/partners/{quote(code, safe='')}")
    say(f"{code} takes part no more, and its tokens have ended.", "green")
