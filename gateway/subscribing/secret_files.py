"""Secrets of subscriptions: each in a file of its own beside the journal, which only its owner may read.

A file is never changed: a new secret is a new file, and the row in the journal says which one counts. So a crash
leaves the old one or the new one, and at most a file that nothing names, which the next start takes away.
"""

from __future__ import annotations

import base64
import os
import secrets
from collections.abc import Collection
from pathlib import Path

from gateway.deliver.signature import PREFIX, Style

FOLDER = "secrets"
BYTES = 32


def new_secret(style: Style) -> str:
    """A fresh secret in the form that this style of signature wants."""
    if style == "gs1":
        return secrets.token_urlsafe(BYTES)
    text = base64.b64encode(secrets.token_bytes(BYTES)).decode()
    return PREFIX + text if style == "standard_webhooks" else text


class SecretFiles:
    """The folder. Its methods touch the disk: they are called in a thread."""

    def __init__(self, journal_folder: Path) -> None:
        self._folder = journal_folder.absolute() / FOLDER

    def reference(self, file: str) -> str:
        """How a subscription's settings name the secret in this file."""
        return f"file:{self._folder / file}"

    def keep(self, name: str, secret: str) -> str:
        """Keep the secret of the subscription of this name; return the file's name once the disk has it."""
        self._folder.mkdir(mode=0o700, exist_ok=True)
        file = f"{name}.{secrets.token_hex(8)}"
        handle = os.open(self._folder / file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w") as opened:
            opened.write(secret)
            opened.flush()
            os.fsync(handle)
        self._settle()
        return file

    def drop(self, *files: str) -> None:
        """Take files away; what is gone already is no matter."""
        for file in filter(None, files):
            (self._folder / file).unlink(missing_ok=True)

    def sweep(self, used: Collection[str]) -> None:
        """Take away what nothing names: a crash came between its file and its row."""
        if self._folder.is_dir():
            self.drop(*(path.name for path in self._folder.iterdir() if path.name not in used))

    def _settle(self) -> None:
        """Have the disk know the folder's new entry, too."""
        folder = os.open(self._folder, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
