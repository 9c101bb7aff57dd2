"""A gateway becomes a service: the steps do what they say, once, and systemd takes the unit."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from gateway.catalogue import catalogue
from gateway.config import load
from gateway.errors import TierviewError
from gateway.field.steps import Command, File, Owner, Step, run
from gateway.field.systemd import Site, steps, unit
from tests.cli.command import tierview


def here(folder: Path) -> Site:
    """Everything below a folder, and as the user that is there already: whoever runs the test."""
    return Site(
        program=f"{sys.executable} -m gateway",
        config=folder / "etc" / "tierview" / "config.yaml",
        state=folder / "var" / "tierview",
        name="dock-7",
        user="root",
        etc=folder / "etc",
    )


def own(site: Site) -> list[Step]:
    """The steps that touch nothing but the folder."""
    return [step for step in steps(site) if not isinstance(step, Command)]


def needs_root() -> None:
    if Path("/").owner() != Path.home().owner():
        pytest.skip("only root gives files to others")


def test_a_second_time_changes_nothing(tmp_path: Path) -> None:
    needs_root()
    site = here(tmp_path)
    assert [step.is_done() for step in own(site)] == [True, False, False, False, False, False]
    for step in own(site):
        if not step.is_done():
            step.do()
    assert [step.is_done() for step in own(site)] == [True] * 6
    assert site.state.stat().st_mode & 0o777 == 0o700
    config = load(site.config, catalogue(site.config), {})
    assert (config.site.name, config.journal.folder) == ("dock-7", str(site.state))


def test_what_people_wrote_is_left_and_what_we_wrote_is_brought_up_to_date(tmp_path: Path) -> None:
    needs_root()
    site = here(tmp_path)
    for step in own(site)[1:]:
        step.do()
    site.config.write_text("site: {name: mine}\n")
    site.unit.write_text("[Service]\n")
    assert [str(step).split()[0] for step in own(site) if not step.is_done()] == ["file"]
    for step in own(site)[1:]:
        step.do()
    assert site.config.read_text() == "site: {name: mine}\n"
    assert site.unit.read_text() == unit(site)


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="there is no systemd-analyze on this machine")
def test_systemd_takes_the_unit(tmp_path: Path) -> None:
    file = tmp_path / "tierview.service"
    file.write_text(unit(here(tmp_path)))
    words = ["systemd-analyze", "verify", "--recursive-errors=no", "--man=no", str(file)]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert [line for line in done.stderr.splitlines() if "tierview.service" in line] == []
    assert re.findall(r"@[A-Z]+@", file.read_text()) == []


def test_a_command_that_fails_says_what_it_said() -> None:
    with pytest.raises(TierviewError, match="there is no command tierview-nowhere"):
        run(["tierview-nowhere"])
    with pytest.raises(TierviewError, match="ls -- /nowhere-at-all failed: ls"):
        run(["ls", "--", "/nowhere-at-all"])


def test_a_file_of_another_is_not_done(tmp_path: Path) -> None:
    file = tmp_path / "f"
    file.write_text("text")
    file.chmod(0o644)
    assert not File(path=file, text="text", mode=0o644, owner=Owner(user="nobody", group="nogroup")).is_done()


def test_the_command_says_what_it_would_do(tmp_path: Path) -> None:
    words = ("--systemd", "--dry-run", "--json", "--config", tmp_path / "c.yaml", "--state", tmp_path / "state")
    dry = tierview("install", *words)
    assert dry.code == 0
    assert [row["step"].split()[0] for row in dry.rows[:4]] == ["user", "folder", "folder", "file"]
    assert {row["state"] for row in dry.rows} <= {"to do", "unchanged"}
    assert not (tmp_path / "c.yaml").exists()
    assert tierview("install").code == 2
