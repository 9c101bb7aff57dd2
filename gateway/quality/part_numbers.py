"""Part numbers as a partner writes them: a form with placeholders, compared without case and separators.

    #  a digit        @  a letter        ?  either        *  (at the end) any more of them        |  or
    anything else stands for itself; blanks and - . _ / are separators

No regular expression of a user is ever run (FAULTS F21): a number is compared sign by sign, once.
"""

from __future__ import annotations

from functools import lru_cache

SEPARATORS = frozenset(" -._/")
MOST_NUMBER = 64  # characters

_FITS = {"#": str.isdecimal, "@": str.isalpha, "?": str.isalnum}


def written(number: str, pattern: str) -> str:
    """The number as the pattern writes it; empty where it fits no form of it."""
    signs = _signs(number)
    if not signs or not signs.isascii() or len(signs) > MOST_NUMBER:
        return ""
    for form in _forms(pattern):
        found = _fitted(signs, form)
        if found:
            return found
    return ""


@lru_cache(maxsize=256)
def _forms(pattern: str) -> tuple[str, ...]:
    return tuple(form.strip() for form in pattern.split("|") if form.strip())


def _signs(number: str) -> str:
    return "".join(sign for sign in number.upper() if sign not in SEPARATORS)


def _fitted(signs: str, form: str) -> str:
    open_ended = form.endswith("*")
    out: list[str] = []
    at = 0
    for place in form.removesuffix("*").upper():
        if place in SEPARATORS:
            out.append(place)
            continue
        if at == len(signs) or not _fits(signs[at], place):
            return ""
        out.append(signs[at])
        at += 1
    rest = signs[at:]
    if rest and not (open_ended and rest.isalnum()):
        return ""
    return "".join(out) + rest


def _fits(sign: str, place: str) -> bool:
    fits = _FITS.get(place)
    return sign == place if fits is None else fits(sign)
