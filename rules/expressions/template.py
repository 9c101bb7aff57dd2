"""The text of an alert, with variables in braces: Shipment {shipment.id} is {shipment.late_min} min late."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from rules.expressions.fields import Value
from rules.expressions.types import Type, WrongExpression, like

MOST_CHARACTERS = 500  # of a template
LONGEST_VALUE = 100  # characters of one variable: names come from tags, and these from anybody
MOST_LISTED = 5

_BRACES = re.compile(r"\{([^{}]*)\}")


def check_template(text: str, variables: Mapping[str, Type]) -> None:
    """Raises WrongExpression where a template names what is not there."""
    if not text.strip() or len(text) > MOST_CHARACTERS:
        raise WrongExpression(0, f"expected a text of 1 to {MOST_CHARACTERS} characters, came {len(text)}")
    for found in _BRACES.finditer(text):
        kind = variables.get(found[1])
        if kind is None:
            known = ", ".join(name for name in variables if name.partition(".")[0] == found[1].partition(".")[0])
            listed = known or ", ".join(variables)
            raise WrongExpression(
                found.start(),
                f"expected one of {listed} in braces, came {{{found[1][:60]}}}",
                like(found[1], (*variables,)),
            )
        if kind.of is not None and kind.of.fields:
            raise WrongExpression(found.start(), f"expected a value in braces, came {{{found[1]}}}, a {kind}")
    rest = _BRACES.sub("", text)
    if "{" in rest or "}" in rest:
        raise WrongExpression(text.find("{"), "expected braces around a variable only, came others")


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
