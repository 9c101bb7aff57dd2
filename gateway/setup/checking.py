"""What is wrong with answers, in the order of the page; and the file, once nothing is."""

from __future__ import annotations

import os
from pathlib import Path

from gateway.catalogue import catalogue
from gateway.config import Config, read
from gateway.errors import BadInput, ConfigError, Fault
from gateway.setup.answers import Answers
from gateway.setup.writing import text_of

MODE = 0o640


def faults_of(answers: Answers, file: Path, listen: str) -> list[Fault]:
    """Every fault of the file that these answers would make; their paths are those of the answers."""
    try:
        config_of(answers, file, listen)
    except ConfigError as error:
        return error.faults
    return []


def config_of(answers: Answers, file: Path, listen: str) -> Config:
    """The configuration that these answers make. Raises ConfigError."""
    return read(text_of(answers, listen).encode(), file, catalogue(file))


def write(answers: Answers, file: Path, listen: str) -> Config:
    """Write the file, whole or not at all. Raises ConfigError, and BadInput where one is there already."""
    config = config_of(answers, file, listen)
    fresh = file.with_name(f".{file.name}.new")
    try:
        fresh.unlink(missing_ok=True)
        handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, MODE)
        with os.fdopen(handle, "w", encoding="utf-8") as out:
            out.write(text_of(answers, listen))
            out.flush()
            os.fsync(out.fileno())
        os.link(fresh, file)  # unlike a rename, never over a file that came meanwhile
    except FileExistsError:
        raise BadInput(f"{file} is there already: it was not written over", reason="file_is_there") from None
    except OSError as error:
        raise BadInput(f"{file} cannot be written: {error.strerror}", reason="file_not_written") from error
    finally:
        fresh.unlink(missing_ok=True)
    return config
