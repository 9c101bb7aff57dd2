"""The plan of the demo's plant: a small picture of a hall, its docks and the yard, drawn here.

It lies on the map by the corners of the plant's fence; streets and bays are where the fences of its places are.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from gateway.config.model import Config, Place, PlacePlan

PLANT = "OEM-PLANT"
WIDTH, HEIGHT = 800, 525  # of 1,360 m by 890 m
GROUND, STREET, HALL, WALL, BAY, GREEN = range(6)
PALETTE = ("e9ebe6", "cfd4d6", "f7f7f5", "6b7480", "9aa5b1", "d5e2cc")

Box = tuple[int, int, int, int, int]  # left, top, right, bottom in pixels, and its colour


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """Rows of palette numbers."""

    rows: Sequence[bytearray]

    def fill(self, box: Box) -> None:
        """Fill a rectangle."""
        left, top, right, bottom, colour = box
        for row in self.rows[top:bottom]:
            row[left:right] = bytes([colour]) * (right - left)


def draw() -> bytes:
    """The picture as PNG."""
    sheet = Sheet(rows=[bytearray([GROUND]) * WIDTH for _ in range(HEIGHT)])
    for box in (*_streets(), *_yard(), *_halls()):
        sheet.fill(box)
    return _png(sheet)


def with_plan(config: Config, file: Path) -> Config:
    """The configuration with the drawn plan at its plant, written to a file; as it is where it has no such plant."""
    plant = next((place for place in config.places if place.code == PLANT and place.polygon), None)
    if plant is None or plant.plan is not None:
        return config
    file.write_bytes(draw())
    lats, lons = zip(*plant.polygon, strict=True)
    bounds = ((min(lats), min(lons)), (max(lats), max(lons)))
    planned = plant.model_copy(update={"plan": PlacePlan(image=str(file.resolve()), bounds=bounds)})
    return config.model_copy(update={"places": tuple(_exchanged(place, planned) for place in config.places)})


def _exchanged(place: Place, planned: Place) -> Place:
    return planned if place.code == planned.code else place


def _streets() -> list[Box]:
    around = [(0, 0, WIDTH, 12, GREEN), (0, HEIGHT - 12, WIDTH, HEIGHT, GREEN)]
    return [*around, (0, 236, WIDTH, 272, STREET), (36, 30, 66, 500, STREET), (734, 30, 764, 500, STREET)]


def _yard() -> list[Box]:
    """Rows of parking bays for trailers, north of the street."""
    rows = ((50, 92), (118, 160), (186, 228))
    return [
        line
        for top, bottom in rows
        for line in [
            (90, top, 710, top + 2, BAY),
            *((left, top, left + 2, bottom, BAY) for left in range(90, 711, 20)),
        ]
    ]


def _halls() -> list[Box]:
    """The assembly hall with its dock doors towards the street, the press shop and the gate house."""
    halls = [(90, 296, 520, 480), (548, 296, 710, 400), (8, 244, 28, 264)]
    boxes = [
        box
        for left, top, right, bottom in halls
        for box in [(left, top, right, bottom, WALL), (left + 3, top + 3, right - 3, bottom - 3, HALL)]
    ]
    doors = [(left, 290, left + 14, 302, WALL) for left in range(120, 500, 40)]
    lines = [(120, top, 490, top + 3, BAY) for top in range(350, 460, 28)]
    return [*boxes, *doors, *lines]


def _png(sheet: Sheet) -> bytes:
    head = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 3, 0, 0, 0)  # eight bits a pixel, by a palette
    pixels = zlib.compress(b"".join(b"\0" + row for row in sheet.rows), 9)
    chunks = ((b"IHDR", head), (b"PLTE", bytes.fromhex("".join(PALETTE))), (b"IDAT", pixels), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, body) for kind, body in chunks)


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
