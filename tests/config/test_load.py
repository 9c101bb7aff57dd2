"""A whole file in, a Config or all its faults out; settings are checked against the driver's and rule's own types."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway.config import build_settings, load, loose_files, resolve_secret
from gateway.config.check_places import check_digit
from gateway.errors import BadInput, ConfigError
from gateway.model import Severity, Tier
from tests.config.samples import SAMPLES, LateRule, MessageSettings, Pick, ReaderSettings


def faults(folder: Path, text: str, environment: dict[str, str] | None = None) -> list[str]:
    file = folder / "config.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        load(file, SAMPLES, environment or {})
    return [str(fault) for fault in caught.value.faults]


def test_a_file_that_says_next_to_nothing_is_all_defaults(tmp_path: Path) -> None:
    file = tmp_path / "config.yaml"
    file.write_text("site: {}\n")
    config = load(file, SAMPLES, {})
    assert config.http.listen == "127.0.0.1:8080"
    assert config.places == ()


def test_a_file_that_is_not_there_is_told_with_how_to_begin(tmp_path: Path) -> None:
    file = tmp_path / "my.yaml"
    with pytest.raises(ConfigError, match=rf"No such file or directory — `tierview setup {file}` writes one"):
        load(file, SAMPLES, {})
    with pytest.raises(ConfigError, match=r"Is a directory$"):
        load(tmp_path, SAMPLES, {})


@pytest.mark.parametrize("text", ["", "\n# nothing\n", "---\n", "{}\n", "\ufeff"])
def test_an_empty_file_is_a_fault_for_it_would_take_all_devices_away(text: str, tmp_path: Path) -> None:
    (told,) = faults(tmp_path, text)
    assert told.startswith("1:1: (file): expected a configuration, came an empty file")


def test_lists_become_tuples_and_texts_enumerations_and_nothing_else_changes(tmp_path: Path) -> None:
    file = tmp_path / "config.yaml"
    file.write_text(
        "parties: [{code: OEM, name: NO, tier: oem}]\n"
        "places: [{code: P, name: 12:30, party: OEM, tier: oem, at: [52, 10.5], codes: [DEHAM]}]\n"
    )
    config = load(file, SAMPLES, {})
    assert config.parties[0].name == "NO"
    assert config.places[0].name == "12:30"
    assert config.places[0].at == (52.0, 10.5)
    assert config.places[0].codes == ("DEHAM",)
    assert config.places[0].tier is Tier.OEM


def test_a_file_that_is_not_there_is_a_fault_like_any_other(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"nowhere\.yaml:1:1: \(file\): expected a readable file"):
        load(tmp_path / "nowhere.yaml", SAMPLES, {})


def test_settings_are_checked_at_every_depth(tmp_path: Path) -> None:
    text = (
        "devices:\n"
        "  - name: a\n"
        "    driver: sensor\n"
        '    connect: "mqtt:a/+"\n'
        "    settings:\n"
        "      picks:\n"
        "        - {path: t, unti: CEL}\n"
        "        - {unit: 5}\n"
        "  - {name: b, driver: sensor, connect: 'mqtt:b'}\n"
        "  - {name: c, driver: reader, connect: 'tcp://192.0.2.1:5084', settings: {power_dbm: 40}}\n"
        "  - {name: d, driver: reader, connect: 'tcp://192.0.2.1:5085', settings: {mode: fats, antennas: [1, x]}}\n"
    )
    assert faults(tmp_path, text) == [
        "7:21: devices[0].settings.picks[0].unti: expected one of path, unit, came `unti` — write `unit`",
        "8:11: devices[0].settings.picks[1]: expected the key `path`, came none — add `path: ...`",
        "8:18: devices[0].settings.picks[1].unit: expected a text, came 5 — put it in quotes",
        "9:5: devices[1].settings: expected the key `picks`, came none — add `picks: ...`",
        "10:86: devices[2].settings.power_dbm: expected at most 33, came 40",
        "11:81: devices[3].settings.mode: expected 'fast' or 'dense', came 'fats' — write `fast`",
        "11:101: devices[3].settings.antennas[1]: expected a whole number, came 'x'",
    ]


def test_a_faulty_part_makes_no_others_faulty(tmp_path: Path) -> None:
    text = "parties:\n  - {code: OEM, name: 5, tier: oem}\nplaces:\n  - {code: P, name: P, party: OEM, tier: oem}\n"
    assert faults(tmp_path, text) == ["2:23: parties[0].name: expected a text, came 5 — put it in quotes"]


def test_settings_are_built_as_they_were_checked() -> None:
    assert build_settings(MessageSettings, {"picks": [{"path": "t"}]}) == MessageSettings(picks=(Pick(path="t"),))
    assert build_settings(ReaderSettings, {"power_dbm": 20, "antennas": [1]}) == ReaderSettings(
        power_dbm=20.0, antennas=(1,)
    )
    assert build_settings(LateRule, {"severity": "critical"}) == LateRule(severity=Severity.CRITICAL)


def test_the_shipped_listen_addresses_of_loopback_need_no_tls(tmp_path: Path) -> None:
    file = tmp_path / "config.yaml"
    for listen in ("127.0.0.1:80", "127.8.8.8:80", "localhost:80", "[::1]:80"):
        file.write_text(f'http: {{listen: "{listen}"}}\n')
        assert load(file, SAMPLES, {}).http.listen == listen
    for listen in ("0.0.0.0:80", "[::]:80", "edge.example:80", "127.0.0.1.example:80", "192.168.1.5:80"):
        assert "expected TLS" in faults(tmp_path, f'http: {{listen: "{listen}"}}\n')[0]
    file.write_text("http: {listen: 0.0.0.0:80, behind_tls_proxy: true}\n")
    assert load(file, SAMPLES, {}).http.behind_tls_proxy


def test_secrets_come_from_the_environment_or_a_file(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("from-file\n")
    assert resolve_secret("${TOKEN}", tmp_path, {"TOKEN": " from-environment "}) == "from-environment"
    assert resolve_secret("file:token", tmp_path, {}) == "from-file"
    assert resolve_secret(f"file:{tmp_path}/token", Path("/nowhere"), {}) == "from-file"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("hunter2", "came a value not shown here"),
        ("${hunter2} ", "came a value not shown here"),
        ("file:", "came a value not shown here"),
        ("${TOKEN}", "expected the environment variable TOKEN, which is not set"),
        ("file:none", "expected a readable file"),
        ("file:empty", "which is empty"),
        ("file:latin", "expected UTF-8 text"),
        ("file:.", "expected a readable file"),
        ("file:key", "expected one line of text, of at most 4096 bytes"),
        ("file:long", "expected one line of text, of at most 4096 bytes"),
    ],
)
def test_a_secret_that_is_not_there_is_told_without_a_word_of_it(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "empty").write_text(" \n")
    (tmp_path / "latin").write_bytes(b"hunter2\xf6")
    (tmp_path / "key").write_text("hunter2\nhunter2\n")
    (tmp_path / "long").write_text("hunter2" * 1000)
    with pytest.raises(BadInput, match=message) as caught:
        resolve_secret(text, tmp_path, {})
    assert "hunter2" not in str(caught.value)


def test_files_of_secrets_that_others_may_read_are_warned_of(tmp_path: Path) -> None:
    file = tmp_path / "config.yaml"
    file.write_text(
        "mqtt: {username: edge, password: file:open}\ninflux: [{url: 'http://h', version: 3, token: file:shut}]"
    )
    for name, mode in (("open", 0o640), ("shut", 0o600)):
        (tmp_path / name).write_text("secret")
        (tmp_path / name).chmod(mode)
    config = load(file, SAMPLES, {})
    assert loose_files(config, tmp_path) == [
        f"{tmp_path}/open holds a secret and others may read it: chmod 600 {tmp_path}/open"
    ]


@pytest.mark.parametrize("gln", ["9521141000014", "4006381333931", "0614141000012"])
def test_the_check_digit_is_gs1s(gln: str) -> None:
    assert check_digit(gln[:-1]) == gln[-1]
