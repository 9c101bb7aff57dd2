"""Ids of parties: a code of the configuration, a GLN or a D-U-N-S number; and what was probably meant."""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import get_close_matches

from gateway.config.model import Party
from gateway.identity.gs1 import check_digit
from gateway.quality.place_codes import Doubt, same_but_for_signs

_DUNS = re.compile(r"\d{2}-?\d{3}-?\d{4}", re.ASCII)


class PartyIndex:
    """The parties of the configuration by every id of theirs."""

    def __init__(self, parties: Sequence[Party]) -> None:
        self.know(parties)

    def know(self, parties: Sequence[Party]) -> None:
        """Find these, and no others, from now on."""
        self.codes: tuple[str, ...] = tuple(party.code for party in parties)
        self._by_id = {party.gln: party.code for party in parties if party.gln is not None}
        self._by_id |= {party.duns: party.code for party in parties if party.duns is not None}
        self._by_id |= {code: code for code in self.codes}

    def find(self, text: str) -> str:
        """The code of the party that a text names; empty for none."""
        return self._by_id.get(_digits(text) if _DUNS.fullmatch(text) else text, "")

    def nearest(self, text: str) -> str:
        """The code that was probably meant; empty where none is like it."""
        same = same_but_for_signs(text, self.codes)
        if same:
            return same
        close = get_close_matches(text[:64], self.codes, n=1, cutoff=0.6)
        return close[0] if close else ""


def judged(text: str) -> Doubt:
    """What is wrong with the id of a party that no party has."""
    if len(text) == 13 and text.isascii() and text.isdecimal() and check_digit(text[:12]) != text[12]:
        return Doubt("bad_party_gln", f"expected a GLN with the check digit {check_digit(text[:12])}, came '{text}'")
    if text.isascii() and 7 <= len(_digits(text)) <= 11 and _digits(text).isdecimal() and not _DUNS.fullmatch(text):
        return Doubt("bad_duns", f"expected a D-U-N-S number of 9 digits, came '{text[:64]}'")
    return Doubt("unknown_party", f"expected the code of a party, came '{text[:64]}'")


def _digits(text: str) -> str:
    return text.replace("-", "")
