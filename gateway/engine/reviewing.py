"""What has ended, held against what is known of it now: late data moves it, shows it, or disproves it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

import msgspec

from gateway.engine.corrections import is_before, is_of, never_was
from gateway.model import Alert, Cleared, Episode, Event, Finding, Journey, Micros, Reviewing, Rule, Stay, Subject

REMEMBERED = (Stay, Journey)  # their past is known for a while


class Hindsight(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What a rule finds of a subject that is over."""

    past: Sequence[Episode]
    is_late: bool  # it may be otherwise than was said: of assets, what led to it was before the newest that is known


class Review(msgspec.Struct, frozen=True, kw_only=True):
    """What becomes of the alerts of one rule and subject."""

    moved: Sequence[tuple[Alert, Cleared]]  # those that ended at another time
    new: Sequence[Episode]  # what was found of nobody, and is over
    never: Sequence[Alert]  # those of which nothing is left


def told_apart(
    held: Alert, verdict: Finding | Cleared, past: Iterable[Episode]
) -> tuple[Cleared | None, Finding | Cleared]:
    """What stands and what a rule speaks of may be two stays of one asset: how the first ended, where it went and has
    come again, and what is then to be concluded."""
    if isinstance(verdict, Cleared):  # of an earlier one: of what stands nothing is left
        return None, never_was(held, verdict.at_us) if is_before(verdict, held) else verdict
    if held.clearing is not None or is_of(held, verdict):
        return None, verdict
    return next((one.cleared for one in past if is_of(held, one.finding)), None), verdict


def reviewed(
    past: Iterable[Episode],
    held: Alert | None,
    resolved: Iterable[Alert],
    *,
    delay_us: Micros = 0,
    known_us: Micros = 0,
    forgotten_us: Micros = 0,
) -> Review:
    """Hold the alert that stands and those that ended against all that was and is over.

    `delay_us`: the off-delay of the rule; what comes again before it has passed is one. `known_us`: what was before is
    known no longer, and alerts of then stay as they are. `forgotten_us`: alerts that ended before are remembered no
    longer, so that nothing is new of then.
    """
    ended = list(resolved)
    left = [alert for alert in ended if alert.raised_us >= known_us]
    covering = [alert for alert in ended if alert.raised_us < known_us]
    if held is not None and (delay_us or held.raised_us < known_us):
        covering.append(held)
    moved, new = [], []
    for episode in _joined(past, delay_us):
        known = next((alert for alert in left if is_of(alert, episode.finding)), None)
        if known is not None:
            left.remove(known)
            if known.ended_us != episode.cleared.at_us:
                moved.append((known, episode.cleared))
        elif held is not None and is_of(held, episode.finding):
            continue
        elif episode.cleared.at_us > forgotten_us and not any(_covers(alert, episode) for alert in covering):
            new.append(episode)
    return Review(moved=moved, new=new, never=left)


class Reviewers:
    """The rules that say what they would have found."""

    def __init__(self, rules: Mapping[str, Rule]) -> None:
        self._past = {name: rule.past for name, rule in rules.items() if isinstance(rule, Reviewing)}

    def look_back(self, name: str, subject: Subject, event: Event | None, now_us: Micros) -> Hindsight | None:
        """What a rule finds over, after an event; None where that is not asked."""
        if event is None or name not in self._past:
            return None
        is_late = not isinstance(subject, REMEMBERED) or event.at_us <= subject.past_us
        return Hindsight(past=self._past[name](subject, now_us), is_late=is_late)


def known_us(subject: Subject) -> Micros:
    """What was of a subject before is known no longer; 0 where all is."""
    return subject.known_us if isinstance(subject, REMEMBERED) else 0


def _joined(past: Iterable[Episode], delay_us: Micros) -> Iterator[Episode]:
    """The episodes, those joined that follow one another at one place before the off-delay has passed."""
    going: Episode | None = None
    for episode in past:
        if going is not None and _goes_on(going, episode, delay_us):
            going = msgspec.structs.replace(going, cleared=episode.cleared)
            continue
        if going is not None:
            yield going
        going = episode
    if going is not None:
        yield going


def _goes_on(episode: Episode, after: Episode, delay_us: Micros) -> bool:
    same = episode.finding.unseen_at == after.finding.unseen_at
    return same and after.finding.since_us < episode.cleared.at_us + delay_us


def _covers(alert: Alert, episode: Episode) -> bool:
    began = alert.unseen_at == episode.finding.unseen_at and alert.raised_us <= episode.finding.since_us
    return began and (alert.ended_us is None or episode.cleared.at_us <= alert.ended_us)
