"""What keeps a folder from holding a journal, and how that is mended: the start and `doctor` say the same."""

from __future__ import annotations

import os
import sqlite3
from dataclasses import dataclass
from pathlib import Path

from gateway.journal.lock import LOCK

_AGAIN = "move it away and restore a backup (tierview journal restore); without one, the next start begins anew"


@dataclass(frozen=True, kw_only=True)
class Obstacle:
    """Why there can be no journal."""

    text: str  # what is wrong, behind the folder's name
    fix: str


ANOTHERS = Obstacle(
    text="the file holds another program's tables", fix="name a folder of its own in journal.folder of config.yaml"
)


def obstacle(file: Path) -> Obstacle | None:
    """What its folder or the files beside it say against a journal in `file`, which need not be there yet."""
    return _of_folder(file.parent) or next((found for one in _files(file) if (found := _of_file(one))), None)


def why(error: sqlite3.Error, file: Path) -> Obstacle:
    """What it means that SQLite cannot use the file."""
    name = getattr(error, "sqlite_errorname", "")
    if name == "SQLITE_NOTADB":
        return Obstacle(text=f"{file.name} is no journal: {error}", fix=_AGAIN)
    if name.startswith("SQLITE_CORRUPT"):
        return Obstacle(text=f"{file.name} is damaged: {error}", fix=f"keep a copy of it, then {_AGAIN}")
    return Obstacle(text=f"cannot be read: {error}", fix=f"see that the gateway's user may write {file.parent}")


def _of_folder(folder: Path) -> Obstacle | None:
    if folder.is_symlink() and not os.path.exists(folder):
        text = f"is a link to {os.readlink(folder)}, which is not there"
        return Obstacle(text=text, fix=f"make what it names, or rm {folder}")
    above = _nearest(folder)
    if not os.path.isdir(above):
        return Obstacle(text=f"cannot be a folder: {above} is a file", fix="move it away, or change journal.folder")
    if not os.access(above, os.R_OK | os.W_OK | os.X_OK):
        text = "may not be written" if above == folder else f"cannot be made: {above} may not be written"
        return Obstacle(text=text, fix=f"as root: mkdir -p {folder}; chown {_user()} {folder}; chmod 700 {folder}")
    return None


def _nearest(folder: Path) -> Path:
    """The folder, or what of the way to it is there and may be seen."""
    return next(path for path in (folder, *folder.absolute().parents) if os.path.lexists(path))


def _files(file: Path) -> tuple[Path, ...]:
    return (file, *(file.with_name(file.name + end) for end in ("-wal", "-shm")), file.with_name(LOCK))


def _of_file(file: Path) -> Obstacle | None:
    if not os.path.lexists(file):
        return None
    if not os.path.isfile(file):
        kind = "a folder" if os.path.isdir(file) else "no file"
        return Obstacle(text=f"{file.name} in it is {kind}", fix=_AGAIN)
    if not os.access(file, os.R_OK | os.W_OK):
        return Obstacle(text=f"{file.name} in it may not be read and written", fix=f"as root: chown {_user()} {file}")
    return None


def _user() -> str:
    return os.environ.get("USER", "tierview")
