"""Units: a common code of UN/ECE Recommendation 20, its conversion to the quantity's own unit, and what was meant."""

from __future__ import annotations

from difflib import get_close_matches
from functools import cache

from gateway.quality.unit_table import SPOKEN, UNITS

_SIGNS = str.maketrans("", "", " .°\u00ba[]()")


def is_unit(code: str) -> bool:
    """Whether this is a common code that we know."""
    return code in UNITS


@cache
def own_unit(quantity: str) -> str:
    """The common code that a quantity is recorded in."""
    return next(code for code, unit in UNITS.items() if unit.quantity == quantity)


def converted(value: float, code: str) -> tuple[float, str]:
    """A value in its quantity's own unit, with that unit's code; raises KeyError for a code we do not know."""
    unit = UNITS[code]
    own = own_unit(unit.quantity)
    if own == code:
        return value, code
    return round(value * unit.factor + unit.offset, 9), own


def suggested(word: str) -> str:
    """The common code that was probably meant; empty where nothing is like it."""
    spoken = word.translate(_SIGNS).casefold()
    found = SPOKEN.get(spoken) or (word.strip().upper() if word.strip().upper() in UNITS else "")
    if found:
        return found
    by_name: dict[str, str] = {unit.name.casefold(): code for code, unit in reversed(tuple(UNITS.items()))}
    near = get_close_matches(word.casefold()[:40], by_name, n=1, cutoff=0.75)
    if near:
        return by_name[near[0]]
    return next((code for code in UNITS if _one_slip(word.upper(), code)), "")


def _one_slip(word: str, code: str) -> bool:
    """Whether one letter was mistyped; of two letters that would say nothing."""
    return len(word) == len(code) == 3 and sum(a != b for a, b in zip(word, code, strict=True)) == 1
