"""Texts in which what is hidden is not named. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

_WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:\-]*")
_END = ".:-"  # of a sentence, as well as of a code

Stands = Callable[[str], str]  # what stands for a code; empty: the code itself may be told


def without_codes(text: str, stands: Stands) -> str:
    """The text with something else for each code that may not be told; codes are those of `config.part.Code`."""

    def told(match: re.Match[str]) -> str:
        word = match[0]
        bare = word.rstrip(_END)
        for code in (word, bare):
            if said := stands(code):
                return said + word[len(code) :]
        return ":".join((stands(part) or part) if part else "" for part in word.split(":"))

    return _WORD.sub(told, text)


def without_names(text: str, names: Iterable[str], said: str) -> str:
    """The text with something else for names that may hold any characters."""
    for name in names:
        if name and name in text:
            text = re.sub(rf"(?<![A-Za-z0-9_\-]){re.escape(name)}(?![A-Za-z0-9_\-])", said, text)
    return text
