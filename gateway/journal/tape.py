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
        if zlib.crc32(body) != crc:
            raise JournalError(f"tape row {seq} does not match its checksum: the disk changed it")
        for chunk in _decode(zlib.decompress(body)):
            if from_us <= chunk.received_us <= until_us and (not device or chunk.device == device):
                yield chunk


def trim(connection: sqlite3.Connection, *, keep_bytes: int, oldest_us: Micros) -> int:
    """Drop the oldest rows beyond a size or older than a time; return how many went."""
    gone = connection.execute("DELETE FROM tape WHERE to_us < ?", (oldest_us,)).rowcount
    held = 0
    for seq, size in connection.execute("SELECT seq, length(body) FROM tape ORDER BY seq DESC").fetchall():
        held += size
        if held > keep_bytes:
            return gone + connection.execute("DELETE FROM tape WHERE seq <= ?", (seq,)).rowcount
    return gone
