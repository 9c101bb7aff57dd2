"""`tierview doctor`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gateway.doctor.remark import Checked

FAILED = 1
STYLES = {"ok": "green", "warning": "yellow", "fault": "red"}


def doctor(config: Path = Path("config.yaml"), /, *, json: bool = False) -> int:
    """Look at what the gateway stands on, and say of what is wrong how to mend it.

    For example:

        tierview doctor
        tierview doctor /etc/tierview/config.yaml --json

    It looks at clock, disk, journal, limits, secrets, ports, broker, InfluxDB,
    mail and certificates, while the gateway runs or before; it changes
    nothing. The exit code is 1 where anything does not work.

    Parameters
    ----------
    config
        The configuration.
    json
        One JSON object a line, for machines: check, about, grade (ok, warning, fault), text, fix.
    """
    from gateway.cli.given import read_config
    from gateway.doctor.examine import examine

    grades = []
    for checked in examine(read_config(config), config.parent):
        _print(checked, json=json)
        grades.append(checked.grade)
    if not json:
        _sum_up(grades)
    return FAILED if "fault" in grades else 0


def _print(checked: Checked, *, json: bool) -> None:
    from gateway.cli.printed import say, write_json

    if json:
        write_json(checked)
        return
    about = f"{checked.about}: " if checked.about else ""
    say(f"{checked.grade:<8} {checked.check:<13} {about}{checked.text}", STYLES[checked.grade])
    if checked.fix:
        say(f"{'':<22} -> {checked.fix}")


def _sum_up(grades: Sequence[str]) -> None:
    from gateway.cli.printed import warn

    faults, warnings = grades.count("fault"), grades.count("warning")
    warn(f"{len(grades)} looked at: {faults} do not work, {warnings} will hurt one day")
