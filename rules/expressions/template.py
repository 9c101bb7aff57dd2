"""The text of an alert, with variables in braces: Shipment {shipment.id} is {shipment.late_min} min late."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from rules.expressions.fields import Field, Value
from rules.expressions.types import WrongExpression, like

MOST_CHARACTERS = 500  # of a template
LONGEST_VALUE = 100  # characters of one variable: names come from tags, and these from anybody
MOST_LISTED = 5

_BRACES = re.compile(r"\{([^{}]*)\}")


def check_template(text: str, fields: Sequence[Field]) -> None:
    """Raises WrongExpression where a template names what is not there, or what not everybody may read."""
    if not text.strip() or len(text) > MOST_CHARACTERS:
        raise WrongExpression(0, f"expected a text of 1 to {MOST_CHARACTERS} characters, came {len(text)}")
    known = {field.name: field for field in fields if not field.private and not _is_of_records(field)}
    for found in _BRACES.finditer(text):
        if found[1] in known:
            continue
        if any(field.private and field.name == found[1] for field in fields):
            why = "expected what all who are told may see in braces"
            raise WrongExpression(found.start(), f"{why}, came {{{found[1]}}}", "name it in `when` only")
        root = found[1].partition(".")[0]
        listed = [name for name in known if name.partition(".")[0] == root] or [*known]
        wrong = f"expected one of {', '.join(listed)} in braces, came {{{found[1][:60]}}}"
        raise WrongExpression(found.start(), wrong, like(found[1], tuple(known)))
    if set("{}") & set(_BRACES.sub("", text)):
        raise WrongExpression(0, "expected braces around a variable only, came others")


def _is_of_records(field: Field) -> bool:
    return field.type.of is not None and bool(field.type.of.fields)


def names_in(text: str) -> Iterator[str]:
    """The variables that a template names."""
    yield from (found[1] for found in _BRACES.finditer(text))


def filled(text: str, values: Mapping[str, Value]) -> str:
    """The template with its variables; what is too long is cut."""
    return _BRACES.sub(lambda found: _shown(values[found[1]]), text)


def _shown(value: Value) -> str:
    if isinstance(value, tuple):
        more = f" and {len(value) - MOST_LISTED} more" if len(value) > MOST_LISTED else ""
        return ", ".join(_shown(str(item)) for item in value[:MOST_LISTED]) + more
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:g}"
    text = str(value)
    return text if len(text) <= LONGEST_VALUE else text[: LONGEST_VALUE - 3] + "..."
