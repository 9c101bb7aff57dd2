"""Line protocol into files: FOLDER/LOG-YYYYMMDD-NNNNNN.lp, a new one each day (UTC) and above a size.

How long the file is, is stored with the cursor, after the file is synced: at the start whatever stands behind that
length was not, and is cut off, be it a line broken off by a kill or what a disk held after a power cut. So a file has
each entry once. Only a batch can stand there: where there is more, the journal is an older copy that was restored, and
the file is left as it is and the next one begun. A file is done when the next one exists; it is never written again,
and never deleted by us: who takes them away decides. Before a new file is begun the one before is synced and the
cursor stands behind it.
"""

from __future__ import annotations

import asyncio
import errno
import os
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

import msgspec

from gateway.clock import SECOND_US
from gateway.influx.lines import Item
from gateway.model import Clock
from gateway.outputs.feed import OutputFeed, Rows
from gateway.outputs.lane import Away

MODE = 0o640
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """Where the next line goes. Its fields are the marks that are stored with the cursor."""

    day: int  # 20260301; 0: no file yet
    number: int
    length: int  # bytes that are safe


class FileOut:
    """One log into one folder."""

    def __init__(
        self,
        *,
        folder: Path,
        log: str,
        feed: OutputFeed,
        line: Callable[[int, Item], bytes],
        clock: Clock,
        rotate_bytes: int,
        batch: int,
    ) -> None:
        """`batch`: the most lines that are put at once."""
        self._folder = folder
        self._log = log
        self._feed = feed
        self._line = line
        self._clock = clock
        self._rotate_bytes = rotate_bytes
        self._batch = batch
        self._place = Place(day=0, number=0, length=0)
        self._file = -1

    async def open(self) -> None:
        """Find out where we were."""
        marks = {field: await self._feed.mark(field) for field in Place.__struct_fields__}
        self._place = Place(**marks)

    async def put(self, rows: Rows) -> Mapping[str, int]:
        """Write and sync all lines. Raises Away where the disk does not take them."""
        lines = b"".join(self._line(number, item) + b"\n" for number, item in rows if item is not None)
        return msgspec.structs.asdict(await asyncio.to_thread(self._append, lines, self._today()))

    async def close(self) -> None:
        self._let_go()

    def _today(self) -> int:
        now = datetime.fromtimestamp(self._clock.now_us() / SECOND_US, UTC)
        return now.year * 10_000 + now.month * 100 + now.day

    def _append(self, lines: bytes, today: int) -> Place:
        try:
            self._turn_to(today)
            view = memoryview(lines)
            while view:
                view = view[os.write(self._file, view) :]
            os.fsync(self._file)
        except OSError as error:
            self._let_go()  # and cut off what was written of it when it is opened again
            reason = "disk_full" if error.errno in _FULL else "disk_refuses"
            raise Away(reason, f"{self._folder}: {error.strerror}", alarm=True) from error
        self._place = msgspec.structs.replace(self._place, length=self._place.length + len(lines))
        return self._place

    def _turn_to(self, today: int) -> None:
        """Have the right file open, cut to what is safe."""
        place = self._place
        if place.day != today or place.length >= self._rotate_bytes:
            self._let_go()
            number = place.number + 1 if place.day == today else 1
            self._place = Place(day=today, number=number, length=0)
        if self._file < 0:
            self._file = self._opened()

    def _opened(self) -> int:
        self._folder.mkdir(parents=True, exist_ok=True)
        while not self._ours():
            self._place = Place(day=self._place.day, number=self._place.number + 1, length=0)
        file = os.open(self._path(), os.O_WRONLY | os.O_CREAT | os.O_APPEND, MODE)
        try:
            os.ftruncate(file, self._place.length)
            folder = os.open(self._folder, os.O_RDONLY)
            try:
                os.fsync(folder)  # the name is safe before the cursor says that lines are under it
            finally:
                os.close(folder)
        except OSError:
            os.close(file)
            raise
        return file

    def _ours(self) -> bool:
        """Whether the file is as we left it, but for a batch at most; not where somebody took it away, or cut it."""
        path, length = self._path(), self._place.length
        if not path.exists():
            return not length
        if path.stat().st_size < length:
            return False
        with path.open("rb") as file:
            file.seek(length)
            return sum(1 for _ in islice(file, self._batch + 2)) <= self._batch + 1  # and one line that is broken off

    def _path(self) -> Path:
        return self._folder / f"{self._log}-{self._place.day}-{self._place.number:06}.lp"

    def _let_go(self) -> None:
        if self._file >= 0:
            os.close(self._file)
            self._file = -1
