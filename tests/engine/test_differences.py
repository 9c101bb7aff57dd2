"""Alerts as they are and as changed rules would raise them: what comes, goes and moves."""

from __future__ import annotations

import msgspec

from gateway.engine.alerts import About, opened
from gateway.engine.differences import differences, newest
from gateway.model import Alert, AlertState, Finding, Severity
from tests.engine.scenario import at, clock


def alert(raised: str, subject: str = "shipment:S1", ended: str = "", severity: Severity = Severity.WARNING) -> Alert:
    finding = Finding(since_us=at(raised), reason="not_seen", text="late", severity=severity)
    made = opened("late", subject, finding, About(), at(raised))
    if not ended:
        return made
    return msgspec.structs.replace(made, state=AlertState.RESOLVED, ended_us=at(ended))


def said(before: list[Alert], after: list[Alert]) -> list[str]:
    return [f"{one.kind} {one.either.subject} {clock(one.either.raised_us)}" for one in differences(before, after)]


def test_what_is_the_same_is_not_said() -> None:
    alerts = [alert("10:00", ended="11:00"), alert("12:00"), alert("10:00", "shipment:S2")]
    assert said(alerts, alerts[::-1]) == []


def test_what_comes_goes_and_moves() -> None:
    before = [alert("10:00"), alert("11:00", "shipment:S2"), alert("12:00", "shipment:S3")]
    after = [alert("10:30"), alert("12:00", "shipment:S3"), alert("13:00", "shipment:S4")]
    assert said(before, after) == ["moved shipment:S1 10:30", "gone shipment:S2 11:00", "come shipment:S4 13:00"]


def test_another_end_or_severity_is_a_move() -> None:
    assert said([alert("10:00")], [alert("10:00", ended="11:00")]) == ["moved shipment:S1 10:00"]
    assert said([alert("10:00")], [alert("10:00", severity=Severity.CRITICAL)]) == ["moved shipment:S1 10:00"]


def test_of_several_of_one_subject_those_that_are_the_same_are_paired_first() -> None:
    before = [alert("10:00", ended="11:00"), alert("12:00", ended="13:00")]
    after = [alert("12:00", ended="13:00")]
    assert said(before, after) == ["gone shipment:S1 10:00"]


def test_only_the_newest_version_within_the_span_counts() -> None:
    versions = [alert("09:00"), alert("10:00"), alert("10:00", ended="12:30"), alert("14:00")]
    (held,) = newest(versions, at("09:30"), at("12:00"))
    assert (held.raised_us, held.ended_us, held.state) == (at("10:00"), None, "open")
