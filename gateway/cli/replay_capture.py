"""`tierview replay --driver NAME FILE`."""

from __future__ import annotations

import os
import stat
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BufferedReader
from pathlib import Path
from types import ModuleType
from typing import Any

from gateway.catalogue import drivers
from gateway.cli.counting import counting
from gateway.cli.given import STDIN, one_of
from gateway.cli.options import Capture
from gateway.cli.output_lines import line_of
from gateway.cli.output_words import words_of
from gateway.cli.pace import paced
from gateway.cli.printed import json_line, say, warn
from gateway.config.shape import build
from gateway.config.strict_yaml import parse
from gateway.errors import BadInput, TierviewError
from gateway.model import Micros, Rejected
from gateway.replay.capture import Message, Said, message_of, read_messages, read_stream

NOW_US: Micros = 0  # for decoders: a fixed time, as drivers keep time only to notice silence


def replay_capture(path: Path, capture: Capture, *, speed: float, json: bool) -> None:
    """Print what a capture says."""
    module = drivers()[one_of(capture.driver, drivers(), "the name of a driver")]
    decoder = module.Decoder(_settings(module, capture.setting))
    with _opened(path) as file, _watched(file, wanted=not (json and sys.stdout.isatty())) as watch:
        if module.TRANSPORT == "stream":
            outputs = read_stream(decoder, _unbroken(watch(_pieces(file, capture.chunk)), path), NOW_US)
        else:
            outputs = read_messages(decoder, _messages(_unbroken(watch(file), path), capture.topic), NOW_US)
        outputs = paced(outputs, _seen_us, speed)
        if json:
            _write(outputs)
        else:
            _show(outputs)


def _settings(module: ModuleType, given: tuple[str, ...]) -> Any:
    """The driver's settings, read and checked as those in config.yaml. Raises BadInput with every fault."""
    document = ""
    for number, text in enumerate(given, 1):
        key, equals, value = text.partition("=")
        if not equals or not key.isidentifier():
            raise BadInput(f"--setting: expected key=value, came {text!r}")
        document += f"{key}: {value}\n"
        if value.count("\n"):
            raise BadInput(f"--setting {number}: expected one line")
    table, faults = parse(document.encode())
    settings, further = build(module.Settings, table)
    if faults or further:
        told = "\n".join(
            f"--setting {f.path}: {f.text}" + (f" — {f.fix}" if f.fix else "") for f in [*faults, *further]
        )
        raise BadInput(told)
    return settings


@contextmanager
def _opened(path: Path) -> Iterator[BufferedReader]:
    if str(path) == STDIN:
        yield sys.stdin.buffer  # type: ignore[misc]  # of a real standard input
        return
    try:
        file = path.open("rb")
    except OSError as error:
        raise BadInput(f"expected a readable file, {path} is none: {error.strerror}") from error
    with file:
        yield file


@contextmanager
def _watched(file: BufferedReader, *, wanted: bool) -> Iterator[Callable[[Iterator[bytes]], Iterator[bytes]]]:
    """What lets a terminal see how much of a file was read; of a device nobody knows how much will come."""
    length = os.fstat(file.fileno()).st_size if wanted and stat.S_ISREG(os.fstat(file.fileno()).st_mode) else 0
    if not length:
        yield lambda read: read
        return
    with counting("reading", length, json=False, unit="bytes") as moved:

        def watch(read: Iterator[bytes]) -> Iterator[bytes]:
            done = 0
            for piece in read:
                done += len(piece)
                moved(done)
                yield piece

        yield watch


def _unbroken(read: Iterator[bytes], path: Path) -> Iterator[bytes]:
    """What is read; where the file breaks (a device that was unplugged), in words."""
    while True:
        try:
            came = next(read)
        except StopIteration:
            return
        except OSError as error:
            raise TierviewError(f"{path} cannot be read further: {error.strerror}") from error
        yield came


def _pieces(file: BufferedReader, most: int) -> Iterator[bytes]:
    """What is there, without waiting for more; what it led to is shown before waiting for the next."""
    while piece := file.read1(most):
        yield piece
        if file is sys.stdin.buffer:
            sys.stdout.flush()


def _messages(lines: Iterator[bytes], topic: str) -> Iterator[Message]:
    for line in lines:
        if line := line.strip():
            yield message_of(line, topic)


def _seen_us(said: Said) -> Micros | None:
    return None if isinstance(said, Rejected) else said.seen_us


def _write(outputs: Iterator[Said]) -> None:
    out = sys.stdout.buffer
    for output in outputs:
        out.write(json_line(line_of(output)))


def _show(outputs: Iterator[Said]) -> None:
    counts: Counter[str] = Counter()
    for output in outputs:
        text, style = words_of(output)
        say(text, style)
        counts[str(output.__struct_config__.tag)] += 1
    warn(", ".join(f"{number} {kind}" for kind, number in sorted(counts.items())) or "nothing")
