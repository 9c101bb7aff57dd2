"""The journal: one folder, one SQLite file, one writer, any number of readers.

    async with open_journal(folder) as journal:
        await journal.write(lambda connection: events.insert(connection, batch))
        rows = await journal.read(lambda connection: events.after(connection, cursor, 500))

The functions over its tables stand in the files beside this one, each for one table; they take a
connection and know nothing of threads. A follower loops: read `journal.commits`, work until there is
nothing more, then `await journal.beyond(commits)`. After a quiet moment a commit wakes followers at once; while
commits come thick and fast, once in WAKE_EVERY_S, so that half a dozen followers do not each look a thousand
times a second.
"""

from __future__ import annotations

import asyncio
import itertools
import sqlite3
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, asynccontextmanager, closing, contextmanager
from pathlib import Path
from typing import TypeVar

import structlog

from gateway.errors import JournalError
from gateway.journal.footing import obstacle, why
from gateway.journal.lock import FolderLock
from gateway.journal.migrate import migrate
from gateway.journal.writer import CHECKPOINT_PAGES, Writer

Result = TypeVar("Result")

FILE = "journal.sqlite"
READERS = 4
WRITER_CACHE_KB = 65_536
READER_CACHE_KB = 8_192  # each: pages that the system keeps anyway
WAKE_EVERY_S = 0.01
REFUSED_WAIT_S = (0.5, 1, 2, 4)  # then every 4 s, until there is room

log = structlog.get_logger("journal")


def connect(file: Path, *, writing: bool) -> sqlite3.Connection:
    """Open the file as every connection of ours opens it; autocommit, so that BEGIN is ours."""
    connection = sqlite3.connect(file, isolation_level=None, check_same_thread=False, cached_statements=256)
    connection.execute("PRAGMA busy_timeout = 10000")
    if writing:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute(f"PRAGMA wal_autocheckpoint = {CHECKPOINT_PAGES}")
        connection.execute(f"PRAGMA cache_size = -{WRITER_CACHE_KB}")
    else:
        connection.execute("PRAGMA query_only = ON")
        connection.execute(f"PRAGMA cache_size = -{READER_CACHE_KB}")
    # NORMAL loses acknowledged commits at a power cut (measured: a third of them); FULL loses none.
    connection.execute("PRAGMA synchronous = FULL")
    return connection


class Journal:
    """What the rest of the gateway holds of the journal."""

    def __init__(self, folder: Path, file: Path, connection: sqlite3.Connection) -> None:
        self.folder = folder
        self.commits = 0  # counts up when followers are woken: behind every commit that changed something
        self._file = file
        self._loop = asyncio.get_running_loop()
        self._writer = Writer(connection, self._loop, self._committed)
        self._readers = ThreadPoolExecutor(READERS, thread_name_prefix="journal-reader")
        self._local = threading.local()
        self._opened: list[sqlite3.Connection] = []
        self._news = asyncio.Event()
        self._woke_s = -WAKE_EVERY_S  # by the loop's clock
        self._waking: asyncio.TimerHandle | None = None

    @property
    def commit_s(self) -> float:
        """How long the last commit took, with its jobs."""
        return self._writer.commit_s

    async def write(self, job: Callable[[sqlite3.Connection], Result]) -> Result:
        """Run a job in the next commit; its result comes back after COMMIT returned.

        Raises what the job raised (then nothing of it is stored), or JournalError when the disk refused.
        """
        result: Result = await self._writer.submit(job)
        return result

    async def insist(
        self, job: Callable[[sqlite3.Connection], Result], refused: Callable[[], object] = lambda: None
    ) -> Result:
        """Like `write`, but while the disk refuses, try again until it does not; `refused` is called each time."""
        waits_s = itertools.chain(REFUSED_WAIT_S, itertools.repeat(REFUSED_WAIT_S[-1]))
        while True:
            try:
                return await self.write(job)
            except JournalError as error:
                log.error("not stored yet; trying again", error=str(error))  # noqa: TRY400 - no bug of ours
                refused()
            await asyncio.sleep(next(waits_s))

    async def read(self, query: Callable[[sqlite3.Connection], Result]) -> Result:
        """Run a query on a reading connection, in a thread. Raises JournalError where it cannot be read."""
        return await asyncio.get_running_loop().run_in_executor(self._readers, self._query, query)

    async def beyond(self, commits: int) -> int:
        """Wait until there is news since `commits` had this count; return the count now."""
        while self.commits <= commits:
            news = self._news
            await news.wait()
        return self.commits

    def close(self) -> None:
        """Finish what waits and close every connection."""
        self._writer.close()
        self._readers.shutdown()
        for connection in self._opened:
            connection.close()

    def _query(self, query: Callable[[sqlite3.Connection], Result]) -> Result:
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = self._local.connection = connect(self._file, writing=False)
            self._opened.append(connection)
        try:
            return query(connection)
        except sqlite3.Error as error:
            raise JournalError(f"the journal could not be read: {error}") from error

    def _committed(self) -> None:
        if self._waking is None:
            self._waking = self._loop.call_at(self._woke_s + WAKE_EVERY_S, self._wake)

    def _wake(self) -> None:
        self._waking = None
        self._woke_s = self._loop.time()
        self.commits += 1
        self._news.set()
        self._news = asyncio.Event()


@asynccontextmanager
async def open_journal(folder: Path) -> AsyncIterator[Journal]:
    """Open the journal of a folder, made if it is not there.

    Raises JournalLocked when another process has it, JournalTooNew when a newer tierview wrote it, JournalError where
    the folder or the file can be none.
    """
    file = folder / FILE
    with _told(file):
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        lock = FolderLock(folder)
    try:
        with closing(_migrated(file)) as connection:
            journal = Journal(folder, file, connection)
            try:
                yield journal
            finally:
                journal.close()
    finally:
        lock.release()


def _migrated(file: Path) -> sqlite3.Connection:
    """A connection to the file, which has our schema."""
    with _told(file), ExitStack() as until_done:
        connection = until_done.enter_context(closing(connect(file, writing=True)))
        migrate(connection, str(file.parent))
        until_done.pop_all()
    return connection


@contextmanager
def _told(file: Path) -> Iterator[None]:
    """Say what keeps the folder from holding a journal, with how it is mended."""
    if found := obstacle(file):
        raise JournalError(f"the journal cannot be opened: {file.parent}: {found.text}: {found.fix}")
    try:
        yield
    except OSError as error:
        raise JournalError(f"the journal in {file.parent} cannot be written: {error.strerror}") from error
    except sqlite3.Error as error:
        found = why(error, file)
        raise JournalError(f"the journal in {file.parent} cannot be opened: {found.text}: {found.fix}") from error
