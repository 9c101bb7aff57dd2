"""`tierview grafana push`, against a fake that is strict about what it is sent."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from gateway.cli.shell import run
from gateway.grafana.limited import DATASOURCE, PARTY, limited, own
from gateway.grafana.push import shipped
from tests.grafana.fake import ADMIN, EDITOR, FakeGrafana, running

Push = Callable[..., int]
FOR_PARTIES = {"control-tower", "shipment", "dock-and-yard", "alerts", "inventory", "kpis", "long-run"}


@pytest.fixture
def grafana() -> Iterator[FakeGrafana]:
    with running() as fake:
        for uid, database, parties in (("oem-only", "oem", ["OEM"]), ("all", "tierview", ["OEM", "SUPPLIER"])):
            fake.datasources[uid] = {"uid": uid, "type": "influxdb", "jsonData": {"dbName": database}}
            fake.parties[database] = parties
        fake.datasources["prometheus"] = {"uid": "prometheus", "type": "prometheus", "jsonData": {}}
        yield fake


@pytest.fixture
def push(grafana: FakeGrafana, tmp_path: Path) -> Push:
    def call(*words: str, token: str = ADMIN) -> int:
        file = tmp_path / "grafana.token"
        file.write_text(token + "\n")
        return run(["grafana", "push", "--url", grafana.url, "--token-file", str(file), *words])

    return call


def rows(captured: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in captured.readouterr().out.splitlines()]


def test_puts_every_dashboard_into_the_folder(
    push: Push, grafana: FakeGrafana, capfd: pytest.CaptureFixture[str]
) -> None:
    assert push("--json", token=EDITOR) == 0
    assert grafana.folders == {"tierview": "tierview"}
    assert {uid: held["meta"]["folderUid"] for uid, held in grafana.dashboards.items()} == {
        one["uid"]: "tierview" for one in shipped()
    }
    said = rows(capfd)
    assert [one["state"] for one in said] == ["made"] * (1 + len(shipped()))


def test_a_second_time_it_changes_nothing_and_then_only_what_differs(
    push: Push, grafana: FakeGrafana, capfd: pytest.CaptureFixture[str]
) -> None:
    push()
    before = len(grafana.changes)
    assert push() == 0
    assert len(grafana.changes) == before
    grafana.dashboards["tierview-shipment"]["dashboard"]["title"] = "mine"
    capfd.readouterr()
    assert push("--json") == 0
    assert grafana.changes[before:] == ["dashboard tierview-shipment"]
    assert [one["what"] for one in rows(capfd) if one["state"] == "changed"] == ["tierview · Shipment"]


def test_a_party_gets_its_own_held_to_it_on_its_own_data_source(
    push: Push, grafana: FakeGrafana, capfd: pytest.CaptureFixture[str]
) -> None:
    assert push("--party", "OEM", "--datasource", "oem-only", "--json") == 0
    assert set(grafana.dashboards) == {own(f"tierview-{word}", "OEM") for word in FOR_PARTIES}
    assert list(grafana.folders.values()) == ["tierview OEM"]
    left_out = {one["what"] for one in rows(capfd) if one["state"] == "left out"}
    assert left_out == {"tierview · Devices", "tierview · Gateway"}
    for held in grafana.dashboards.values():
        text = json.dumps(held["dashboard"])
        assert PARTY not in text
        assert DATASOURCE not in text
        assert {"party", "datasource"}.isdisjoint(one["name"] for one in held["dashboard"]["templating"]["list"])
        assert not set(held["dashboard"]["tags"]) & {"tierview"}


def test_a_party_gets_no_panel_of_what_is_no_partys() -> None:
    dock = next(one for one in shipped() if one["uid"] == "tierview-dock-and-yard")
    made = limited(dock, "OEM", "its-own")
    gone = {one["title"] for one in dock["panels"]} - {one["title"] for one in made["panels"]}
    assert gone == {"Reads a minute, by reader"}
    assert all('"party" =~ /^OEM$/' in target["query"] for panel in made["panels"] for target in panel["targets"])


def test_every_query_of_a_party_is_held_to_it() -> None:
    tower = next(one for one in shipped() if one["uid"] == "tierview-control-tower")
    made = limited(tower, "A.1:X", "its-own")
    texts = [target["query"] for panel in made["panels"] for target in panel["targets"]]
    assert len(texts) == 7
    assert all('"party" =~ /^A\\.1:X$/' in text for text in texts)
    sources = {target["datasource"]["uid"] for panel in made["panels"] for target in panel["targets"]}
    assert sources == {"its-own"}
    addresses = [
        link["url"] for panel in made["panels"] for link in panel["fieldConfig"]["defaults"].get("links") or []
    ]
    assert [url.partition("?")[0] for url in addresses] == [f"/d/{own('tierview-shipment', 'A.1:X')}"]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (
            ["--party", "OEM", "--datasource", "all"],
            "expected a data source with points of OEM alone, 'all' shows OEM, SUP",
        ),
        (["--party", "CARRIER", "--datasource", "oem-only"], "points of CARRIER alone, 'oem-only' shows OEM"),
        (["--party", "OEM"], "expected --party CODE and --datasource UID together"),
        (["--datasource", "oem-only"], "expected --party CODE and --datasource UID together"),
    ],
)
def test_refuses_what_would_show_a_party_too_much(
    words: list[str], says: str, push: Push, grafana: FakeGrafana, capfd: pytest.CaptureFixture[str]
) -> None:
    assert push(*words) == 2
    assert says in capfd.readouterr().err
    assert grafana.changes == []


@pytest.mark.parametrize(
    ("words", "token", "says"),
    [
        ([], "glsa_old", "401: Invalid API key"),
        (["--party", "OEM", "--datasource", "oem-only"], EDITOR, "403: You'll need additional permissions"),
        (["--party", "OEM", "--datasource", "none/../x"], ADMIN, "there is no data source 'none/../x'"),
        (["--party", "OEM", "--datasource", "prometheus"], ADMIN, "is of type prometheus"),
    ],
)
def test_says_what_grafana_has_against_it(
    words: list[str], token: str, says: str, push: Push, grafana: FakeGrafana, capfd: pytest.CaptureFixture[str]
) -> None:
    assert push(*words, token=token) == 1
    said = capfd.readouterr().err
    assert says in said
    assert token not in said
    assert grafana.changes == []


def test_leaves_alone_what_a_file_provisions(
    push: Push, grafana: FakeGrafana, capfd: pytest.CaptureFixture[str]
) -> None:
    push()
    grafana.dashboards["tierview-devices"]["meta"]["provisioned"] = True
    assert push() == 1
    assert "tierview · Devices is provisioned from a file there" in capfd.readouterr().err


def test_says_that_nobody_is_there(tmp_path: Path, free_port: int, capfd: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "token"
    file.write_text(ADMIN)
    url = f"http://127.0.0.1:{free_port}"
    assert run(["grafana", "push", "--url", url, "--token-file", str(file)]) == 1
    assert f"{url} cannot be reached" in capfd.readouterr().err
    assert run(["grafana", "push", "--url", url, "--token-file", str(tmp_path / "none")]) == 2
    file.write_text("two words")
    assert run(["grafana", "push", "--url", url, "--token-file", str(file)]) == 2
