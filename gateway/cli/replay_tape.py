"""`tierview replay --tape FOLDER [CONFIG]`."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import msgspec

from gateway.cli.bar import bar
from gateway.cli.event_words import words_of_alert, words_of_event
from gateway.cli.given import read_config
from gateway.cli.options import Tape
from gateway.cli.pace import paced
from gateway.cli.printed import say, warn, write_json
from gateway.journal import beside
from gateway.logs import set_up_logs
from gateway.model import Alert, Micros, Quarantined
from gateway.replay import recording
from gateway.replay.tape import Outcome
from gateway.web.assets.render_events import event_shape
from gateway.web.http.times import iso, parse_micros
from gateway.web.render import alert_shape


class QuarantinedLine(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", tag="quarantined"):
    """Input that could not be used."""

    received: str
    source: str
    stage: str
    reason: str
    text: str
    topic: str
    data: str  # hex


def replay_tape(folder: Path, tape: Tape, file: Path, *, speed: float, json: bool) -> None:
    """Print what the tape leads to; write nothing."""
    set_up_logs(level="error")
    config = read_config(file)
    from_us, until_us = _moment(tape.since, "--from"), _moment(tape.until, "--until")
    with beside.reading(folder) as connection, bar(wanted=not (json and sys.stdout.isatty())) as progress:
        span = recording.span_of(connection, from_us, until_us)
        came = progress.watch(recording.chunks(connection, span), span)
        outcomes = recording.played(
            connection, span, config, came, rules=tape.rules == "on", clock_speed=tape.clock_speed
        )
        _print(paced(outcomes, _at_us, speed), json=json)


def _moment(text: str, what: str) -> Micros | None:
    return parse_micros(text, what) if text else None


def _at_us(outcome: Outcome) -> Micros | None:
    if isinstance(outcome, Quarantined):
        return outcome.received_us
    return outcome.recorded_us


def _print(outcomes: Iterable[Outcome], *, json: bool) -> None:
    counts: Counter[str] = Counter()
    for number, outcome in enumerate(outcomes, 1):
        if json:
            write_json(_line(number, outcome))
        else:
            say(*_words(number, outcome))
            counts[_kind(outcome)] += 1
    if not json:
        warn(", ".join(f"{count} {kind}" for kind, count in sorted(counts.items())) or "nothing happened")


def _kind(outcome: Outcome) -> str:
    kind = type(outcome).__name__
    return kind.removesuffix("Event").lower()


def _line(number: int, outcome: Outcome) -> object:
    if isinstance(outcome, Quarantined):
        return _quarantined(outcome)
    if isinstance(outcome, Alert):
        return {"type": "alert", **msgspec.structs.asdict(alert_shape(outcome, outcome.acks, ()))}
    return event_shape(number, outcome)


def _words(number: int, outcome: Outcome) -> tuple[str, str]:
    if isinstance(outcome, Quarantined):
        return f"{iso(outcome.received_us)}  rejected  {outcome.reason}: {outcome.text}", "red"
    if isinstance(outcome, Alert):
        return words_of_alert(alert_shape(outcome, outcome.acks, ()))
    return words_of_event(event_shape(number, outcome))


def _quarantined(held: Quarantined) -> QuarantinedLine:
    return QuarantinedLine(
        received=iso(held.received_us),
        source=held.source,
        stage=held.stage,
        reason=held.reason,
        text=held.text,
        topic=held.topic,
        data=held.data.hex(),
    )
