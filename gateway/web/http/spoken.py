"""What people write of alerts: bounded, and nothing in it but what can be read."""

from __future__ import annotations

import difflib
import re
from typing import Annotated, TypeAlias

import msgspec

from gateway.errors import BadInput
from gateway.model import Reason

MOST_TEXT = 2000  # characters

Name: TypeAlias = Annotated[str, msgspec.Meta(max_length=200)]
Text: TypeAlias = Annotated[str, msgspec.Meta(max_length=MOST_TEXT)]
When: TypeAlias = Annotated[str, msgspec.Meta(max_length=40)]  # ISO 8601 with its zone

# Besides controls, what turns the direction of reading: it lets a text show another than it holds.
_UNREADABLE = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


def spoken(text: str, field: str, *, lines: bool = False) -> str:
    """A text without the space around it; with `lines` it may have several. Raises BadInput for control characters."""
    text = text.strip()
    found = _UNREADABLE.search(text.replace("\n", " ") if lines else text)
    if found is not None:
        raise BadInput(
            f"{field}: expected text without control characters, came U+{ord(found[0]):04X}",
            reason="control_characters",
        )
    return text


def reason_of(code: str) -> Reason:
    """A reason's code. Raises BadInput, with the nearest right one."""
    known = [reason.value for reason in Reason]
    if code in known:
        return Reason(code)
    near = difflib.get_close_matches(code.lower(), known, n=1, cutoff=0.5)
    text = f"code: expected {', '.join(known)}, came {code!r}"
    raise BadInput(text + (f" — did you mean {near[0]}" if near else ""))
