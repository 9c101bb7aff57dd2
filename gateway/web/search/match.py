"""Whether a text holds what was typed, and how well: case and signs between letters make no difference. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from gateway.errors import BadInput
from gateway.identity.gs1 import ID, element_string, elements, parse_epc_uri
from gateway.web.assets.labels import label
from gateway.web.search.shapes import HitShape

CACHED = 50_000  # assets whose spellings are kept
EXACT, BEGINS, HOLDS = range(3)  # grades, the best first


@dataclass(frozen=True)
class Said:
    """A text by which something may be found."""

    by: str
    text: str
    folded: str


@dataclass(frozen=True)
class Hit:
    """Something that was found, and how well."""

    grade: int
    shape: HitShape

    @property
    def order(self) -> tuple[int, int, str, str]:
        """The best first; of equals the shortest, which has least beside what was typed."""
        return self.grade, len(self.shape.said), self.shape.text, self.shape.id


def said(by: str, text: str) -> Said:
    """A text by which something may be found."""
    return Said(by, text, fold(text))


def fold(text: str) -> str:
    """Letters and digits alone, in one case."""
    return "".join(filter(str.isalnum, text.casefold()))


def best(wanted: str, texts: Iterable[Said]) -> tuple[int, Said] | None:
    """The text that fits a folded wish best, with its grade; None where none holds it."""
    found: tuple[int, Said] | None = None
    for text in texts:
        at = text.folded.find(wanted) if wanted else -1
        if at < 0:
            continue
        grade = EXACT if text.folded == wanted else BEGINS if at == 0 else HOLDS
        if found is None or grade < found[0]:
            found = grade, text
    return found


@lru_cache(maxsize=CACHED)
def texts_of_asset(asset: str) -> Sequence[Said]:
    """What an asset's own key says, as people may type a part of it."""
    short = label(asset)
    texts = [said("label", short)] if short != asset else [said("key", asset)]
    if asset.startswith(ID):
        number = asset.removeprefix(ID).partition(":")[2]
        texts.append(said("epc_uri", number))
        texts += [said("element_string", one) for one in _spelled(asset)]
    return tuple(texts)


def _spelled(asset: str) -> list[str]:
    """The element string, whole and without its first identifier: on a pallet's label stand the digits alone."""
    try:
        found = elements(parse_epc_uri(asset))
    except BadInput:
        return []
    whole = element_string(found)
    return [] if whole is None else [whole, "".join(value for _, value in found)]
