"""What the page takes from npm: the base map is small and true, and fetching is repeatable and says what is missing."""

from __future__ import annotations

import gzip
import shutil
from pathlib import Path

import msgspec
import pytest

from gateway.web import basemap
from gateway.web.vendor import ROOT, TARGET, VendorError, run_npm_ci, vendor

MOST_GZIPPED = 150_000
# Two unit squares side by side on a grid of whole degrees; arc 1 is their common border.
TWO_COUNTRIES = {
    "type": "Topology",
    "transform": {"scale": [1, 1], "translate": [0, 0]},
    "arcs": [
        [[1, 0], [-1, 0], [0, 1], [1, 0]],  # around the west, from the border's south end to its north end
        [[1, 1], [0, -1]],  # the border, from north to south
        [[1, 0], [1, 0], [0, 1], [-1, 0]],  # around the east, from south to north
    ],
    "objects": {
        "countries": {
            "type": "GeometryCollection",
            "geometries": [
                {"type": "Polygon", "arcs": [[0, 1]]},
                {"type": "MultiPolygon", "arcs": [[[2, 1]]]},
            ],
        },
        "land": {"type": "GeometryCollection", "geometries": [{"type": "MultiPolygon", "arcs": [[[0, -3]]]}]},
    },
}


def test_land_and_shared_borders_come_out_of_one_topology() -> None:
    made = basemap.build(msgspec.convert(TWO_COUNTRIES, basemap.Topology))
    assert made.grid == 100
    assert made.borders == [[100, 100, 0, -100]]
    (ring,) = made.land
    assert _points(ring) == [(100, 0), (0, 0), (0, 100), (100, 100), (200, 100), (200, 0)]


def test_thinning_keeps_ends_and_corners_and_drops_what_lies_on_the_line() -> None:
    assert basemap.thinned([(0, 0), (5, 0), (10, 0), (10, 10)]) == [(0, 0), (10, 0), (10, 10)]
    assert basemap.thinned([(3, 3), (3, 3)]) == [(3, 3)]
    island = [(0, 0), (50, 0), (50, 50), (0, 50), (0, 0)]
    assert basemap.thinned(island) == island


def test_the_base_map_is_small_and_the_whole_world() -> None:
    data = (TARGET / "world-atlas" / "basemap.json").read_bytes()
    assert len(gzip.compress(data)) < MOST_GZIPPED
    world = msgspec.json.decode(data, type=basemap.Basemap)
    xs, ys = zip(*(point for ring in world.land for point in _points(ring)), strict=True)
    assert (min(xs), max(xs)) == (-18000, 18000)
    assert min(ys) >= -9000
    assert max(ys) > 8300
    assert len(world.borders) > 300


def test_fetching_twice_does_nothing_the_second_time(tmp_path: Path) -> None:
    for name in ("package.json", "package-lock.json", ".npmrc"):
        shutil.copy(ROOT / name, tmp_path)
    runs: list[Path] = []

    def install(root: Path) -> None:
        runs.append(root)
        shutil.copytree(ROOT / "node_modules", root / "node_modules")

    target = tmp_path / "vendor"
    assert vendor(tmp_path, target, install) is True
    assert vendor(tmp_path, target, install) is False
    assert runs == [tmp_path]
    assert sorted(path.name for path in target.iterdir()) == ["leaflet", "stamp.txt", "world-atlas"]
    lock = tmp_path / "package-lock.json"
    lock.write_text(lock.read_text() + "\n")
    shutil.rmtree(tmp_path / "node_modules")
    assert vendor(tmp_path, target, install) is True


def test_a_missing_package_is_said_and_leaves_what_was_there(tmp_path: Path) -> None:
    shutil.copy(ROOT / "package-lock.json", tmp_path)
    target = tmp_path / "vendor"
    target.mkdir()
    (target / "old").touch()
    with pytest.raises(VendorError, match="not what the page needs"):
        vendor(tmp_path, target, lambda root: None)
    assert (target / "old").exists()


def test_a_lock_file_that_does_not_fit_is_said_in_npms_words(tmp_path: Path) -> None:
    (tmp_path / "package.json").write_text('{"name": "x", "dependencies": {"leaflet": "1.9.4"}}')
    with pytest.raises(VendorError, match=r"`npm ci` failed(.|\n)*package-lock"):
        run_npm_ci(tmp_path)


def _points(flat: list[int]) -> list[tuple[int, int]]:
    x = y = 0
    points = []
    for dx, dy in zip(flat[::2], flat[1::2], strict=True):
        x, y = x + dx, y + dy
        points.append((x, y))
    return points
