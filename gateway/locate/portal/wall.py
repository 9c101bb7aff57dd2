"""All doors of one site: their readers hear each other's loads, so they are judged together.

A tag is judged when its own door has not heard it for `SILENT_US`, or when it stays in range but has moved away
from where it was strongest. Who crossed is told and begins anew; who did not is remembered, and judged
again after further reads. Silence is measured by the gateway's clock, order by the readers': their clocks must
agree among each other to some tenths of a second, and need not agree with ours.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable

from gateway.locate.portal.barriers import Barriers, Passing
from gateway.locate.portal.company import Verdict, judge
from gateway.locate.portal.crossing import Crossing, Direction, Load, Side
from gateway.locate.portal.evidence import Evidence, evidence_of
from gateway.locate.portal.loads import Loads
from gateway.locate.portal.profile import UNKNOWN_DBM, Profile
from gateway.model import Micros, Observation, TagRead

SILENT_US = 3_500_000  # with a tick each second, a verdict comes within 4.5 s of the last read at the door
AWAY_US = 10_000_000
LOOK_US = 250_000  # silence is looked for this often
COMPANY_US = 60_000_000  # companions were in the door this lately
STAY_US = 300_000_000  # a tag in range for this long is on the site
STAY_LOOK_US = 10_000_000
FORGET_US = 900_000_000
AGAIN_US = 30_000_000  # the same way twice within this time is one crossing
MOST_TAGS = 20_000  # of one wall; the longest unheard go first
MOST_CROSSED = 512  # evidence of tags that crossed, for those that are judged after them
SURE = 0.7  # nats that it crossed; higher misses more, lower believes more bystanders
SURE_WAY = 2.0  # nats for one direction: who turns back has no clear one
BARRIER_NATS = 4.0  # for a crossing, where both beams were broken in order

FLOOR_DBM = -72.0  # to begin with, the weakest that is heard; about what common readers hear
FLOOR_DOWN_DB = 0.2  # a weaker read lowers it by this,
FLOOR_UP_DB = 0.002  # a stronger one raises it by this: so about a hundredth of all reads are below


class Wall:
    """The tags that the doors of one site hear."""

    def __init__(self) -> None:
        self._tags: dict[str, Profile] = {}
        self._waiting: set[str] = set()  # tags that were read at their door since they were judged
        self._crossed: deque[Evidence] = deque(maxlen=MOST_CROSSED)
        self._told: dict[str, tuple[Direction, Micros]] = {}  # who crossed lately
        self._barriers: dict[str, Barriers] = {}
        self._loads = Loads()
        self._floor_dbm = FLOOR_DBM
        self._look_us: Micros = 0
        self._forget_us: Micros = 0
        self._stay_us: Micros = 0

    def __len__(self) -> int:
        return len(self._tags)

    @property
    def is_waiting(self) -> bool:
        """Whether something will be told though no further read comes: then time must be told by `advance`."""
        return bool(self._waiting) or len(self._loads) > 0

    def observe(self, observation: Observation, now_us: Micros) -> None:
        """Take one read of a tag at a zone."""
        reading = observation.reading
        assert type(reading) is TagRead
        dbm = UNKNOWN_DBM if reading.rssi_dbm is None else reading.rssi_dbm
        profile = self._tags.get(observation.asset)
        if profile is None:
            profile = self._tags[observation.asset] = Profile()
        if not profile.add(observation, dbm, now_us):
            return
        if reading.rssi_dbm is not None:
            self._floor_dbm += FLOOR_UP_DB if dbm >= self._floor_dbm else -FLOOR_DOWN_DB
        if profile.door == observation.place:
            self._waiting.add(observation.asset)

    def barrier(self, door: str, side: Side, at_us: Micros, *, on: bool) -> None:
        """A light barrier on one side of a door was broken, or is free again."""
        self._barriers.setdefault(door, Barriers()).take(side, at_us, on=on)

    def advance(self, now_us: Micros) -> list[Crossing]:
        """Let time pass: who has fallen silent is judged; answer who crossed."""
        if abs(now_us - self._look_us) < LOOK_US:  # a clock that was set back does not hold things up
            return []
        self._look_us = now_us
        due = sorted(asset for asset in self._waiting if self._is_due(self._tags[asset], now_us))
        crossings = self._judge(due, now_us) if due else []
        if abs(now_us - self._forget_us) > COMPANY_US or len(self._tags) > MOST_TAGS:
            self._forget(now_us)
        return crossings

    def staying(self, now_us: Micros) -> list[Observation]:
        """The last reads of tags that have stayed in range inside for long; each is told once."""
        if abs(now_us - self._stay_us) < STAY_LOOK_US:
            return []
        self._stay_us = now_us
        return [
            observation
            for profile in self._tags.values()
            if (observation := profile.staying(now_us, STAY_US, STAY_LOOK_US)) is not None
        ]

    def complete(self, now_us: Micros) -> list[Load]:
        """The loads that have become complete since this was asked last."""
        return self._loads.complete(now_us)

    def _is_due(self, profile: Profile, now_us: Micros) -> bool:
        if abs(now_us - profile.heard_us[profile.door]) >= SILENT_US:
            return True
        return now_us - profile.strong_us >= AWAY_US and profile.strong_us > profile.judged_us

    def _judge(self, due: list[str], now_us: Micros) -> list[Crossing]:
        evidence = self._evidence({self._tags[asset].door for asset in due})
        crossings = []
        for asset in due:
            own = evidence[asset]
            company = (other for name, other in evidence.items() if other.door == own.door and name != asset)
            verdict = judge(own, (*company, *(other for other in self._crossed if other.door == own.door)))
            crossing = self._crossing(asset, own, verdict, now_us)
            if crossing is not None:
                crossings.append(crossing)
            self._judged(asset, now_us)
        for crossing in crossings:
            self._crossed.append(evidence[crossing.asset])
            del self._tags[crossing.asset]
            self._waiting.discard(crossing.asset)
        return crossings

    def _evidence(self, doors: Iterable[str]) -> dict[str, Evidence]:
        """What the reads say of all tags that these doors heard lately."""
        newest_us = max(profile.last_us for profile in self._tags.values())
        return {
            asset: evidence_of(profile, self._floor_dbm)
            for asset, profile in self._tags.items()
            if profile.door in doors and (newest_us - profile.last_us < COMPANY_US or asset in self._waiting)
        }

    def _crossing(self, asset: str, own: Evidence, verdict: Verdict, now_us: Micros) -> Crossing | None:
        passing = self._passing(own)
        crossed = verdict.crossed + (BARRIER_NATS if passing is not None else 0.0)
        if crossed < SURE or (passing is None and abs(verdict.inward) < SURE_WAY):
            return None
        direction: Direction = "in" if verdict.inward > 0 else "out"
        if passing is not None:
            direction = passing.direction
        told = self._told.get(asset)
        if told is not None and told[0] == direction and abs(verdict.at_us - told[1]) < AGAIN_US:
            return None
        self._told[asset] = (direction, verdict.at_us)
        return Crossing(
            asset=asset,
            door=own.door,
            direction=direction,
            at_us=verdict.at_us,
            decided_us=now_us,
            load=self._loads.join(asset, direction, own, verdict.at_us, now_us),
            nats=crossed,
            barrier=passing is not None,
            observation=self._tags[asset].last_at(own.door, "inner" if direction == "in" else "outer"),
        )

    def _passing(self, own: Evidence) -> Passing | None:
        barriers = self._barriers.get(own.door)
        return None if barriers is None else barriers.passing(own)

    def _judged(self, asset: str, now_us: Micros) -> None:
        profile = self._tags[asset]
        if abs(now_us - profile.heard_us[profile.door]) >= SILENT_US:
            self._waiting.discard(asset)
        profile.judged_us = now_us

    def _forget(self, now_us: Micros) -> None:
        """Keep what is remembered bounded, in time and in number."""
        self._forget_us = now_us
        heard_us = {asset: max(profile.heard_us.values()) for asset, profile in self._tags.items()}
        oldest_first = sorted(heard_us, key=lambda asset: (heard_us[asset], asset))
        surplus = len(oldest_first) - MOST_TAGS
        for number, asset in enumerate(oldest_first):
            if number < surplus or (now_us - heard_us[asset] > FORGET_US and asset not in self._waiting):
                del self._tags[asset]
                self._waiting.discard(asset)
        newest_us = max((at_us for _, at_us in self._told.values()), default=0)
        self._told = {asset: told for asset, told in self._told.items() if newest_us - told[1] < COMPANY_US}
