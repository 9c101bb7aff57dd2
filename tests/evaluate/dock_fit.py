"""`python -m tests.evaluate.dock_fit`: where the weights of gateway.locate.portal come from.

The physical model is run on sites and seeds of their own, which `dock.py` never tries; each verdict that the portals
come to is kept with its figures, and three logistic regressions are fitted to the truth: whether a tag crossed by its
own reads, which way, and whether it crossed by its own evidence and its company's. The company's figures rest on
the own weights that stand in the code, so run it again after a change until nothing moves.

Pallets that stand in range and then cross are not in the model. For their sake the weight of lingering stands at a
little less than what is fitted.
"""

from __future__ import annotations

import math
import sys
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec

from gateway.locate.portal import Crossing, wall
from gateway.locate.portal.company import COMPANY, Verdict
from gateway.locate.portal.evidence import OWN, WAY, Evidence
from gateway.model import AssetKind, Micros, Observation, TagRead
from tests.evaluate.dock import ABSENT
from tests.evaluate.dock_site import MODEL, T0, Modelled, Site, model

SITES = (
    Site(seed=101, passes=300),
    Site(seed=102, passes=300),
    Site(seed=103, passes=300, spacing=3.0, shadow=9.0, speed=2.5),
    Site(seed=104, passes=300, spacing=3.0, shadow=4.0, speed=1.0),
    Site(seed=105, passes=300, spacing=4.5, shadow=9.0, doors=2),
    Site(seed=106, passes=300, spacing=3.0, shadow=9.0, speed=2.5, power=27.0, gap=6.0),
    Site(seed=107, passes=300, spacing=4.5, shadow=4.0, speed=2.5, power=32.0, doors=5),
    Site(seed=109, passes=300, shadow=9.0, speed=2.0, power=28.0, gap=20.0),
    Site(seed=110, passes=300, spacing=3.5, shadow=7.0, speed=1.3, doors=4, gap=8.0),
)
TICK_US = 1_000_000
ROUNDS = 25
RIDGE = 0.01  # keeps weights finite where a figure decides alone


class Judged(msgspec.Struct, frozen=True):
    """One verdict, and the truth."""

    own: Evidence
    verdict: Verdict
    crossed: bool
    inwards: bool


class RecordingWall(wall.Wall):
    """A wall that keeps what it was asked to judge."""

    def __init__(self) -> None:
        super().__init__()
        self.judged: list[tuple[str, Evidence, Verdict, Micros]] = []

    def _crossing(self, asset: str, own: Evidence, verdict: Verdict, now_us: Micros) -> Crossing | None:
        self.judged.append((asset, own, verdict, now_us))
        return super()._crossing(asset, own, verdict, now_us)


def judged(modelled: Modelled) -> list[Judged]:
    """Every verdict on one site up to the first after each tag's crossing."""
    truth = {row.epc: row for row in modelled.truth()}
    through: set[str] = set()
    found = []
    for asset, own, verdict, now_us in _listen(modelled).judged:
        row = truth[asset]
        crossed = row.crossed_at is not None and T0 + row.crossed_at * 1_000_000 <= now_us
        if asset not in through:
            found.append(Judged(own, verdict, crossed, row.kind == "in"))
        if crossed:
            through.add(asset)
    return found


def _listen(modelled: Modelled) -> RecordingWall:
    listening, ticked_us = RecordingWall(), T0
    for read in modelled.reads():
        at_us = T0 + round(read.t * 1_000_000)
        for tick_us in range(ticked_us + TICK_US, min(at_us, ticked_us + 10 * TICK_US), TICK_US):
            listening.advance(tick_us)
        ticked_us = at_us
        listening.observe(
            Observation(
                asset=read.epc,
                kind=AssetKind.PART,
                device=read.reader,
                reading=TagRead(epc=b"", rssi_dbm=read.rssi_dbm),
                at_us=at_us,
                received_us=at_us,
                device_us=at_us,
                place=read.reader,
                zone="outer" if read.is_outer else "inner",
            ),
            at_us,
        )
        listening.advance(at_us)
    listening.advance(ticked_us + 10 * TICK_US)
    return listening


def logistic(figures: Sequence[Sequence[float]], labels: Sequence[bool]) -> list[float]:
    """The weights under which the labels are likeliest: Newton's method with a small ridge."""
    size = len(figures[0])
    weights = [0.0] * size
    for _ in range(ROUNDS):
        slope = [RIDGE * weight for weight in weights]
        curve = [[RIDGE * (row == column) for column in range(size)] for row in range(size)]
        for figure, label in zip(figures, labels, strict=True):
            chance = _chance(sum(weight * value for weight, value in zip(weights, figure, strict=True)))
            bend = chance * (1.0 - chance)
            for row, value in enumerate(figure):
                slope[row] += (chance - label) * value
                for column in range(row + 1):
                    curve[row][column] += bend * value * figure[column]
        weights = [weight - step for weight, step in zip(weights, _solved(curve, slope), strict=True)]
    return weights


def _chance(nats: float) -> float:
    return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, nats))))


def _solved(lower: list[list[float]], right: Sequence[float]) -> list[float]:
    """Solve a symmetric positive system given by its lower half (Cholesky)."""
    size = len(right)
    root = [[0.0] * size for _ in range(size)]
    for row in range(size):
        for column in range(row + 1):
            rest = lower[row][column] - sum(root[row][k] * root[column][k] for k in range(column))
            root[row][column] = math.sqrt(rest) if row == column else rest / root[column][column]
    half = [0.0] * size
    for row in range(size):
        half[row] = (right[row] - sum(root[row][k] * half[k] for k in range(row))) / root[row][row]
    answer = [0.0] * size
    for row in reversed(range(size)):
        answer[row] = (half[row] - sum(root[k][row] * answer[k] for k in range(row + 1, size))) / root[row][row]
    return answer


def _table(title: str, now: msgspec.Struct, fitted: Iterable[float]) -> None:
    print(f"{title:<12}{'in the code':>14}{'fitted':>10}")
    for name, weight in zip(now.__struct_fields__, fitted, strict=True):
        print(f"  {name:<12}{getattr(now, name):>12.2f}{weight:>10.2f}")


def main() -> int:
    """Model, judge, fit, and print the tables beside what stands in the code."""
    if not MODEL.is_file():
        print(ABSENT)
        return 0
    found: list[Judged] = []
    for site in SITES:
        with tempfile.TemporaryDirectory(prefix="tierview-dock-") as folder:
            found += judged(model(site, Path(folder)))
        print(f"{site}: {len(found)} verdicts so far", flush=True)
    crossed = [one.crossed for one in found]
    _table("own", OWN, logistic([one.own.figures for one in found], crossed))
    both = [one for one in found if one.crossed and any(one.own.way)]
    _table("way", WAY, logistic([one.own.way for one in both], [one.inwards for one in both]))
    _table("company", COMPANY, logistic([one.verdict.figures for one in found], crossed))
    return 0


if __name__ == "__main__":
    sys.exit(main())
