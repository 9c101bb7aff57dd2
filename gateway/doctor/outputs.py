"""Does what happens get out: how much waits in the journal for each output?"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from gateway.config import Config
from gateway.doctor.remark import Checked, ok, warning
from gateway.errors import JournalError
from gateway.journal import beside
from gateway.outputs.backlog import Backlog, backlogs, lane_names

MUCH = 1000  # entries: more than a gateway that runs has on its way

FIX = "see that the gateway runs and the output takes what it is sent; nothing is lost, it follows by itself"


def check_backlogs(config: Config, base: Path) -> Iterator[Checked]:
    """Say what waits for each output that is configured; before the first start there is nothing to say."""
    names = list(lane_names(config))
    if not names:
        return
    try:
        with beside.reading(base / config.journal.folder) as connection:
            found = backlogs(connection, names)
    except JournalError:
        return  # the check of the storage says so
    yield from (_said(one) for one in found)


def _said(one: Backlog) -> Checked:
    if one.left:
        text = f"{one.left} entries are left to the backfill, {one.waiting} newer ones wait"
        return warning("output", one.output, text, FIX)
    if one.waiting > MUCH:
        return warning("output", one.output, f"{one.waiting} entries wait", FIX)
    return ok("output", one.output, "has everything" if not one.waiting else f"has all but the last {one.waiting}")
