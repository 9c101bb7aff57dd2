"""What commands are given: configuration files, words, times; what is wrong with them is BadInput or ConfigError."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING

from gateway.errors import BadInput

if TYPE_CHECKING:
    from gateway.config import Config

CONFIG = Path("config.yaml")
STDIN = "/dev/stdin"  # what a lone - becomes before cyclopts takes it for an option


class _AnySecret(Mapping[str, str]):
    """An environment in which every secret is set: for commands that read a configuration and need none of them."""

    def __getitem__(self, name: str) -> str:
        return os.environ.get(name) or "not-needed-here"

    def __iter__(self) -> Iterator[str]:
        return iter(os.environ)

    def __len__(self) -> int:
        return len(os.environ)


def read_config(file: Path) -> Config:
    """The configuration, whether or not its secrets are set for whoever calls the command. Raises ConfigError."""
    from gateway.catalogue import catalogue
    from gateway.config import load

    return load(file, catalogue(file), _AnySecret())


def journal_folder(config: Config, file: Path) -> Path:
    """Where the journal of a configuration file stands."""
    return file.parent / config.journal.folder


def one_of(word: str, known: Iterable[str], what: str) -> str:
    """The word, where it is known. Raises BadInput with the nearest that is."""
    names = sorted(known)
    if word in names:
        return word
    nearest = get_close_matches(word, names, n=1, cutoff=0.5)
    hint = f"did you mean {nearest[0]!r}?" if nearest else f"there are {', '.join(names) or 'none'}"
    raise BadInput(f"expected {what}, came {word!r}: {hint}")
