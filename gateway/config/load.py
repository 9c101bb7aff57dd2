"""config.yaml -> Config, or every fault of it at once."""

from __future__ import annotations

import os
from collections.abc import Mapping
from errno import ENOENT
from pathlib import Path

from gateway.config.catalogue import Catalogue
from gateway.config.check import check
from gateway.config.model import Config
from gateway.config.shape import build
from gateway.config.strict_yaml import MOST_BYTES, parse
from gateway.errors import ConfigError, Fault


def load(path: Path, catalogue: Catalogue, environment: Mapping[str, str] = os.environ) -> Config:
    """Read and check a configuration file.

    Relative paths in it are meant from the folder it stands in. Raises ConfigError with all faults, in the
    order of the file; no secret is part of their texts.
    """
    return read(_read(path), path, catalogue, environment)


def read(data: bytes, path: Path, catalogue: Catalogue, environment: Mapping[str, str] = os.environ) -> Config:
    """Check the text of a configuration file that stands, or is to stand, at a path. Raises ConfigError."""
    root, faults = parse(data)
    if not root.entries and not faults:  # also what an editor leaves for a moment, while it writes a file anew
        fix = "write `site: ...` and what stands there; `tierview docs first-hour` shows whole files"
        raise ConfigError(str(path), [root.fault("expected a configuration, came an empty file", fix)])
    told = {(fault.line, fault.column) for fault in faults}  # what did not parse has no type to be wrong
    config, shape_faults = build(Config, root)
    further = [*shape_faults, *check(root, catalogue, path.parent, environment)]
    faults += [fault for fault in further if (fault.line, fault.column) not in told]
    if faults or config is None:
        raise ConfigError(str(path), list(dict.fromkeys(faults)))
    return config


def _read(path: Path) -> bytes:
    """Read one byte more than is allowed, so that a huge file is refused without being read."""
    try:
        with path.open("rb") as file:
            return file.read(MOST_BYTES + 1)
    except OSError as error:
        text = f"expected a readable file, came: {error.strerror}"
        fix = f"`tierview setup {path}` writes one" if error.errno == ENOENT else ""
        raise ConfigError(str(path), [Fault(line=1, column=1, path="(file)", text=text, fix=fix)]) from error
