"""`tierview version`."""

from __future__ import annotations


def version(*, json: bool = False) -> None:
    """Print the version.

    For example:

        tierview version
        tierview version --json      {"tierview": "0.1.0", "python": "3.11.2", "sqlite": "3.40.1"}

    Parameters
    ----------
    json
        One JSON object: tierview, python, sqlite.
    """
    import platform
    import sqlite3
    from importlib.metadata import version as installed

    from gateway.cli.printed import write_json

    number = installed("tierview")
    if json:
        write_json({"tierview": number, "python": platform.python_version(), "sqlite": sqlite3.sqlite_version})
    else:
        print(f"tierview {number} (Python {platform.python_version()}, SQLite {sqlite3.sqlite_version})")
