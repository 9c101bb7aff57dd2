"""The three standard streams, whatever they were given as: a command writes to them without asking what they are."""

from __future__ import annotations

import os
import sys
from errno import EACCES, EDQUOT, EIO, ENOSPC, EPERM, EROFS
from typing import IO, TextIO

NO_ROOM = frozenset({ENOSPC, EDQUOT, EIO})  # whoever reads or keeps what we write takes no more

FORBIDDEN = frozenset({EACCES, EPERM, EROFS})


def ready() -> None:
    """Open what was closed, so that no file or socket takes its number, and let no letter fail to be written.

    An encoding that lacks a letter, as in a locale that is not UTF-8, shows a question mark.
    """
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        if getattr(sys, name) is None:
            setattr(sys, name, _nowhere(number))
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="replace")  # type: ignore[union-attr]


def let_go(stream: TextIO) -> None:
    """Send what is left for a stream nowhere: Python would complain of it when it ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def _nowhere(number: int) -> IO[str]:
    """Nothing to read, and what is written is gone; under the number that was free."""
    opened = os.open(os.devnull, os.O_RDWR)
    if opened != number:
        os.dup2(opened, number)
        os.close(opened)
    return open(number, "w" if number else "r", encoding="utf-8", closefd=False)
