"""Does what goes into a trailer match its plan, said while the trailer still stands there?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal

from gateway.model import Cleared, Finding, Judgement, Load, Micros, Severity, Subject
from rules.wording import SECOND_US, clock, duration, listed


@dataclass(frozen=True, kw_only=True)
class Rule:
    """Does what goes into a trailer match its plan, said while the trailer still stands there?"""

    judges: ClassVar[type[Load]] = Load

    asks: Literal["missing", "extra", "wrong_trailer"] = "missing"  # what; a rule entry for each
    quiet_s: float = 300.0  # missing: loading counts as done when nothing new went in for so long ...
    before_close_s: float = 900.0  # ... or so long before the departure window closes
    unread: bool = False  # missing: also where nothing at all was read going in; a dead reader looks the same
    places: tuple[str, ...] = ()  # sites or doors where it is asked; none: everywhere
    list_up_to: int = 5  # goods named in the text
    severity: Severity = Severity.WARNING  # while it stands; critical once it has left so, if anything went in

    def judge(self, subject: Subject, now_us: Micros) -> Judgement:
        assert isinstance(subject, Load)
        if self.places and not {subject.site, subject.door}.intersection(self.places):
            return Judgement()
        if subject.over:
            text = f"{subject.trailer} has gone on from {subject.site}: nothing can be mended there any more"
            return Judgement(verdict=Cleared(at_us=now_us, reason="gone", text=text))
        if self.asks == "missing":
            return self._missing(subject, now_us)
        return self._wrong(subject)

    def _missing(self, load: Load, now_us: Micros) -> Judgement:
        missing = load.missing
        if not missing:
            return Judgement(verdict=_complete(load))
        if load.amid or not (load.goods or self.unread):
            return Judgement()
        due_us = self._done_us(load) if load.departed_us is None else load.departed_us
        if due_us is None:
            return Judgement()
        due_us = max(due_us, load.since_us)
        if now_us < due_us:
            return Judgement(again_us=due_us)
        return Judgement(verdict=self._finding(load, due_us, self._missing_text(load, missing)))

    def _done_us(self, load: Load) -> Micros | None:
        """When loading counts as done: nothing new for a while, or the time runs out; None before either can be."""
        quiet_us = None if load.newest_us is None else load.newest_us + int(self.quiet_s * SECOND_US)
        closing_us = None if load.closes_us is None else load.closes_us - int(self.before_close_s * SECOND_US)
        return min((due_us for due_us in (quiet_us, closing_us) if due_us is not None), default=None)

    def _missing_text(self, load: Load, missing: Sequence[str]) -> str:
        taken = {misplaced.asset: misplaced.trailer for misplaced in load.taken}
        named = [f"{asset} (in {taken[asset]})" if asset in taken else asset for asset in missing]
        what = f"without {len(missing)} of {len(load.expected)} expected"
        if load.departed_us is None:
            newest_us = load.newest_us
            last = "nothing went in yet" if newest_us is None else f"the last went in at {clock(newest_us)}"
            return f"{load.trailer} stands at {load.door} {what}, {last}: {self._listed(named)}"
        return f"{load.trailer} left {load.site} at {clock(load.departed_us)} {what}: {self._listed(named)}"

    def _wrong(self, load: Load) -> Judgement:
        if self.asks == "extra":
            wrong, why = list(load.extra), "that no plan names"
            named = wrong
        else:
            wrong, why = [stray.asset for stray in load.strays], "that belong in another trailer"
            named = [f"{stray.asset} (for {stray.trailer})" for stray in load.strays]
        if not wrong:
            text = f"In {load.trailer} at {load.door} is nothing more {why}"
            return Judgement(verdict=Cleared(at_us=_changed_us(load), reason="mended", text=text))
        since_us = min(boarding.at_us for boarding in load.goods if boarding.asset in wrong)
        went = "stands at" if load.departed_us is None else "has left"
        where = load.door if load.departed_us is None else f"{load.site} at {clock(load.departed_us)}"
        text = f"{load.trailer} {went} {where} with {len(wrong)} aboard {why}: {self._listed(named)}"
        return Judgement(verdict=self._finding(load, since_us, text))

    def _finding(self, load: Load, since_us: Micros, text: str) -> Finding:
        # Where nothing at all was read, a dead reader is as likely as an empty trailer.
        sure = load.departed_us is not None and any(boarding.aboard for boarding in load.goods)
        severity = Severity.CRITICAL if sure else self.severity
        return Finding(since_us=since_us, reason=self.asks, severity=severity, text=text)

    def _listed(self, names: Sequence[str]) -> str:
        return listed(names, self.list_up_to)


def _complete(load: Load) -> Cleared | None:
    """Nothing is missing: it went in since, or, after the trailer left, it shows that it had been in."""
    at_us = _changed_us(load)
    if not load.expected:
        text = f"No plan expects anything in {load.trailer} at {load.site}"
        return Cleared(at_us=at_us, reason="nothing_planned", text=text, disproved=True)
    stood = duration((at_us - load.since_us) / SECOND_US)
    text = f"{load.trailer} has all {len(load.expected)} aboard, {stood} after it came to {load.site}"
    return Cleared(at_us=at_us, reason="complete", text=text, disproved=load.departed_us is not None)


def _changed_us(load: Load) -> Micros:
    return max((boarding.at_us for boarding in load.goods), default=load.since_us)
