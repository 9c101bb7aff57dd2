"""`tierview setup`."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path


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


def set_up(config: Path, listen: str) -> bool:
    """Serve the page until the file is written or Ctrl-C; return whether it was. Raises BadInput."""
    from gateway.catalogue import catalogue
    from gateway.errors import BadInput
    from gateway.logs import set_up_logs
    from gateway.setup.app import Setting
    from gateway.setup.serve import local

    if config.exists():
        raise BadInput(
            f"{config} is there already: `tierview run {config}` runs it, `tierview check {config}` checks it"
        )
    if not config.parent.is_dir():
        raise BadInput(f"there is no folder {config.parent}: make it first")
    set_up_logs(level="error")
    catalogue(config)  # a driver beside it that cannot be loaded is better said now
    return asyncio.run(_serve(Setting(file=config, listen=local(listen))))


async def _serve(setting: object) -> bool:
    from gateway.cli.stopping import stop_on_signals
    from gateway.setup.app import Setting
    from gateway.setup.serve import serve

    assert isinstance(setting, Setting)
    file, listen = setting.file, setting.listen

    def opened(url: str) -> None:
        print(f"There is no {file} yet. To make it, open\n\n    {url}\n")
        print(f"From another machine: ssh -L {listen.rpartition(':')[2]}:{listen} THIS-MACHINE. Ctrl-C ends this.")
        sys.stdout.flush()

    return await serve(setting, stop_on_signals(), opened)
