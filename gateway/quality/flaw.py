"""One thing wrong with one record, and the finding that all of its kind are counted under."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import blake2b

import msgspec

from gateway.model import Micros, Quarantined

MOST_SUBJECT = 200  # characters of what came that stand in a finding
MOST_TEXT = 500
MOST_EXAMPLE = 500
MANY = "*"  # the subject of a finding that counts all subjects beyond the bound


class Flaw(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What is wrong with one record, and whose it is."""

    reason: str  # a stable word
    owner: str  # code of the party whose data it is; empty: the operator's own
    source: str  # the device, or api:PARTY, csv:FILE
    subject: str  # what it is about: the name that nobody knows, the device whose clock is off, ...
    text: str  # what was expected, what came
    example: str = ""  # one such record, as it came
    suggestion: str = ""  # what was probably meant
    at_us: Micros


class Tally(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Flaws of one finding, counted."""

    flaw: Flaw  # the first of them
    count: int
    first_us: Micros
    last_us: Micros


def finding_id(reason: str, owner: str, source: str, subject: str) -> str:
    """Name a finding by what it counts: 64 bits of BLAKE2b, 16 hexadecimal digits."""
    content = "\x1f".join((reason, owner, source, subject))
    return blake2b(content.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


def id_of(flaw: Flaw) -> str:
    """The finding that a flaw is counted under."""
    return finding_id(flaw.reason, flaw.owner, flaw.source, flaw.subject)


def flaw_of(held: Quarantined) -> Flaw:
    """What is wrong with a record that is kept back."""
    return Flaw(
        reason=held.reason,
        owner=held.owner,
        source=held.source,
        subject=held.subject[:MOST_SUBJECT],
        text=held.text[:MOST_TEXT],
        example=shown(held.data),
        suggestion=held.suggestion,
        at_us=held.received_us,
    )


def shown(data: bytes) -> str:
    """The beginning of a record for people: as text where it is one, else in hexadecimal."""
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return data[: MOST_EXAMPLE // 2].hex()
    return text[:MOST_EXAMPLE] if text.isprintable() else data[: MOST_EXAMPLE // 2].hex()


def tallied(flaws: Iterable[Flaw]) -> list[Tally]:
    """Count flaws by their finding, in the order in which each came first."""
    found: dict[tuple[str, str, str, str], Tally] = {}
    for flaw in flaws:
        key = (flaw.reason, flaw.owner, flaw.source, flaw.subject)
        held = found.get(key)
        if held is None:
            found[key] = Tally(flaw=flaw, count=1, first_us=flaw.at_us, last_us=flaw.at_us)
        else:
            found[key] = Tally(
                flaw=held.flaw,
                count=held.count + 1,
                first_us=min(held.first_us, flaw.at_us),
                last_us=max(held.last_us, flaw.at_us),
            )
    return list(found.values())
