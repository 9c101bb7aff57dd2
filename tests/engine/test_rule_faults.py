"""A rule that cannot judge: no verdict, a count and a line in the log; whatever else is asked goes on."""

from __future__ import annotations

from pathlib import Path

from structlog.testing import capture_logs

from gateway.catalogue import make_rule
from gateway.clock import ManualClock
from gateway.config.model import RuleEntry
from gateway.engine.engine import Engine
from gateway.engine.follow import EngineFollower
from gateway.hearing import Hearing
from gateway.journal import alerts, events, open_journal
from tests.engine.scenario import PLACES, at, happening

ENTRIES = (
    RuleEntry(
        name="fails",
        rule="expression",
        settings={"about": "load", "when": 'size(expected) > 9 || aboard[0] == "G9"', "text": "{trailer}"},
    ),
    RuleEntry(
        name="works",
        rule="expression",
        settings={"about": "load", "when": "size(aboard) == 0", "text": "{trailer} is empty"},
    ),
)


def engine() -> Engine:
    return Engine(
        rules={entry.name: make_rule(entry) for entry in ENTRIES},
        subscriptions=(),
        lineage=lambda code: (code, *PLACES.ancestors(code)),
        owners=PLACES,
        hearing=Hearing([], {}),
        operator="OWN-B",
    )


async def test_a_rule_that_fails_stops_nothing_and_is_told_once_a_minute(tmp_path: Path) -> None:
    clock = ManualClock(at("09:00"))
    lines = [
        "09:00 T1 arrived A-DOOR",
        "09:00 T2 arrived A-DOOR-2",
        "09:01 T3 arrived B-DOOR",
        "09:30 T4 arrived A-DOOR",
    ]
    async with open_journal(tmp_path) as journal:
        follower = EngineFollower(engine(), journal, clock, clock.now_us)
        await follower.restore()
        with capture_logs() as logs:
            for line in lines:
                happened = happening(line)
                clock.advance_to(happened.recorded_us)
                await journal.write(lambda c, one=happened: events.insert(c, [one]))  # type: ignore[misc]
                await follower.step()
        raised = await journal.read(lambda c: alerts.page(c, limit=10))
    assert follower.rule_faults == {"fails": 4}
    told = [log for log in logs if log["event"] == "rule failed"]
    assert [(log["rule"], log["times"]) for log in told] == [("fails", 1), ("fails", 3), ("fails", 4)]
    assert told[0]["reason"] == "IndexError: index out of bounds: 0"
    assert {alert.rule for alert in raised} == {"works"}
    assert {alert.asset for alert in raised} == {"T1", "T2", "T3", "T4"}
