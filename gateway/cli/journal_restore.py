"""`tierview journal restore`."""

from __future__ import annotations

from pathlib import Path


def journal_restore(copy: Path, config: Path = Path("config.yaml"), /, *, json: bool = False) -> None:
    """Put a copy in the place of a configuration's journal, while no gateway runs.

    For example:

        sudo systemctl stop tierview
        sudo tierview journal restore before-0.2.0.sqlite /etc/tierview/config.yaml
        sudo systemctl start tierview

    Nothing is deleted: the journal that was there stands beside it under the
    name that is printed.

    Parameters
    ----------
    copy
        A file that `tierview journal backup` made.
    config
        The configuration, which says where the journal stands.
    json
        One JSON object, for machines: file, schema, size, aside.
    """
    from gateway.cli.given import journal_folder, read_config
    from gateway.cli.printed import say, write_json
    from gateway.journal.backup import restore

    put = restore(copy, journal_folder(read_config(config), config))
    aside = None if put.aside is None else str(put.aside)
    if json:
        write_json({"file": str(put.file), "schema": put.schema, "size": put.size, "aside": aside})
        return
    say(f"{put.file}: {put.size / 1e6:.1f} MB, schema {put.schema}")
    if aside:
        say(f"what was there is now {aside}")
