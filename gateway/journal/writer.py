"""The one thread that writes: it takes all jobs that wait and commits them together.

Group commit needs no timer. While one commit waits for the disk, the next jobs gather; an idle
journal commits at once, a busy one in batches. A job is a function of the connection. Jobs run in
the order they were given, each behind a savepoint, so that a job that fails takes nothing with it.
When COMMIT returned, and not before, the futures of its jobs resolve: `synchronous=FULL` means that
a power cut after that line loses nothing.
"""

from __future__ import annotations

import asyncio
import queue
import sqlite3
import threading
import time
from collections.abc import Callable
from typing import Any, TypeAlias

import structlog

from gateway.errors import JournalError

log = structlog.get_logger("journal")

Job: TypeAlias = Callable[[sqlite3.Connection], Any]
_Waiting: TypeAlias = tuple[Job, "asyncio.Future[Any]"]
_Outcome: TypeAlias = tuple["asyncio.Future[Any]", Any, BaseException | None]

GROUP = 256  # most jobs in one commit
IDLE_CHECKPOINT_S = 0.5  # a quiet moment: move the WAL into the database off the hot path
CHECKPOINT_COMMITS = 500  # also without a quiet moment, when no job waits
CHECKPOINT_PAGES = 16_384  # 64 MiB of WAL: then a commit has to do it


class Writer:
    """Owns the writing connection and its thread."""

    def __init__(
        self, connection: sqlite3.Connection, loop: asyncio.AbstractEventLoop, told: Callable[[], None]
    ) -> None:
        self._connection = connection
        self._loop = loop
        self.commit_s = 0.0  # how long the last commit took, with its jobs
        self._told = told  # called in the loop after each commit that changed something
        self._queue: queue.SimpleQueue[_Waiting | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="journal-writer", daemon=True)
        self._thread.start()

    def submit(self, job: Job) -> asyncio.Future[Any]:
        """Queue a job; the future resolves with its result after COMMIT. Call from the loop's thread."""
        future: asyncio.Future[Any] = self._loop.create_future()
        self._queue.put((job, future))
        return future

    def close(self) -> None:
        """Finish what waits, then stop."""
        self._queue.put(None)
        self._thread.join()

    def _run(self) -> None:
        unchecked = 0  # commits since the last checkpoint
        while True:
            try:
                first = self._queue.get(timeout=IDLE_CHECKPOINT_S if unchecked else None)
            except queue.Empty:
                unchecked = self._checkpoint()
                continue
            if first is None:
                return
            group, last = self._gather(first)
            before = self._connection.total_changes
            began_s = time.monotonic()
            outcomes = self._commit(group)
            self.commit_s = time.monotonic() - began_s
            self._loop.call_soon_threadsafe(self._settle, outcomes, self._connection.total_changes != before)
            unchecked += 1
            if last:
                return
            if unchecked >= CHECKPOINT_COMMITS and self._queue.empty():
                unchecked = self._checkpoint()

    def _checkpoint(self) -> int:
        """Move the WAL into the database as far as readers allow; nobody waits for it but the next commit."""
        try:
            self._connection.execute("PRAGMA wal_checkpoint(PASSIVE)")
        except sqlite3.Error as error:  # disk full, I/O: all of it is still safe in the WAL, and tried again later
            log.warning("the journal could not be tidied up", error=str(error))
        return 0

    def _gather(self, first: _Waiting) -> tuple[list[_Waiting], bool]:
        group = [first]
        while len(group) < GROUP:
            try:
                waiting = self._queue.get_nowait()
            except queue.Empty:
                break
            if waiting is None:
                return group, True
            group.append(waiting)
        return group, False

    def _commit(self, group: list[_Waiting]) -> list[_Outcome]:
        connection = self._connection
        try:
            connection.execute("BEGIN IMMEDIATE")
            outcomes = [self._one(job, future) for job, future in group]
            connection.execute("COMMIT")
        except sqlite3.Error as error:  # disk full, I/O: none of the group is stored, and each is told so
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            refused = JournalError(f"the journal could not store: {error}")
            return [(future, None, refused) for _, future in group]
        return outcomes

    def _one(self, job: Job, future: asyncio.Future[Any]) -> _Outcome:
        connection = self._connection
        connection.execute("SAVEPOINT job")
        try:
            result = job(connection)
        except sqlite3.OperationalError:
            raise  # the disk, not the job
        except BaseException as error:  # noqa: BLE001 - handed to whoever gave the job; nothing is swallowed
            connection.execute("ROLLBACK TO job")
            connection.execute("RELEASE job")
            return future, None, error
        connection.execute("RELEASE job")
        return future, result, None

    def _settle(self, outcomes: list[_Outcome], changed: bool) -> None:
        for future, result, error in outcomes:
            if future.done():  # its task was cancelled; what was committed stays committed
                continue
            if error is None:
                future.set_result(result)
            else:
                future.set_exception(error)
        if changed:  # or a follower that waits behind an empty job would wake itself for ever
            self._told()
