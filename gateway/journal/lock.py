"""One process per journal folder. The kernel drops the lock with the process, also after kill -9."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from gateway.errors import JournalLocked

LOCK = "tierview.lock"


class FolderLock:
    """An exclusive lock on a folder, which names its holder to whoever comes second."""

    def __init__(self, folder: Path) -> None:
        self._file = (folder / LOCK).open("a+")
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self._file.seek(0)
            holder = self._file.read().strip() or "unknown"
            self._file.close()
            raise JournalLocked(
                f"the journal in {folder} is in use by process {holder}: stop it, or give this one another folder"
            ) from None
        self._file.seek(0)
        self._file.truncate()
        self._file.write(f"{os.getpid()}\n")
        self._file.flush()

    def release(self) -> None:
        """Let the next process in."""
        self._file.close()
