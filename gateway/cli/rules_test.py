"""`tierview rules test`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

if TYPE_CHECKING:
    from sqlite3 import Connection

    from gateway.config import Config
    from gateway.engine.differences import Difference
    from gateway.model import Alert, Micros
    from gateway.replay.recording import Span


def rules_test(
    changed: Path = Path("config.yaml"),
    /,
    *,
    against: Path | None = None,
    scenario: Path | None = None,
    journal: Path | None = None,
    since: Annotated[str, Parameter(name="--from")] = "",
    until: str = "",
    clock_speed: float = 1.0,
    json: bool = False,
) -> None:
    """Say which alerts changed rules would raise, by the tape or in stories: come, gone or moved.

    For example:

        tierview rules test changed.yaml --against config.yaml
        tierview rules test changed.yaml --against config.yaml --scenario friday.yaml
        tierview rules test changed.yaml --journal data --from 2026-03-01T06:00Z --json

    Nothing is written and nobody is told; it works while the gateway runs.

    Parameters
    ----------
    changed
        The configuration with the changed rules.
    against
        The configuration to compare with, played likewise; otherwise the alerts that were raised then.
    scenario
        A file of stories, told in sentences, to play instead of the tape; docs/scenarios.md says how they are written.
        Without --against all their alerts come.
    journal
        The folder of the journal; otherwise the one that the changed configuration names.
    since
        The first moment, such as 2026-03-01T06:00:00Z; otherwise the tape's.
    until
        The last moment; otherwise the tape's.
    clock_speed
        Of the gateway whose tape it is: 120 for the demo's.
    json
        One JSON object a line, for machines: kind (come, gone, moved), rule, subject, before, after; of a
        scenario also the story.
    """
    from gateway.cli.given import journal_folder, read_config
    from gateway.errors import BadInput
    from gateway.logs import set_up_logs

    if clock_speed <= 0:
        raise BadInput("expected --clock-speed above 0")
    set_up_logs(level="error")
    config = read_config(changed)
    present = None if against is None else read_config(against)
    if scenario is not None:
        _tell_stories(scenario, config, present, json=json)
    else:
        _tell_tape(journal or journal_folder(config, changed), (since, until), config, present, clock_speed, json=json)


def _tell_tape(
    journal: Path, ends: tuple[str, str], config: Config, present: Config | None, clock_speed: float, *, json: bool
) -> None:
    from gateway.engine.differences import differences
    from gateway.journal import beside
    from gateway.replay import recording
    from gateway.web.http.times import parse_micros

    from_us = parse_micros(ends[0], "--from") if ends[0] else None
    until_us = parse_micros(ends[1], "--until") if ends[1] else None
    with beside.reading(journal) as connection:
        span = recording.span_of(connection, from_us, until_us)
        before = _raised(connection, span) if present is None else _played(connection, span, present, clock_speed)
        after = _played(connection, span, config, clock_speed)
    _print(differences(before, after), len(before), len(after), json=json)


def _tell_stories(file: Path, config: Config, present: Config | None, *, json: bool) -> None:
    from gateway.cli.printed import say
    from gateway.cli.rules_scenario import in_stories
    from gateway.engine.differences import differences

    for name, before, after in in_stories(file, config, present):
        if not json:
            say(name, "bold")
        _print(differences(before, after), len(before), len(after), json=json, story=name)


def _played(connection: Connection, span: Span, config: Config, clock_speed: float) -> list[Alert]:
    """The alerts that a configuration raises."""
    from gateway.cli.bar import bar
    from gateway.engine.differences import newest
    from gateway.model import Alert
    from gateway.replay import recording

    with bar(wanted=True) as progress:
        came = progress.watch(recording.chunks(connection, span), span)
        outcomes = recording.played(connection, span, config, came, clock_speed=clock_speed)
        return newest((one for one in outcomes if isinstance(one, Alert)), span.from_us, span.until_us)


def _raised(connection: Connection, span: Span) -> list[Alert]:
    """The alerts that were raised then."""
    from gateway.engine.differences import newest
    from gateway.replay.recording import alerts

    return newest(alerts(connection), span.from_us, span.until_us)


def _print(found: list[Difference], before: int, after: int, *, json: bool, story: str = "") -> None:
    from gateway.cli.printed import say, warn, write_json

    for one in found:
        if json:
            write_json(
                ({"story": story} if story else {})
                | {
                    "kind": one.kind,
                    "rule": one.either.rule,
                    "subject": one.either.subject,
                    "before": _told(one.before),
                    "after": _told(one.after),
                }
            )
        else:
            say(_sentence(one), {"come": "yellow", "gone": "green", "moved": "cyan"}[one.kind])
    if not json:
        counts = ", ".join(f"{sum(one.kind == kind for one in found)} {kind}" for kind in ("come", "gone", "moved"))
        warn(f"{before} alerts before, {after} after: {counts}")


def _told(alert: Alert | None) -> dict[str, str | None] | None:
    from gateway.web.http.times import iso, iso_or_none

    if alert is None:
        return None
    return {
        "raised": iso(alert.raised_us),
        "severity": alert.severity,
        "state": alert.state,
        "reason": alert.reason,
        "text": alert.text,
        "ended": iso_or_none(alert.ended_us),
        "ended_reason": alert.ended_reason,
    }


def _sentence(one: Difference) -> str:
    head = f"{one.kind:<6} {one.either.rule}  {one.either.subject}"
    if one.before is not None and one.after is not None:
        return f"{head}  {_span(one.before)}  now  {_span(one.after)}"
    return f"{head}  {_span(one.either)}  {one.either.text}"


def _span(alert: Alert) -> str:
    from gateway.web.http.times import iso

    ended: Micros | None = alert.ended_us
    end = "open" if ended is None else f"{alert.state} {iso(ended)[:19]}Z"
    return f"{alert.severity} {iso(alert.raised_us)[:19]}Z, {end}"
