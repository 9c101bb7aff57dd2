"""A small site on disk: a configuration and the journal of a gateway that runs on it."""

from __future__ import annotations

from pathlib import Path

from gateway.journal import Journal, events, shipments, tape
from gateway.model import Chunk, Event
from tests.test_replay import PLAN, TRIP

CONFIG = """\
site: {operator: OEM}
journal: {folder: journal}
mqtt: {embedded: true, username: gateway, password: "${TIERVIEW_PASSWORD_NOT_SET_HERE}"}
parties:
  - {code: OEM, name: Elbe Motors, tier: oem}
  - {code: T1, name: Leine Seating, tier: tier1}
places:
  - {code: SUPPLIER, name: Supplier, party: T1, tier: tier1}
  - {code: PLANT, name: Plant, party: OEM, tier: oem}
devices:
  - name: gate
    driver: json_mqtt
    connect: mqtt:gates
    settings: {yields: passage, fields: {asset: unit, place: at, direction: move}}
locating: {clocks: {most_behind_s: 1.0e+9}}
rules:
  - {name: late, rule: late_arrival, settings: {grace_s: 0}}
"""


def write_config(folder: Path) -> Path:
    """The configuration's file; its journal stands in `journal` beside it."""
    file = folder / "config.yaml"
    file.write_text(CONFIG)
    return file


async def record(journal: Journal, chunks: tuple[Chunk, ...] = TRIP) -> None:
    """Put the plan, and what came from the gate, into the journal: a commit each."""
    await journal.write(lambda c: shipments.save(c, PLAN.shipment, PLAN.recorded_us))
    for chunk in chunks:
        await journal.write(lambda c, one=chunk: tape.insert(c, [one], tape.pack([one])))  # type: ignore[misc]


async def happen(journal: Journal, *happened: Event) -> None:
    """Put events into the journal."""
    await journal.write(lambda c: events.insert(c, happened))
