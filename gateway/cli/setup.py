"""`tierview setup`."""

from __future__ import annotations

from pathlib import Path

from gateway.cli.first_start import set_up


def setup(config: Path = Path("config.yaml"), /, *, listen: str = "127.0.0.1:8080", write_only: bool = False) -> int:
    """Set a site up on a page: find readers, name places, try them, and write config.yaml.

    For example:

        tierview setup
        tierview setup /etc/tierview/config.yaml --write-only

    It prints an address with a code that is good once, for one browser. The
    page is for this machine alone; from another one, tunnel to it with ssh.
    Nothing is written before you say so, and no file is written over. With
    the file the gateway starts at the same address, as `tierview run` would.

    Parameters
    ----------
    config
        The configuration to write.
    listen
        Where the page is, and later the gateway.
    write_only
        End when the file is written; otherwise the gateway starts.
    """
    if not set_up(config, listen):
        return 130
    if not write_only:
        from gateway.cli.run import run

        run(config)
    return 0
