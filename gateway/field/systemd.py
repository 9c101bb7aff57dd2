"""The steps to a service of systemd."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from gateway.field.files import STARTER, deployed
from gateway.field.steps import Command, File, Folder, Owner, Step, SystemUser

ROOT = Owner(user="root", group="root")


@dataclass(frozen=True, kw_only=True)
class Site:
    """Where it is put."""

    program: str  # the installed command, or python -m gateway
    config: Path = Path("/etc/tierview/config.yaml")
    state: Path = Path("/var/lib/tierview")
    name: str = "site"
    user: str = "tierview"
    etc: Path = Path("/etc")

    @property
    def unit(self) -> Path:
        return self.etc / "systemd" / "system" / "tierview.service"

    @property
    def udev(self) -> Path:
        return self.etc / "udev" / "rules.d" / "60-tierview.rules"


def steps(site: Site) -> Iterator[Step]:
    """User, folders, a first configuration, the unit and the rule for serial ports; the last ones make them known."""
    ours, to_read = Owner(user=site.user, group=site.user), Owner(user="root", group=site.user)
    yield SystemUser(name=site.user, home=site.state, groups=("dialout",))
    yield Folder(path=site.state, mode=0o700, owner=ours)
    yield Folder(path=site.config.parent, mode=0o750, owner=to_read)
    starter = STARTER.format(site=site.name, state=site.state)
    yield File(path=site.config, text=starter, mode=0o640, owner=to_read, keep=True)
    yield File(path=site.unit, text=unit(site), mode=0o644, owner=ROOT)
    yield File(path=site.udev, text=deployed("60-tierview.rules"), mode=0o644, owner=ROOT)
    yield Command(words=("systemctl", "daemon-reload"))
    yield Command(words=("udevadm", "control", "--reload"))


def unit(site: Site) -> str:
    """The unit with the site's own paths and user."""
    text = deployed("tierview.service")
    words = {"TIERVIEW": site.program, "CONFIG": site.config, "STATE": site.state, "FOLDER": site.config.parent}
    for word, path in words.items():
        text = text.replace(f"@{word}@", str(path))
    return re.sub(r"^(User|Group)=.*$", rf"\1={site.user}", text, flags=re.MULTILINE)
