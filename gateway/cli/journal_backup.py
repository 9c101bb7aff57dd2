"""`tierview journal backup`."""

from __future__ import annotations

from pathlib import Path


def journal_backup(target: Path, config: Path = Path("config.yaml"), /, *, json: bool = False) -> None:
    """Copy the journal of a configuration into one file, also while the gateway runs.

    For example:

        tierview journal backup before-0.2.0.sqlite /etc/tierview/config.yaml

    The copy is the journal as it was at one moment, checked and on the disk
    when the command ends. It holds all that the gateway knows: keep it as
    you keep the journal. `tierview journal restore` puts it back.

    Parameters
    ----------
    target
        The new file; one that is there already is left alone.
    config
        The configuration, which says where the journal stands.
    json
        One JSON object, for machines: file, schema, size.
    """
    from gateway.cli.given import journal_folder, read_config
    from gateway.cli.printed import say, write_json
    from gateway.journal.backup import back_up

    copy = back_up(journal_folder(read_config(config), config), target)
    if json:
        write_json({"file": str(copy.file), "schema": copy.schema, "size": copy.size})
    else:
        say(f"{copy.file}: {copy.size / 1e6:.1f} MB, schema {copy.schema}")
