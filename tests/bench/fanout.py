"""One alert to many subscribers: how far apart the first and the last acceptance are, beside the floor.

`fanout` is webhooks alone, to two parties' own servers; `mix` is a third each of webhooks, MQTT through mosquitto and
event streams; `two` is the OEM and its supplier, `told` the same from the commit of the alert to the last acceptance.
A unit is one acceptance.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from statistics import quantiles
from tempfile import TemporaryDirectory
from typing import TypeAlias

from tests.bench.brokers import mosquitto
from tests.bench.children import Child, python
from tests.bench.contest import Contender, Contest, Measured, Role
from tests.bench.fanout_bare import bare, by_httpx
from tests.bench.fanout_ours import Ends, Told, fan_out, subscriptions
from tests.bench.machine import mosquitto_program
from tests.bench.size import Size

Figure: TypeAlias = Callable[[Told], float]
Run: TypeAlias = Callable[[Path, Ends], Coroutine[None, None, list[Told]]]


def contest(size: Size) -> Contest:
    """A thousand webhooks."""
    return _contest(
        "fanout",
        f"first to last acceptance, {size.subscribers:,} webhooks of two servers",
        webhooks=size.subscribers,
        alerts=size.alerts,
        peer=True,
    )


def contest_mix(size: Size) -> Contest:
    """A thousand subscribers of three kinds."""
    third = size.subscribers // 3
    mqtt = third if mosquitto_program() else 0
    return _contest(
        "mix",
        f"first to last acceptance, {size.subscribers:,} by webhook, MQTT and event stream",
        webhooks=size.subscribers - third - mqtt,
        mqtt=mqtt,
        sse=third,
        alerts=size.alerts,
    )


def contest_two(size: Size) -> Contest:
    """The OEM and its supplier."""
    return _contest("two", "first to last acceptance, two parties' webhooks", webhooks=2, alerts=size.pairs)


def contest_told(size: Size) -> Contest:
    """The same, counted from before the alert's commit; the floor knows no commit."""
    return _contest(
        "told", "commit to last acceptance, two parties' webhooks", webhooks=2, alerts=size.pairs, figure=_last
    )


def _spread(told: Told) -> float:
    return told.spread_ms


def _last(told: Told) -> float:
    return told.last_ms


def _contest(
    name: str,
    title: str,
    *,
    webhooks: int,
    alerts: int,
    mqtt: int = 0,
    sse: int = 0,
    peer: bool = False,
    figure: Figure = _spread,
) -> Contest:
    async def ours(folder: Path, ends: Ends) -> list[Told]:
        return await fan_out(folder / "journal", ends, subscriptions(ends, webhooks, mqtt, sse), alerts)

    async def floor(_folder: Path, ends: Ends) -> list[Told]:
        return await bare(ends, webhooks, mqtt, sse, alerts)

    async def httpx(_folder: Path, ends: Ends) -> list[Told]:
        return await by_httpx(ends, webhooks, max(1, alerts // 10))

    measure = partial(_measure, with_broker=mqtt > 0, expected=webhooks + mqtt + sse, figure=figure)
    contenders = [
        Contender(name="tierview, journalled", role=Role.OURS, measure=partial(measure, ours)),
        Contender(name="the bytes alone, connections open", role=Role.FLOOR, measure=partial(measure, floor)),
    ]
    if peer:
        contenders.append(Contender(name="httpx, gathered", role=Role.PEER, measure=partial(measure, httpx)))
    return Contest(
        name=name, title=title, unit="acceptances", contenders=contenders, clock=time.perf_counter, paced=True
    )


def _measure(run: Run, *, with_broker: bool, expected: int, figure: Figure) -> Measured:
    with _ends(with_broker=with_broker) as (folder, ends):
        cpu_s, began_s = time.process_time(), time.perf_counter()
        told = asyncio.run(run(folder, ends))
        seconds, cpu_s = time.perf_counter() - began_s, time.process_time() - cpu_s
    cuts = quantiles(map(figure, told), n=100, method="inclusive") if len(told) > 1 else [figure(told[0])] * 99
    units = sum(one.accepted for one in told)
    return Measured(
        units=units,
        seconds=seconds,
        cpu_s=cpu_s,
        missing=expected * len(told) - units,
        p50_ms=cuts[49],
        p99_ms=cuts[98],
    )


@contextmanager
def _ends(*, with_broker: bool) -> Iterator[tuple[Path, Ends]]:
    """Receivers, and a broker where one is needed, in processes of their own."""
    with TemporaryDirectory(prefix="tierview-bench-") as name, ExitStack() as stack:
        folder = Path(name)
        child = stack.enter_context(Child(python("tests.bench.fanout_receivers", 2), folder / "receivers.log"))
        *servers, taker = map(int, child.hear().split())
        broker = stack.enter_context(mosquitto(folder)) if with_broker else None
        yield folder, Ends(servers=servers, taker=taker, mqtt=None if broker is None else broker.mqtt)
