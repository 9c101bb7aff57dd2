"""`tierview token create`."""

from __future__ import annotations

import time
from pathlib import Path

DAY_US = 86_400_000_000


def token_create(
    config: Path = Path("config.yaml"), /, *, party: str, label: str = "", expires: float | None = None
) -> None:
    """Make a token for a party and print it, once.

    For example:

        tierview token create --party T1-A --label "ERP of Leine Seating"
        tierview token create /etc/tierview/config.yaml --party OEM --expires 90

    The token is the only line on the standard output. The journal keeps its
    hash alone: a token that is lost is revoked and made anew. It holds at
    once, also in a gateway that runs.

    Parameters
    ----------
    config
        The configuration, which names the parties and the journal's folder.
    party
        Code of the party on whose behalf the token speaks.
    label
        What it is for; stands in `tierview token list`.
    expires
        Days after which it ends by itself; otherwise never.
    """
    from gateway.access import hash_token, new_token
    from gateway.cli.given import journal_folder, one_of, read_config
    from gateway.errors import BadInput
    from gateway.journal import beside, partners, tokens
    from gateway.partners.merged import merged, read_party

    checked = read_config(config)
    if expires is not None and not 0 < expires < 36_500:
        raise BadInput(f"--expires: expected days above 0 and below 36500, came {expires:g}")
    now_us = time.time_ns() // 1000
    token = new_token()
    with beside.writing(journal_folder(checked, config)) as connection:
        added = map(read_party, partners.standing(connection))
        one_of(party, (known.code for known in merged(checked.parties, added)), "the code of a party")
        tokens.save(
            connection,
            hash=hash_token(token),
            party=party,
            label=label,
            created_us=now_us,
            expires_us=None if expires is None else now_us + round(expires * DAY_US),
        )
    print(token)
