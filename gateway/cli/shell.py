"""From arguments to an exit code: what was meant to fail is one clear line, and only a bug is a traceback."""

from __future__ import annotations

import sys
from collections.abc import Collection, Sequence
from difflib import get_close_matches

from cyclopts import CycloptsError, UnknownCommandError

from gateway.cli.commands import COMMANDS, GROUPS, build
from gateway.cli.given import STDIN
from gateway.cli.printed import complain, warn
from gateway.cli.streams import FORBIDDEN, NO_ROOM, let_go
from gateway.errors import BadInput, ConfigError, JournalLocked, JournalTooNew, TierviewError

FAILED = 1
WRONG_USAGE = 2
JOURNAL_TAKEN = 3
INTERRUPTED = 130  # 128 + SIGINT, as shells say it
READER_GONE = 141  # 128 + SIGPIPE


def run(words: Sequence[str]) -> int:
    """Run one command; return its exit code."""
    try:
        return _called(words)
    except BrokenPipeError:  # as in `tierview tail | head`
        let_go(sys.stdout)
        return READER_GONE
    except OSError as error:
        if error.errno in FORBIDDEN:
            return _told(f"{error.filename}: {error.strerror}: run this as the user whose it is", FAILED)
        if error.errno not in NO_ROOM:
            raise
        let_go(sys.stdout)
        return _told(f"writing failed: {error.strerror}", FAILED)


def _called(words: Sequence[str]) -> int:
    try:
        code = build(words)([STDIN if word == "-" else word for word in words])
        sys.stdout.flush()
    except CycloptsError as error:
        return _told(_usage(error, words), WRONG_USAGE)
    except TierviewError as error:
        return _failed(error)
    except ExceptionGroup as group:
        return _failed(only_ours(group))
    except KeyboardInterrupt:
        return INTERRUPTED
    return code if isinstance(code, int) else 0


def only_ours(group: ExceptionGroup[Exception]) -> TierviewError:
    """The first error of tasks that failed together. Raises the group where any of them is a bug."""
    if group.split(TierviewError)[1] is not None:
        raise group
    first = group.exceptions[0]
    while isinstance(first, ExceptionGroup):
        first = first.exceptions[0]
    assert isinstance(first, TierviewError)
    return first


def _failed(error: TierviewError) -> int:
    if isinstance(error, ConfigError):  # its text is one line a fault, each with the file's name
        complain(error)
        return WRONG_USAGE
    if isinstance(error, JournalLocked | JournalTooNew):
        return _told(str(error), JOURNAL_TAKEN)
    return _told(str(error), WRONG_USAGE if isinstance(error, BadInput) else FAILED)


def _told(text: str, code: int) -> int:
    sys.stdout.flush()
    warn(f"tierview: {text}")
    return code


def _usage(error: CycloptsError, words: Sequence[str]) -> str:
    known: Collection[str] = (*COMMANDS, *GROUPS)
    named = [word for word in words[:1] if word in known]
    if named and named[0] in GROUPS:
        known = GROUPS[named[0]][1]
        named += [word for word in words[1:2] if word in known]
    unknown = error.unused_tokens if isinstance(error, UnknownCommandError) else None
    said = _unknown(unknown[0], known) if unknown else str(error)
    return f"{said} (see `{' '.join(['tierview', *named, '--help'])}`)"


def _unknown(word: str, known: Collection[str]) -> str:
    nearest = get_close_matches(word, known, n=1)
    hint = f"did you mean {nearest[0]}?" if nearest else f"expected one of {', '.join(known)}"
    return f"there is no command {word!r}: {hint}"
