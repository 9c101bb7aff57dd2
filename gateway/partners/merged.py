"""The configuration's parties and the partners that were added, as one. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from gateway.config.model import Party


def read_party(body: bytes) -> Party:
    """A partner as the journal keeps it."""
    return Party.model_validate_json(body, strict=False)


def merged(configured: Iterable[Party], added: Iterable[Party]) -> tuple[Party, ...]:
    """All of them; of one code, upper and lower case being one, that of the configuration."""
    found: dict[str, Party] = {}
    for party in (*configured, *added):
        found.setdefault(party.code.casefold(), party)
    return tuple(found.values())
