"""`tierview rules`: what changed rules would have raised, and why an alert was."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

from gateway.cli.given import read_config
from gateway.journal import alerts, events, open_journal
from gateway.model import Alert, DeviceEvent, LocationEvent
from gateway.replay.tape import replay
from tests.cli.command import Called, tierview
from tests.cli.site import CONFIG, record, write_config
from tests.conftest import ROOT
from tests.test_replay import PLAN, T0, TRIP, UNTIL

HEAD = CONFIG[: CONFIG.index("rules:")]


async def _site(folder: Path) -> str:
    """A site whose one shipment came an hour late, and whose gateway said so; returns the alert's id."""
    config = write_config(folder)
    outcomes = list(replay(TRIP, read_config(config), from_us=T0, until_us=UNTIL, plans=[PLAN]))
    happened = [one for one in outcomes if isinstance(one, LocationEvent | DeviceEvent)]
    raised = [one for one in outcomes if isinstance(one, Alert)]
    async with open_journal(folder / "journal") as journal:
        await record(journal)
        await journal.write(lambda c: events.insert(c, happened))
        for alert in raised:
            await journal.write(lambda c, one=alert: alerts.save(c, [one], one.recorded_us))  # type: ignore[misc]
    return raised[-1].alert_id


def tried(folder: Path, rules: str, *words: object) -> Called:
    asyncio.run(_site(folder))
    changed = folder / "changed.yaml"
    changed.write_text(HEAD + rules)
    return tierview("rules", "test", changed, *words, "--json")


def test_the_rules_that_ran_raise_what_was_raised(tmp_path: Path) -> None:
    called = tried(tmp_path, CONFIG[len(HEAD) :])
    assert (called.code, called.out, called.err) == (0, "", "")


def test_a_longer_grace_moves_the_alert_and_one_beyond_its_arrival_takes_it_away(tmp_path: Path) -> None:
    moved = tried(tmp_path, "rules: [{name: late, rule: late_arrival, settings: {grace_s: 1800}}]\n")
    (row,) = moved.rows
    assert (row["kind"], row["rule"], row["subject"]) == ("moved", "late", "shipment:S1")
    assert (row["before"]["raised"][:16], row["after"]["raised"][:16]) == ("2025-10-09T10:53", "2025-10-09T11:23")
    gone = tierview("rules", "test", _with(tmp_path, "settings: {grace_s: 7200}"))
    assert gone.out.startswith("gone   late  shipment:S1  critical 2025-10-09T10:53:20Z, resolved 2025-10-09T11:53:20Z")
    assert gone.err == "1 alerts before, 0 after: 0 come, 1 gone, 0 moved\n"


def test_two_configurations_are_compared_by_the_same_tape(tmp_path: Path) -> None:
    rules = (
        "rules:\n"
        "  - {name: late, rule: late_arrival, settings: {grace_s: 0}}\n"
        "  - {name: idle, rule: idle_container, settings: {limit_s: 600}}\n"
    )
    called = tried(tmp_path, rules, "--against", tmp_path / "config.yaml")
    assert [(row["kind"], row["rule"], row["after"]["reason"]) for row in called.rows] == [("come", "idle", "idle")]
    assert called.rows[0]["before"] is None


def test_an_alert_is_explained_by_its_rule_its_plan_and_what_happened(tmp_path: Path) -> None:
    alert_id = asyncio.run(_site(tmp_path))
    called = tierview("rules", "explain", alert_id, tmp_path / "config.yaml", "--json")
    assert called.code == 0, called.err
    assert [(row["at"], row["what"], row["text"]) for row in called.rows][:2] == [
        (
            None,
            "rule",
            "late (late_arrival): Is a shipment late at its next stop, or has nobody seen it there by the end of its"
            " window?",
        ),
        (None, "settings", "grace_s: 0.0, severity: critical"),
    ]
    assert [(row["at"][11:16], row["what"]) for row in called.rows[2:]] == [
        ("09:23", "event"),
        ("09:38", "event"),
        ("09:53", "plan"),
        ("10:53", "plan"),
        ("10:53", "alert"),
        ("10:53", "known"),
        ("11:53", "event"),
        ("11:53", "alert"),
    ]
    assert called.rows[6]["text"].startswith("critical not_seen: Shipment S1 was due at PLANT by")
    assert called.rows[-2]["text"] == "arrived TRL-1 at PLANT (oem)"


def test_an_alert_that_is_not_there_is_said_to_be_not_there(tmp_path: Path) -> None:
    asyncio.run(_site(tmp_path))
    called = tierview("rules", "explain", "al_nothing", tmp_path / "config.yaml")
    assert called.code == 2
    assert "there is no alert 'al_nothing' in the journal" in called.err


def _with(folder: Path, settings: str) -> Path:
    file = folder / "changed.yaml"
    file.write_text(f"{HEAD}rules: [{{name: late, rule: late_arrival, {settings}}}]\n")
    return file


