"""Rules judged: one that is written in CEL beside the same question in Python, and an engine that has twenty of these.

A subject is judged again whenever something happens to it. Most subjects are none of a rule's matter; the contest has
one in ten that is, as tier-2 trailers at a cross-dock are among all assets that stand somewhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import ClassVar

from gateway.engine.engine import Engine
from gateway.hearing import Hearing
from gateway.model import AssetKind, EventKind, Finding, Judgement, LocationEvent, Micros, Rule, Severity, Stay, Tier
from gateway.model import Subject as Judged
from rules.expression import Rule as Expression
from tests.bench.contest import Contender, Contest, Measured, Role, cpu_time
from tests.bench.size import Size
from tests.engine.scenario import DAY_US, MINUTE_US, PLACES

ONE_IN = 10
RULES = 20
WHEN = 'kind == "trailer" && tier == "crossdock" && minutes_there > 180'


@dataclass(frozen=True, kw_only=True)
class InPython:
    """The same question as WHEN, as a rule of the house would ask it."""

    judges: ClassVar[type[Stay]] = Stay

    def judge(self, subject: Judged, now_us: Micros) -> Judgement:
        assert isinstance(subject, Stay)
        if subject.asset_kind is not AssetKind.TRAILER or subject.tier is not Tier.CROSSDOCK:
            return Judgement()
        due_us = subject.since_us + 181 * MINUTE_US
        if now_us < due_us:
            return Judgement(again_us=due_us)
        text = f"{subject.asset} stands at {subject.place}"
        return Judgement(verdict=Finding(since_us=due_us, reason="stands", severity=Severity.WARNING, text=text))


def contest(size: Size) -> Contest:
    """Single judgements of stays."""
    stays = [_stay(number) for number in range(size.decoded // 10)]
    asked = Expression(about="stay", when=WHEN, text="{asset} stands at {place}")
    return Contest(
        name="rules",
        title="Stays judged",
        unit="judgements",
        contenders=[
            Contender(name="condition in CEL", role=Role.OURS, measure=partial(_judged, asked, stays)),
            Contender(name="the same in Python", role=Role.FLOOR, measure=partial(_judged, InPython(), stays)),
        ],
    )


def contest_engine(size: Size) -> Contest:
    """Events through an engine with twenty conditions."""
    events = [_event(number) for number in range(size.decoded // 20)]
    texts = [f"{WHEN} && minutes_there < {1000 + number}" for number in range(RULES)]
    conditions: list[Rule] = [Expression(about="stay", when=text, text="{asset} stands at {place}") for text in texts]
    return Contest(
        name="engine",
        title=f"Events through an engine with {RULES} rules",
        unit="events",
        contenders=[
            Contender(name="conditions in CEL", role=Role.OURS, measure=partial(_taken, conditions, events)),
            Contender(
                name="the same in Python", role=Role.FLOOR, measure=partial(_taken, [InPython()] * RULES, events)
            ),
        ],
    )


def _judged(rule: Rule, stays: Sequence[Stay]) -> Measured:
    now_us = DAY_US + 600 * MINUTE_US

    def work() -> int:
        return sum(type(rule.judge(stay, now_us)) is Judgement for stay in stays)

    return cpu_time(work)


def _taken(rules: Sequence[Rule], events: Sequence[LocationEvent]) -> Measured:
    engine = Engine(
        rules={f"rule-{number}": rule for number, rule in enumerate(rules)},
        subscriptions=(),
        lineage=lambda code: (code, *PLACES.ancestors(code)),
        owners=PLACES,
        hearing=Hearing([], {}),
        operator="OWN-B",
    )

    def work() -> int:
        taken = 0
        for event in events:
            engine.advance(event.recorded_us)
            engine.take(event)
            engine.drain()
            taken += 1
        return taken

    return cpu_time(work)


def _stay(number: int) -> Stay:
    return Stay(
        asset=f"TRL-{number % 500}",
        asset_kind=AssetKind.TRAILER,
        place="X" if number % ONE_IN == 0 else "A",
        tier=Tier.CROSSDOCK if number % ONE_IN == 0 else Tier.TIER1,
        since_us=DAY_US + number % 400 * MINUTE_US,
    )


def _event(number: int) -> LocationEvent:
    """Assets that come and go by turns."""
    stay, leaves = _stay(number // 2), number % 2 == 1
    at_us = DAY_US + number * 1_000_000
    return LocationEvent(
        event_id=f"event-{number}",
        kind=EventKind.LEFT if leaves else EventKind.ARRIVED,
        asset=stay.asset,
        asset_kind=stay.asset_kind,
        place=stay.place,
        tier=Tier.TRANSIT if leaves else stay.tier,
        at_us=at_us,
        received_us=at_us,
        recorded_us=at_us,
    )
