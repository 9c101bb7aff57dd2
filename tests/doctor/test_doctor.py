"""`tierview doctor` says of each thing that a gateway stands on whether it does, against the real ones."""

from __future__ import annotations

import os
import re
import socket
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from gateway.catalogue import catalogue
from gateway.config import Config, load
from gateway.config.model import Mail, Mqtt
from gateway.doctor.broker import check_broker
from gateway.doctor.certificates import check_own
from gateway.doctor.clock import check_clock
from gateway.doctor.examine import examine
from gateway.doctor.mail import check_mail
from gateway.doctor.ports import check_listening
from gateway.doctor.remark import Checked
from gateway.doctor.storage import check_storage, is_running
from gateway.errors import JournalError
from gateway.journal import open_journal
from gateway.journal.journal import FILE, connect
from gateway.journal.lock import FolderLock
from gateway.journal.migrate import migrate
from tests.cli.command import tierview

SITE = "site: {operator: OEM}\nparties:\n  - {code: OEM, name: Elbe Motors, tier: oem}\n"


def site(folder: Path, text: str = "") -> Config:
    file = folder / "config.yaml"
    file.write_text(SITE + text)
    return load(file, catalogue(file), {})


def grades(found: Iterator[Checked]) -> dict[str, str]:
    return {f"{one.check} {one.about}".strip(): one.grade for one in found}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_a_clock_that_was_never_set_is_a_fault() -> None:
    (told,) = check_clock(datetime(1970, 1, 1, tzinfo=UTC))
    assert told.grade == "fault"
    assert "1970-01-01" in told.text


def test_the_kernel_says_whether_the_clock_is_kept() -> None:
    (told,) = check_clock(datetime.now(UTC))
    assert told.grade in ("ok", "warning")
    assert told.grade == "ok" or told.fix


def test_a_folder_that_others_may_read_and_a_journal_that_is_sound(tmp_path: Path) -> None:
    config = site(tmp_path, "journal: {folder: held, tape_mb: 1}\n")
    folder = tmp_path / "held"
    folder.mkdir(mode=0o755)
    with connect(folder / FILE, writing=True) as connection:
        migrate(connection, "here")
    told = [one for one in check_storage(config, tmp_path, running=False) if one.check == "journal"]
    assert [one.grade for one in told] == ["warning", "ok"]
    assert told[0].fix == f"chmod 700 {folder}"


def _a_file(folder: Path) -> None:
    folder.write_text("x")


def _a_link_to_nowhere(folder: Path) -> None:
    folder.symlink_to(folder.parent / "gone")


def _a_folder_of_that_name(folder: Path) -> None:
    (folder / FILE).mkdir(parents=True)


def _a_pipe(folder: Path) -> None:
    folder.mkdir()
    os.mkfifo(folder / FILE)


def _no_database(folder: Path) -> None:
    folder.mkdir(mode=0o700)
    (folder / FILE).write_bytes(b"this is no journal" * 100)


def _of_another_program(folder: Path) -> None:
    folder.mkdir(mode=0o700)
    with closing(sqlite3.connect(folder / FILE)) as connection:
        connection.execute("CREATE TABLE theirs (x)")


def _of_a_newer_tierview(folder: Path) -> None:
    folder.mkdir(mode=0o700)
    with closing(connect(folder / FILE, writing=True)) as connection:
        migrate(connection, "here")
        connection.execute("PRAGMA user_version = 999")


def _broken(folder: Path) -> None:
    folder.mkdir(mode=0o700)
    with closing(connect(folder / FILE, writing=True)) as connection:
        migrate(connection, "here")
    whole = (folder / FILE).read_bytes()
    (folder / FILE).write_bytes(whole[:4096] + bytes([255]) * (len(whole) - 4096))


@pytest.mark.parametrize(
    ("makes", "said"),
    [
        (_a_file, "is a file"),
        (_a_link_to_nowhere, "is a link to"),
        (_a_folder_of_that_name, "journal.sqlite in it is a folder"),
        (_a_pipe, "journal.sqlite in it is no file"),
        (_no_database, "journal.sqlite is no journal: file is not a database"),
        (_of_another_program, "holds another program's tables"),
        (_of_a_newer_tierview, "has schema 999, this tierview knows up to"),
        (_broken, "is damaged"),
    ],
)
async def test_what_can_be_no_journal_is_said_with_its_mending_before_the_start_and_at_it(
    makes: Callable[[Path], None], said: str, tmp_path: Path
) -> None:
    config = site(tmp_path, "journal: {folder: held, tape_mb: 1}\n")
    makes(tmp_path / "held")
    (told,) = (one for one in check_storage(config, tmp_path, running=False) if one.grade == "fault")
    assert told.check == "journal"
    assert said in told.text
    assert told.fix
    if makes is not _broken:  # its pages are looked at when they are wanted
        with pytest.raises(JournalError, match=re.escape(said)):
            async with open_journal(tmp_path / "held"):
                pass


def test_an_empty_file_is_filled_by_the_first_start(tmp_path: Path) -> None:
    config = site(tmp_path, "journal: {folder: held, tape_mb: 1}\n")
    (tmp_path / "held").mkdir(mode=0o700)
    (tmp_path / "held" / FILE).touch()
    told = [one for one in check_storage(config, tmp_path, running=False) if one.check == "journal"]
    assert [(one.grade, one.text) for one in told] == [("ok", "journal.sqlite is empty: the first start fills it")]


