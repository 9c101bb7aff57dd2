"""Codes of places that nobody knows: what is wrong with their form, and what was probably meant."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from gateway.identity.gs1 import check_digit

_LOCODE = re.compile(r"([A-Z]{2})[ -]?([A-Z2-9]{3})")  # UN/LOCODE: country, then letters or 2 to 9
_LIKE_LOCODE = re.compile(r"[A-Z]{2}[ -]?(?=[A-Z0-9]*[01])[A-Z0-9]{3}")
_SIGNS = str.maketrans("", "", " -._/:")


class Doubt(NamedTuple):
    """Why a code cannot be used."""

    reason: str  # a stable word
    text: str  # what was expected, what came


def compact(name: str) -> str:
    """A UN/LOCODE without its blank (DE HAM), as it is usually stored; any other name as it is."""
    match = _LOCODE.fullmatch(name.strip().upper())
    return name if match is None else "".join(match.groups())


def judged(name: str) -> Doubt:
    """What is wrong with the code of a place that no place has."""
    if len(name) == 13 and name.isascii() and name.isdecimal() and check_digit(name[:12]) != name[12]:
        text = f"expected a GLN with the check digit {check_digit(name[:12])}, came '{name}'"
        return Doubt("bad_place_gln", text)
    if _LIKE_LOCODE.fullmatch(name.strip().upper()):
        text = f"expected a UN/LOCODE of two letters and three of A to Z and 2 to 9, came '{name}'"
        return Doubt("bad_locode", text)
    return Doubt("unknown_place", f"expected the code of a place, came '{name[:64]}'")


def same_but_for_signs(name: str, codes: Iterable[str]) -> str:
    """The one code that differs from a name only in case and separators; empty where none or several do."""
    wanted = name.translate(_SIGNS).casefold()
    found = {code for code in codes if code.translate(_SIGNS).casefold() == wanted} if wanted else set()
    return found.pop() if len(found) == 1 else ""


def mended_gln(name: str, codes: Iterable[str]) -> str:
    """The one known GLN that a GLN with a wrong check digit differs from in a single digit or two swapped ones."""
    near = {code for code in codes if len(code) == len(name) == 13 and code.isdecimal() and _one_slip(name, code)}
    return near.pop() if len(near) == 1 else ""


def _one_slip(one: str, other: str) -> bool:
    differing = [at for at in range(len(one)) if one[at] != other[at]]
    if len(differing) == 2 and differing[1] == differing[0] + 1:
        return one[differing[0]] == other[differing[1]] and one[differing[1]] == other[differing[0]]
    return len(differing) == 1
