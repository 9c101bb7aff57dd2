"""`tierview names import`."""

from __future__ import annotations

from pathlib import Path

from gateway.cli.options import Api

LINES_A_PART = 500


def names_import(file: Path, /, *, api: Api = Api()) -> int:  # noqa: B008 - frozen
    """Enter the names of a CSV file: kind,name,target,party.

    For example:

        tierview names import names.csv

    Good rows count at once, and what waited for them is read again; bad ones are told by line. On a terminal a bar
    shows how far it is.

    Parameters
    ----------
    file
        The CSV file, UTF-8; - for the standard input.
    """
    from gateway.cli.api_call import call
    from gateway.cli.counting import counting
    from gateway.cli.csv_parts import csv_parts
    from gateway.cli.printed import warn
    from gateway.errors import BadInput

    try:
        data = file.read_bytes()
    except OSError as error:
        raise BadInput(f"expected a readable file, {file} is none: {error.strerror}") from error
    accepted = unchanged = rejected = replayed = waiting = 0
    parts = list(csv_parts(data, LINES_A_PART))
    with counting("names", sum(part.lines for part in parts), json=False, unit="lines") as moved:
        for part in parts:
            answer = call(api, "POST", "/names/import", csv=part.data).json()
            for fault in answer["rejected"]:
                warn(f"line {fault['line'] + part.before}, {fault['column']}: {fault['text']}")
            accepted += answer["accepted"]
            unchanged += answer["unchanged"]
            rejected += len(answer["rejected"])
            replayed += answer["tried"]["replayed"]
            waiting += answer["tried"]["waiting"]
            moved(part.before + part.lines)
    print(
        f"accepted {accepted}, unchanged {unchanged}, rejected {rejected};"
        f" read again: {replayed}, still waiting: {waiting}"
    )
    return 1 if rejected else 0
