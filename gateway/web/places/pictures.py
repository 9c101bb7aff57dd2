"""The plans of places: read when the web starts, for their sizes stand in the answers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import structlog

from gateway.config.model import Place
from gateway.config.picture import Picture, read_picture
from gateway.errors import BadInput

log = structlog.get_logger("web.pictures")


def pictures_of(places: Iterable[Place], base: Path) -> Mapping[str, Picture]:
    """The pictures of the places that have a plan, by their codes. One that is gone since the check is told."""
    found = {}
    for place in places:
        if place.plan is None:
            continue
        try:
            found[place.code] = read_picture(base / place.plan.image)
        except BadInput as error:
            log.warning("a place is shown without its plan", place=place.code, reason=str(error))
    return found
