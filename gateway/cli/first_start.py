"""The first start: a page that writes the configuration, for `tierview setup` and a `tierview run` without one."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path


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
    from urllib.parse import urlsplit

    from gateway.cli.stopping import stop_on_signals
    from gateway.setup.app import Setting
    from gateway.setup.serve import serve

    assert isinstance(setting, Setting)
    file = setting.file

    def opened(url: str) -> None:
        print(f"There is no {file} yet. To make it, open\n\n    {url}\n")
        at = urlsplit(url)
        print(f"From another machine: ssh -L {at.port}:{at.netloc} THIS-MACHINE. Ctrl-C ends this.")
        sys.stdout.flush()

    return await serve(setting, stop_on_signals(), opened)