FRIDAY = """\
  - name: friday-at-crossdock
    rule: expression
    settings:
      about: journey
      when: tier == "crossdock" && from_tier == "tier2" && minutes_there > {minutes} && weekday == 5
      text: "{{asset}} from {{from_site}} has stood at {{site}} for {{minutes_there}} min"
      time_zone: Europe/Berlin
"""


def _with_friday(folder: Path, name: str, minutes: int) -> Path:
    config = (ROOT / "config.yaml").read_text()
    (folder / name).write_text(config.replace("rules:\n", f"rules:\n{FRIDAY.format(minutes=minutes)}", 1))
    return folder / name


def _documented(folder: Path) -> Path:
    """The scenario that docs/scenarios.md shows."""
    (block,) = re.findall(r"```yaml\n(.*?)```", (ROOT / "docs" / "scenarios.md").read_text(), re.DOTALL)
    (folder / "friday.yaml").write_text(block)
    return folder / "friday.yaml"


def test_a_scenario_says_which_alerts_come(tmp_path: Path) -> None:
    changed, stories = _with_friday(tmp_path, "changed.yaml", 180), _documented(tmp_path)
    called = tierview("rules", "test", changed, "--scenario", stories, "--json")
    assert called.code == 0, called.err
    told = {(row["story"][:9], row["rule"], row["after"]["raised"][11:16]) for row in called.rows}
    assert {
        ("a trailer", "friday-at-crossdock", "12:01"),
        ("a trailer", "dwell-crossdock", "11:00"),
        ("seats are", "seats-late", "08:51"),
        ("seats are", "late-arrival", "08:30"),
    } <= told
    assert {row["kind"] for row in called.rows} == {"come"}


def test_a_scenario_says_what_differs_from_the_rules_that_run(tmp_path: Path) -> None:
    now, changed = _with_friday(tmp_path, "now.yaml", 180), _with_friday(tmp_path, "changed.yaml", 240)
    called = tierview("rules", "test", changed, "--scenario", _documented(tmp_path), "--against", now)
    assert called.code == 0, called.err
    story, moved, other = called.out.splitlines()
    assert story == "a trailer from tier 2 stands over three hours at the cross-dock"
    assert moved.startswith("moved  friday-at-crossdock  journey:TRL-9  warning 2026-01-09T12:01:00Z")
    assert "now  warning 2026-01-09T13:01:00Z" in moved
    assert other == "seats are late for the line, and later than we thought"


def test_faults_of_a_scenario_are_all_told_with_their_lines_and_what_to_write(tmp_path: Path) -> None:
    bad = tmp_path / "bad.yaml"
    bad.write_text(
        "day: friday\n"
        "storys: []\n"
        "stories:\n"
        "  - story: slips\n"
        '    plan: ["S1: TRL-9 from OEM-PLANT 6:00 to OEM-YARD 08:00"]\n'
        "    happens:\n"
        "      - 09:00 TRL-9 arived OEM-PLANT\n"
        "      - 09:00 TRL-9 arrived OEM-PLANTS\n"
        "      - nine TRL-9 arrived OEM-PLANT\n"
        "      - 09:00 TRL-9 moved OEM-PLANT\n"
        "      - 09:00 TRL-9 says temperature warm\n"
        "      - 09:00 TRL-9 at 95.0,10.0\n"
        "      - 09:00 gps-0 heard\n"
        "      - 09:00 TRL-9 left OEM-PLANT at 10:00\n"
        "      - until 8\n"
    )
    called = tierview("rules", "test", ROOT / "config.yaml", "--scenario", bad)
    assert (called.code, called.out) == (2, "")
    told = called.err.replace(f"{bad}:", "").splitlines()
    assert told[0].startswith("2:1: storys: expected one of day, assets, parties, stories, came `storys`")
    bad.write_text(bad.read_text().replace("storys: []\n", "\n"))
    called = tierview("rules", "test", ROOT / "config.yaml", "--scenario", bad)
    told = called.err.replace(f"{bad}:", "").splitlines()
    assert [line.partition(":")[0] for line in told] == ["1", "5", "7", "8", "9", "10", "11", "12", "13", "14", "15"]
    assert told[0] == "1:6: day: expected a day, came 'friday' — write it like 2026-01-05"
    assert told[1].endswith(
        "expected a plan like `S1: T1 from A 10:00 to B 12:00`, came `S1: TRL-9 from OEM-PLANT 6:00 to OEM-YARD 08:00`"
    )
    assert told[2].endswith("after `TRL-9`, came `arived` — write `arrived`")
    assert told[3].endswith("expected the code of a place of the configuration, came `OEM-PLANTS` — write `OEM-PLANT`")
    assert "expected a time such as 09:30, came `nine`" in told[4]
    assert "expected a sentence like `09:30 T1 moved A to B`, came" in told[5]
    assert told[6].endswith("expected a number, true or false, came `warm`")
    assert told[7].endswith("expected a number of -90 to 90, came `95.0`")
    assert "expected a device of the configuration, came `gps-0`" in told[8]
    assert told[9].endswith("expected a time before that at which it was recorded, came 10:00")
    assert "expected a time such as 09:30, came `8`" in told[10]
