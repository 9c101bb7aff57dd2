"""A modelled wall of dock doors: its reads and truth from the physical model, its configuration, its readers' bytes."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from gateway.config.model import Config
from gateway.model import Chunk, Micros
from tests.conftest import ROOT

MODEL = ROOT.parent / "shared" / "tools" / "dock_model.py"
SCORE = ROOT.parent / "shared" / "tools" / "dock_score.py"

T0: Micros = 1_767_600_000_000_000
REPORT_S = 0.25  # readers send what they have read this often


@dataclass(frozen=True, kw_only=True)
class Site:
    """The options of the model."""

    seed: int = field(default=1, metadata={"help": "of the model's chance"})
    passes: int = field(default=1000, metadata={"help": "loads"})
    doors: int = field(default=3, metadata={"help": "side by side"})
    spacing: float = field(default=4.0, metadata={"help": "metres between doors"})
    power: float = field(default=30.0, metadata={"help": "dBm"})
    shadow: float = field(default=6.0, metadata={"help": "dB, spread of the load's shadow"})
    speed: float = field(default=1.6, metadata={"help": "metres per second"})
    gap: float = field(default=12.0, metadata={"help": "seconds between loads"})

    def __str__(self) -> str:
        changed = [item for item in fields(self) if getattr(self, item.name) != item.default or item.name == "seed"]
        return " ".join(f"{item.name} {getattr(self, item.name):g}" for item in changed)


class Read(msgspec.Struct, frozen=True, gc=False):
    """One read, as the model writes it."""

    t: float  # seconds
    reader: str
    antenna: int
    epc: str
    rssi_dbm: float

    @property
    def door(self) -> int:
        return int(self.reader.removeprefix("dock-"))

    @property
    def is_outer(self) -> bool:
        return self.antenna <= 2


class Truth(msgspec.Struct, frozen=True, gc=False):
    """What really happened to one tag."""

    epc: str
    kind: str
    crossed_at: float | None


@dataclass(frozen=True)
class Modelled:
    """The files of one run of the model."""

    reads_file: Path
    truth_file: Path

    def reads(self) -> Iterator[Read]:
        """All reads, by time."""
        decoder = msgspec.json.Decoder(Read)
        with self.reads_file.open("rb") as file:
            yield from map(decoder.decode, file)

    def truth(self) -> Iterator[Truth]:
        """All tags of all loads."""
        decoder = msgspec.json.Decoder(Truth)
        with self.truth_file.open("rb") as file:
            yield from map(decoder.decode, file)


def model(site: Site, folder: Path) -> Modelled:
    """Run the model."""
    made = Modelled(folder / "reads.jsonl", folder / "truth.jsonl")
    options = [word for item in fields(site) for word in (f"--{item.name}", str(getattr(site, item.name)))]
    files = ["--reads", str(made.reads_file), "--truth", str(made.truth_file)]
    subprocess.run([sys.executable, str(MODEL), *options, *files], check=True, stdout=subprocess.DEVNULL)
    return made


def configuration(doors: int) -> Config:
    """A site with two zones at each door and nothing told of its measures."""
    numbers = range(1, doors + 1)
    return Config.model_validate(
        {
            "parties": [{"code": "OEM", "name": "OEM", "tier": "oem"}],
            "places": [
                {"code": "SITE", "name": "Site", "party": "OEM", "tier": "oem"},
                *(
                    {
                        "code": f"DOOR-{n}",
                        "name": "Door",
                        "party": "OEM",
                        "tier": "oem",
                        "kind": "door",
                        "inside": "SITE",
                    }
                    for n in numbers
                ),
            ],
            "devices": [{"name": f"dock-{n}", "driver": "impinj_iot", "connect": f"mqtt:dock-{n}"} for n in numbers],
            "read_points": [
                {"name": f"{zone}-{n}", "place": f"DOOR-{n}", "device": f"dock-{n}", "antennas": antennas, "zone": zone}
                for n in numbers
                for zone, antennas in (("outer", [1, 2]), ("inner", [3, 4]))
            ],
        },
        strict=False,
    )


def chunks(reads: Iterator[Read]) -> Iterator[Chunk]:
    """What the readers send, in the order in which it comes: each its reads of the last quarter of a second."""
    waiting: dict[str, list[Read]] = {}
    number = 0
    for read in reads:
        if int(read.t / REPORT_S) != number:
            yield from _reports(waiting, number)
            waiting, number = {}, int(read.t / REPORT_S)
        waiting.setdefault(read.reader, []).append(read)
    yield from _reports(waiting, number)


def _reports(waiting: dict[str, list[Read]], number: int) -> Iterator[Chunk]:
    received_us = T0 + round((number + 1) * REPORT_S * 1_000_000)
    for reader, reads in sorted(waiting.items()):
        yield Chunk(
            device=reader, received_us=received_us, data=json.dumps(list(map(_event, reads))).encode(), topic=reader
        )


def _event(read: Read) -> dict[str, object]:
    """A read in the words of Impinj's IoT device interface."""
    at = datetime.fromtimestamp(T0 / 1_000_000 + read.t, UTC).isoformat()
    tag = {
        "epcHex": read.epc,
        "antennaPort": read.antenna,
        "peakRssiCdbm": round(read.rssi_dbm * 100),
        "lastSeenTime": at,
    }
    return {"timestamp": at, "eventType": "tagInventory", "tagInventoryEvent": tag}
