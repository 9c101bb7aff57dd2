"""`tierview install`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gateway.field.steps import Step

CONFIG, STATE = Path("/etc/tierview/config.yaml"), Path("/var/lib/tierview")


def install(
    *,
    systemd: bool = False,
    config: Path = CONFIG,
    state: Path = STATE,
    name: str = "site",
    user: str = "tierview",
    dry_run: bool = False,
    json: bool = False,
) -> None:
    """Make the gateway a service of this machine: user, folders, unit, and a rule for serial ports.

    For example:

        tierview install --systemd --dry-run
        sudo tierview install --systemd --name dock-hamburg

    Done a second time it changes nothing but what was changed; a
    configuration that is there is left as it is. It starts nothing: that is
    `systemctl enable --now tierview`.

    Parameters
    ----------
    systemd
        As a service of systemd, which is what there is.
    config
        The configuration; made with a few lines where there is none.
    state
        The folder of the journal.
    name
        The site's name in a configuration that is made.
    user
        The system user that runs it.
    dry_run
        Say what would be done, and do nothing.
    json
        One JSON object a line, for machines: step, state (unchanged, done, to do).
    """
    import os
    import sys

    from gateway.errors import BadInput, TierviewError
    from gateway.field.systemd import Site, steps

    if not systemd:
        raise BadInput("expected --systemd: there is no other kind of service yet")
    if not dry_run and os.geteuid() != 0:
        raise TierviewError("expected to be root, who alone may write units and users: sudo tierview install --systemd")
    called = Path(sys.argv[0])
    program = str(called.resolve()) if called.name == "tierview" else f"{sys.executable} -m gateway"
    for step in steps(Site(program=program, config=config, state=state, name=name, user=user)):
        _take(step, dry_run=dry_run, json=json)
    if not json:
        print(f"Next: edit {config}, then `tierview doctor {config}` and `systemctl enable --now tierview`.")


def _take(step: Step, *, dry_run: bool, json: bool) -> None:
    from gateway.cli.printed import say, write_json
    from gateway.errors import TierviewError

    state = "unchanged" if step.is_done() else "to do" if dry_run else "done"
    if state == "done":
        try:
            step.do()
        except OSError as error:
            raise TierviewError(f"{step}: {error}") from error
    if json:
        write_json({"step": str(step), "state": state})
    else:
        say(f"{state:<10} {step}", {"unchanged": "dim", "to do": "yellow", "done": "green"}[state])
