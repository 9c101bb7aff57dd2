"""All that expressions can be about, and what they may name besides: the time of day and week."""

from __future__ import annotations

from collections.abc import Mapping

from rules.expressions.fields import About
from rules.expressions.shipments import SHIPMENT, TIMED
from rules.expressions.things import CONDITION, DEVICE, JOURNEY, LOAD, STAY
from rules.expressions.types import Type

ABOUTS: Mapping[str, About] = {about.name: about for about in (SHIPMENT, STAY, JOURNEY, LOAD, CONDITION, DEVICE)}

CALENDAR: Mapping[str, str] = {
    "weekday": "1 is Monday, 7 is Sunday, by the rule's `time_zone`",
    "hour": "0 to 23, likewise",
}


def variables(about: About) -> dict[str, Type]:
    """What an expression about this may name, by dotted names."""
    return {field.name: field.type for field in about.fields} | dict.fromkeys(CALENDAR, TIMED)
