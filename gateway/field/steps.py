"""What an installation consists of. Each step says what it would do; done a second time it changes nothing."""

from __future__ import annotations

import grp
import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from gateway.errors import TierviewError


class Step(Protocol):
    """One thing to be done."""

    def is_done(self) -> bool:
        """Whether nothing is left to do."""

    def do(self) -> None:
        """Do it. Raises OSError, or TierviewError with what the command said."""

    def __str__(self) -> str:
        """What it is, for people."""


@dataclass(frozen=True, kw_only=True)
class Owner:
    """Whose a file or folder is; the group may look."""

    user: str
    group: str

    def has(self, path: Path) -> bool:
        """Whether it is theirs. Where no such user is known yet, it is not."""
        try:
            held = path.stat()
            return (held.st_uid, held.st_gid) == (pwd.getpwnam(self.user).pw_uid, grp.getgrnam(self.group).gr_gid)
        except (OSError, KeyError):
            return False

    def take(self, path: Path) -> None:
        shutil.chown(path, self.user, self.group)


@dataclass(frozen=True, kw_only=True)
class SystemUser:
    """A user without a shell who owns what the gateway writes."""

    name: str
    home: Path
    groups: tuple[str, ...]

    def is_done(self) -> bool:
        try:
            pwd.getpwnam(self.name)
        except KeyError:
            return False
        return True

    def do(self) -> None:
        there = [group for group in self.groups if _is_group(group)]
        words = ["useradd", "--system", "--user-group", "--no-create-home", "--shell", "/usr/sbin/nologin"]
        words += ["--home-dir", str(self.home)] + (["--groups", ",".join(there)] if there else [])
        run([*words, self.name])

    def __str__(self) -> str:
        return f"user {self.name}, in the groups {', '.join(self.groups)}"


@dataclass(frozen=True, kw_only=True)
class Folder:
    """A folder of an owner's."""

    path: Path
    mode: int
    owner: Owner

    def is_done(self) -> bool:
        return self.path.is_dir() and _mode(self.path) == self.mode and self.owner.has(self.path)

    def do(self) -> None:
        self.path.mkdir(parents=True, exist_ok=True)
        self.path.chmod(self.mode)
        self.owner.take(self.path)

    def __str__(self) -> str:
        return f"folder {self.path} ({self.mode:04o} {self.owner.user}:{self.owner.group})"


@dataclass(frozen=True, kw_only=True)
class File:
    """A text file of an owner's; one that people edit is left as it is once it is there."""

    path: Path
    text: str
    mode: int
    owner: Owner
    keep: bool = False

    def is_done(self) -> bool:
        if not self.path.is_file() or _mode(self.path) != self.mode or not self.owner.has(self.path):
            return False
        return self.keep or self.path.read_text(encoding="utf-8") == self.text

    def do(self) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        if not (self.keep and self.path.is_file()):
            fresh = self.path.with_name(f".{self.path.name}.new")
            fresh.write_text(self.text, encoding="utf-8")
            os.replace(fresh, self.path)
        self.path.chmod(self.mode)
        self.owner.take(self.path)

    def __str__(self) -> str:
        return f"file {self.path} ({self.mode:04o} {self.owner.user}:{self.owner.group})"


@dataclass(frozen=True, kw_only=True)
class Command:
    """What others must be told after files have changed; it is never done for good."""

    words: tuple[str, ...]

    def is_done(self) -> bool:
        return shutil.which(self.words[0]) is None

    def do(self) -> None:
        run(list(self.words))

    def __str__(self) -> str:
        return " ".join(self.words)


def run(words: list[str]) -> None:
    """Run a command of the system. Raises TierviewError with what it said."""
    try:
        subprocess.run(words, check=True, capture_output=True, text=True)  # noqa: S603 - words of our own steps
    except FileNotFoundError:
        raise TierviewError(f"there is no command {words[0]} on this machine") from None
    except subprocess.CalledProcessError as error:
        raise TierviewError(f"{' '.join(words)} failed: {error.stderr.strip() or error.returncode}") from error


def _mode(path: Path) -> int:
    return path.stat().st_mode & 0o7777


def _is_group(name: str) -> bool:
    try:
        grp.getgrnam(name)
    except KeyError:
        return False
    return True
