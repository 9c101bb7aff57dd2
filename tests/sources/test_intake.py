"""The intake keeps order, bounds what waits, and blocks instead of dropping."""

from __future__ import annotations

import asyncio
import threading

import pytest

from gateway.model import Chunk
from gateway.sources.inbound import Arrival, Connected, Disconnected, Inbound
from gateway.sources.intake import Intake, IntakeClosed


def inbound(number: int, *, size: int = 1, device: str = "gps") -> Inbound:
    return Inbound(Chunk(device=device, received_us=number, data=b"x" * size))


def numbers(items: list[Arrival]) -> list[int]:
    return [item.chunk.received_us for item in items if isinstance(item, Inbound)]


async def test_take_returns_everything_waiting_in_order_and_never_more_than_the_limit() -> None:
    intake = Intake()
    for number in range(5):
        await intake.put(inbound(number))
    assert numbers(await intake.take(3)) == [0, 1, 2]
    assert numbers(await intake.take(3)) == [3, 4]


async def test_take_waits_for_the_first_item() -> None:
    intake = Intake()
    taker = asyncio.create_task(intake.take(10))
    await asyncio.sleep(0)
    assert not taker.done()
    await intake.put(inbound(7))
    assert numbers(await asyncio.wait_for(taker, 5)) == [7]


async def test_put_waits_at_the_bound_on_items_and_loses_nothing() -> None:
    intake = Intake(most_items=2)
    await intake.put(inbound(0))
    await intake.put(inbound(1))
    third = asyncio.create_task(intake.put(inbound(2)))
    await asyncio.sleep(0)
    assert not third.done()
    assert numbers(await intake.take(10)) == [0, 1]
    await asyncio.wait_for(third, 5)
    assert numbers(await intake.take(10)) == [2]


async def test_put_waits_at_the_bound_on_bytes() -> None:
    intake = Intake(most_bytes=10)
    await intake.put(inbound(0, size=10))
    assert intake.waiting_bytes == 10
    second = asyncio.create_task(intake.put(inbound(1, size=1)))
    await asyncio.sleep(0)
    assert not second.done()
    await intake.take(1)
    await asyncio.wait_for(second, 5)
    assert intake.waiting_bytes == 1


async def test_a_chunk_above_the_bound_passes_when_it_is_alone() -> None:
    intake = Intake(most_bytes=10)
    await intake.put(inbound(0, size=11))
    assert numbers(await intake.take(1)) == [0]


async def test_partial_takes_keep_the_count_of_bytes() -> None:
    intake = Intake()
    for number in range(4):
        await intake.put(inbound(number, size=5))
    await intake.take(3)
    assert (len(intake), intake.waiting_bytes) == (1, 5)


async def test_many_threads_through_a_narrow_intake_keep_their_own_order() -> None:
    intake = Intake(most_items=3)
    each = 500

    def produce(device: str) -> None:
        for number in range(each):
            intake.put_from_thread(inbound(number, device=device))

    devices = [f"reader-{number}" for number in range(4)]
    threads = [threading.Thread(target=produce, args=(device,)) for device in devices]
    for thread in threads:
        thread.start()
    got: dict[str, list[int]] = {device: [] for device in devices}
    async with asyncio.timeout(20):
        while sum(map(len, got.values())) < each * len(devices):
            for item in await intake.take(2):
                assert isinstance(item, Inbound)
                got[item.chunk.device].append(item.chunk.received_us)
    for thread in threads:
        thread.join(5)
    assert all(order == list(range(each)) for order in got.values())


async def test_close_frees_a_blocked_thread_and_a_waiting_task_and_leaves_the_rest_to_take() -> None:
    intake = Intake(most_items=1)
    await intake.put(inbound(0))
    refused: list[str] = []

    def produce() -> None:
        try:
            intake.put_from_thread(inbound(1))
        except IntakeClosed as error:
            refused.append(str(error))

    thread = threading.Thread(target=produce)
    thread.start()
    waiting = asyncio.create_task(intake.put(inbound(2)))
    await asyncio.sleep(0)
    intake.close()
    await asyncio.to_thread(thread.join, 5)
    assert refused == ["the gateway is stopping"]
    with pytest.raises(IntakeClosed):
        await waiting
    assert numbers(await intake.take(10)) == [0]
    assert await intake.take(10) == []


async def test_close_frees_a_waiting_taker() -> None:
    intake = Intake()
    taker = asyncio.create_task(intake.take(1))
    await asyncio.sleep(0)
    intake.close()
    assert await asyncio.wait_for(taker, 5) == []


async def test_connections_weigh_nothing_and_stand_in_order() -> None:
    intake = Intake()
    connected = Connected(device="gps", at_us=1, write=None, drop=lambda reason: None)
    await intake.put(connected)
    await intake.put(inbound(2, size=3))
    assert intake.waiting_bytes == 3
    assert (await intake.take(5))[0] is connected


async def test_it_knows_which_lines_stand() -> None:
    intake = Intake()

    def connected(device: str, peer: str) -> Connected:
        return Connected(device=device, at_us=1, write=None, drop=lambda why: None, peer=peer)

    def gone(device: str, peer: str) -> Disconnected:
        return Disconnected(device=device, at_us=1, reason="closed", text="", peer=peer)

    for arrival in (connected("trackers", "b"), connected("trackers", "a"), connected("gps", ""), gone("never", "")):
        await intake.put(arrival)
    assert intake.standing("trackers") == ("a", "b")
    assert (intake.standing("gps"), intake.standing("never"), intake.standing("unknown")) == (("",), (), ())
    await intake.put(gone("trackers", "a"))
    await intake.put(gone("gps", ""))
    await intake.take(10)
    assert (intake.standing("trackers"), intake.standing("gps")) == (("b",), ())
