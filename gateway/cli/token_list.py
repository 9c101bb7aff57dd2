"""`tierview token list`."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gateway.journal.tokens import Token

ID_DIGITS = 12  # of the hash: enough to tell tokens apart, too few to look like one


def token_list(config: Path = Path("config.yaml"), /, *, json: bool = False) -> None:
    """List the tokens; the tokens themselves are known to nobody.

    For example:

        tierview token list
        tierview token list /etc/tierview/config.yaml --json

    Parameters
    ----------
    config
        The configuration, which names the journal's folder.
    json
        One JSON object a line: id, party, label, state (valid, expired, revoked), created, used, expires, revoked.
    """
    from gateway.cli.given import journal_folder, read_config
    from gateway.cli.printed import table, write_json
    from gateway.journal import beside, tokens
    from gateway.web.http.times import iso, iso_or_none

    with beside.reading(journal_folder(read_config(config), config)) as connection:
        found = tokens.all_of(connection)
    now_us = time.time_ns() // 1000
    rows = [
        {
            "id": token.hash[:ID_DIGITS],
            "party": token.party,
            "label": token.label,
            "state": _state(token, now_us),
            "created": iso(token.created_us),
            "used": iso_or_none(token.used_us),
            "expires": iso_or_none(token.expires_us),
            "revoked": iso_or_none(token.revoked_us),
        }
        for token in found
    ]
    if json:
        for row in rows:
            write_json(row)
    elif rows:
        table(list(rows[0]), [[value or "" for value in row.values()] for row in rows])
    else:
        print("There are no tokens: make one with `tierview token create --party CODE`.")


def _state(token: Token, now_us: int) -> str:
    if token.revoked_us is not None:
        return "revoked"
    return "expired" if token.expires_us is not None and token.expires_us <= now_us else "valid"
