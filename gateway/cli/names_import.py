"""`tierview names import`."""

from __future__ import annotations

from pathlib import Path

from gateway.cli.options import Api


def names_import(file: Path, /, *, api: Api = Api()) -> int:  # noqa: B008 - frozen
    """Enter the names of a CSV file: kind,name,target,party.

    For example:

        tierview names import names.csv

    Good rows count at once, and what waited for them is read again; bad ones are told by line.

    Parameters
    ----------
    file
        The CSV file, UTF-8; - for the standard input.
    """
    from gateway.cli.api_call import call
    from gateway.cli.printed import warn
    from gateway.errors import BadInput

    try:
        data = file.read_bytes()
    except OSError as error:
        raise BadInput(f"expected a readable file, {file} is none: {error.strerror}") from error
    answer = call(api, "POST", "/names/import", csv=data).json()
    for fault in answer["rejected"]:
        warn(f"line {fault['line']}, {fault['column']}: {fault['text']}")
    tried = answer["tried"]
    print(
        f"accepted {answer['accepted']}, unchanged {answer['unchanged']}, rejected {len(answer['rejected'])};"
        f" read again: {tried['replayed']}, still waiting: {tried['waiting']}"
    )
    return 1 if answer["rejected"] else 0