def test_more_tape_than_the_disk_holds_is_told_before_it_is_full(tmp_path: Path) -> None:
    config = site(tmp_path, "journal: {folder: held, tape_mb: 1000000000}\n")
    assert grades(check_storage(config, tmp_path, running=False))[f"disk {tmp_path}"] == "warning"


def test_whether_a_gateway_runs_is_known_by_its_lock(tmp_path: Path) -> None:
    assert not is_running(tmp_path)
    lock = FolderLock(tmp_path)
    assert is_running(tmp_path)
    lock.release()
    assert not is_running(tmp_path)


def test_a_port_that_another_program_has_is_a_fault_and_ones_own_is_none(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        config = site(tmp_path, f"http: {{listen: '127.0.0.1:{other.getsockname()[1]}'}}\n")
        assert grades(check_listening(config, running=False)) == {"ports http.listen": "fault"}
        assert grades(check_listening(config, running=True)) == {"ports http.listen": "ok"}
    assert grades(check_listening(config, running=False)) == {"ports http.listen": "ok"}


def test_devices_are_looked_for_where_they_should_be(tmp_path: Path) -> None:
    ours, theirs = os.openpty()
    with socket.create_server(("127.0.0.1", 0)) as reader:
        name = os.ttyname(theirs)
        config = site(
            tmp_path,
            f"""http: {{listen: '127.0.0.1:{free_port()}'}}
mqtt: {{url: 'mqtt://127.0.0.1:{free_port()}'}}
devices:
  - {{name: there, driver: m100, connect: 'serial://{name}'}}
  - {{name: gone, driver: m100, connect: 'serial:///dev/serial/by-id/gone'}}
  - {{name: file, driver: m100, connect: 'serial://{tmp_path}/config.yaml'}}
  - {{name: reader, driver: llrp, connect: 'tcp://127.0.0.1:{reader.getsockname()[1]}'}}
  - {{name: off, driver: llrp, connect: 'tcp://127.0.0.1:{free_port()}'}}
""",
        )
        told = grades(examine(config, tmp_path))
    os.close(ours)
    os.close(theirs)
    devices = ("there", "gone", "file", "reader", "off")
    assert [told[f"ports {device}"] for device in devices] == ["ok", "fault", "fault", "ok", "fault"]


def test_a_broker_that_is_not_there_and_mail_that_nobody_takes(tmp_path: Path) -> None:
    mqtt = Mqtt(url=f"mqtt://127.0.0.1:{free_port()}", embedded=False)
    first, *_ = check_broker(mqtt, tmp_path, running=False)
    assert (first.grade, "cannot be reached" in first.text) == ("fault", True)
    (told,) = check_mail(Mail(host="127.0.0.1", port=free_port(), security="none"), tmp_path)
    assert told.grade == "fault"


def test_a_secret_that_is_not_set_is_named_and_never_shown(tmp_path: Path) -> None:
    mqtt = Mqtt(url="mqtt://127.0.0.1:1", embedded=False, username="u", password="${TIERVIEW_NOT_SET_ANYWHERE}")
    first, *_ = check_broker(mqtt, tmp_path, running=False)
    assert "TIERVIEW_NOT_SET_ANYWHERE" in first.text


def certificate(folder: Path, name: str, days: int) -> None:
    words = f"req -x509 -newkey rsa:2048 -nodes -keyout {name}.key -out {name}.pem -days {days} -subj /CN=edge.example"
    subprocess.run(["openssl", *words.split()], cwd=folder, check=True, capture_output=True)


@pytest.mark.parametrize(("days", "grade"), [(400, "ok"), (5, "warning")])
def test_our_own_certificate_is_read_with_its_key(tmp_path: Path, days: int, grade: str) -> None:
    certificate(tmp_path, "ours", days)
    config = site(tmp_path, "http: {listen: '127.0.0.1:8443', tls_certificate: ours.pem, tls_key: ours.key}\n")
    (told,) = check_own(config, tmp_path)
    assert told.grade == grade
    assert f"{days - 1} days" in told.text or f"{days} days" in told.text


def test_a_key_of_another_certificate_is_a_fault(tmp_path: Path) -> None:
    certificate(tmp_path, "one", 30)
    certificate(tmp_path, "other", 30)
    config = site(tmp_path, "http: {listen: '127.0.0.1:8443', tls_certificate: one.pem, tls_key: other.key}\n")
    (told,) = check_own(config, tmp_path)
    assert told.grade == "fault"


def test_the_command_says_it_by_lines_and_by_its_exit_code(tmp_path: Path) -> None:
    text = f"http: {{listen: '127.0.0.1:{free_port()}'}}\nmqtt: {{url: 'mqtt://127.0.0.1:{free_port()}'}}\n"
    site(tmp_path, text)
    sound = tierview("doctor", tmp_path / "config.yaml", "--json")
    assert sound.code == 0
    assert {row["check"] for row in sound.rows} >= {"clock", "disk", "journal", "limits", "secrets", "ports", "broker"}
    site(tmp_path, f"{text}devices:\n  - {{name: gone, driver: m100, connect: 'serial:///dev/ttyGONE'}}\n")
    broken = tierview("doctor", tmp_path / "config.yaml")
    assert broken.code == 1
    assert "-> plug it in" in broken.out
    assert "1 do not work" in broken.err
