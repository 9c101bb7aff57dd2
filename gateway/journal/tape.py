"""The tape: what came from devices, as it came, one compressed row a commit, with bounded retention."""

from __future__ import annotations

import sqlite3
import zlib
from collections.abc import Iterator, Sequence

import msgspec

from gateway.errors import JournalError
from gateway.model import Chunk, Micros

LEVEL = 1  # zlib: at the edge, CPU is dearer than disk

_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(list[Chunk]).decode


def pack(chunks: Sequence[Chunk]) -> bytes:
    """The body of a row; apart from `insert`, so that it can be made outside of the writer's thread."""
    return zlib.compress(_encode(chunks), LEVEL)


def insert(connection: sqlite3.Connection, chunks: Sequence[Chunk], body: bytes) -> None:
    """Store the chunks of one commit."""
    times = [chunk.received_us for chunk in chunks]
    connection.execute(
        "INSERT INTO tape (from_us, to_us, chunks, crc, body) VALUES (?, ?, ?, ?, ?)",
        (min(times), max(times), len(chunks), zlib.crc32(body), body),
    )


def read(
    connection: sqlite3.Connection, *, from_us: Micros = 0, until_us: Micros = 2**62, device: str = ""
) -> Iterator[Chunk]:
    """The chunks of a time span in the order in which they came. Raises JournalError at a changed bit."""
    rows = connection.execute(
        "SELECT seq, crc, body FROM tape WHERE to_us >= ? AND from_us <= ? ORDER BY seq", (from_us, until_us)
    )
    for seq, crc, body in rows:
        for chunk in _unpack(seq, crc, body):
            if from_us <= chunk.received_us <= until_us and (not device or chunk.device == device):
                yield chunk


def after(
    connection: sqlite3.Connection, seq: int, *, from_us: Micros = 0, until_us: Micros = 2**62
) -> tuple[int, list[Chunk]] | None:
    """The next row behind a cursor that touches a time span: (seq, its chunks); None at the end.

    Between two rows nothing stays open, so that a slow reader does not keep the writer's WAL from being reused.
    """
    row = connection.execute(
        "SELECT seq, crc, body FROM tape WHERE seq > ? AND to_us >= ? AND from_us <= ? ORDER BY seq LIMIT 1",
        (seq, from_us, until_us),
    ).fetchone()
    return None if row is None else (row[0], _unpack(*row))


def last_seq(connection: sqlite3.Connection) -> int:
    """The newest row's number; 0 on an empty tape."""
    return int(connection.execute("SELECT coalesce(max(seq), 0) FROM tape").fetchone()[0])


def span(connection: sqlite3.Connection) -> tuple[Micros, Micros] | None:
    """When the first and the last chunk of the tape came; None where it is empty."""
    first_us, last_us = connection.execute("SELECT min(from_us), max(to_us) FROM tape").fetchone()
    return None if first_us is None else (first_us, last_us)


def _unpack(seq: int, crc: int, body: bytes) -> list[Chunk]:
    if zlib.crc32(body) != crc:
        raise JournalError(f"tape row {seq} does not match its checksum: the disk changed it")
    return _decode(zlib.decompress(body))


def trim(connection: sqlite3.Connection, *, keep_bytes: int, oldest_us: Micros) -> int:
    """Drop the oldest rows beyond a size or older than a time; return how many went."""
    gone = connection.execute("DELETE FROM tape WHERE to_us < ?", (oldest_us,)).rowcount
    held = 0
    for seq, size in connection.execute("SELECT seq, length(body) FROM tape ORDER BY seq DESC").fetchall():
        held += size
        if held > keep_bytes:
            return gone + connection.execute("DELETE FROM tape WHERE seq <= ?", (seq,)).rowcount
    return gone
