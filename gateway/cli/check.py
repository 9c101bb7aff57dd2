"""`tierview check`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gateway.config import Config
    from gateway.errors import ConfigError

WRONG = 2


def check(*files: Path, json: bool = False) -> int:
    """Say every fault of configuration files, each with its line and column.

    For example:

        tierview check config.yaml
        tierview check --json site-*.yaml

    Faults go to the standard error as FILE:LINE:COLUMN: PATH: what was expected and what came — what to write.
    The exit code is 2 where any file has a fault.

    Parameters
    ----------
    files
        Configuration files. [default: config.yaml]
    json
        One JSON object a file: file, ok, faults (line, column, path, text, fix), counts, warnings.
    """
    from gateway.catalogue import catalogue
    from gateway.cli.printed import complain, write_json
    from gateway.config import load, loose_files
    from gateway.errors import ConfigError

    code = 0
    for file in files or (Path("config.yaml"),):
        try:
            config = load(file, catalogue(file))
        except ConfigError as error:
            code = WRONG
            if json:
                write_json(_report(file, faults=error))
            else:
                complain(error)
        else:
            warnings = loose_files(config, file.parent)
            if json:
                write_json(_report(file, config=config, warnings=warnings))
            else:
                _show(file, config, warnings)
    return code


def _counts(config: Config) -> dict[str, int]:
    parts = ("parties", "places", "devices", "read_points", "assets", "rules", "subscriptions", "influx")
    return {part: len(getattr(config, part)) for part in parts}


def _report(
    file: Path, *, config: Config | None = None, faults: ConfigError | None = None, warnings: list[str] | None = None
) -> dict[str, Any]:
    return {
        "file": str(file),
        "ok": faults is None,
        "faults": [] if faults is None else faults.faults,
        "counts": {} if config is None else _counts(config),
        "warnings": warnings or [],
    }


def _show(file: Path, config: Config, warnings: list[str]) -> None:
    from gateway.cli.printed import say, warn

    counts = ", ".join(f"{number} {part.replace('_', ' ')}" for part, number in _counts(config).items())
    say(f"{file}: no faults: {counts}")
    for warning in warnings:
        warn(f"{file}: warning: {warning}")
