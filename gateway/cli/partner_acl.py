"""`tierview partner acl`."""

from __future__ import annotations

from pathlib import Path


def partner_acl(config: Path = Path("config.yaml"), /) -> None:
    """Print the broker's ACL file: what the gateway and each party may say and read.

    For example:

        tierview partner acl /etc/tierview/config.yaml > /etc/mosquitto/tierview.acl
        mosquitto_passwd /etc/mosquitto/tierview.passwords T2-C && systemctl reload mosquitto

    It holds the parties of the configuration and the partners that were added.
    At the broker each signs in under its code and a password of the broker's own.

    Parameters
    ----------
    config
        The configuration, which names the parties and the journal's folder.
    """
    from gateway.cli.given import journal_folder, read_config
    from gateway.journal import beside, partners
    from gateway.journal.journal import FILE
    from gateway.partners.acl import acl
    from gateway.partners.merged import merged, read_party

    checked = read_config(config)
    folder = journal_folder(checked, config)
    added = []
    if (folder / FILE).is_file():
        with beside.reading(folder) as connection:
            added = [read_party(body) for body in partners.standing(connection)]
    for line in acl(checked, merged(checked.parties, added)):
        print(line)
