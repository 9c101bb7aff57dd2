"""`tierview token revoke`."""

from __future__ import annotations

import time
from pathlib import Path

LEAST_DIGITS = 6


def token_revoke(id: str, config: Path = Path("config.yaml"), /) -> None:
    """End a token at once.

    For example:

        tierview token revoke 1f0c5b7a92de

    Sign-ins and streams with it end within a second, also in a gateway that
    runs.

    Parameters
    ----------
    id
        The token's id, as `tierview token list` shows it; never the token.
    config
        The configuration, which names the journal's folder.
    """
    from gateway.cli.given import journal_folder, read_config
    from gateway.errors import BadInput
    from gateway.journal import beside, tokens

    if id.startswith("tv_"):
        raise BadInput("expected a token's id, came a token, which others may now have seen: revoke it by its id")
    if len(id) < LEAST_DIGITS:
        raise BadInput(f"expected at least {LEAST_DIGITS} digits of a token's id, came {id!r}")
    with beside.writing(journal_folder(read_config(config), config)) as connection:
        found = [token for token in tokens.all_of(connection) if token.hash.startswith(id.lower())]
        if len(found) != 1:
            raise BadInput(f"expected the id of one token, came {id!r}, which is that of {len(found) or 'none'}")
        if not tokens.revoke(connection, found[0].hash, time.time_ns() // 1000):
            raise BadInput(f"the token {id} was revoked before")
    print(f"revoked {found[0].hash[:12]} of {found[0].party}")
