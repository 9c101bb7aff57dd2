"""A receiver in trouble is left alone for a while after each attempt, and gets everything once it is well (F15)."""

from __future__ import annotations

from pathlib import Path

from gateway.clock import ManualClock
from gateway.deliver.lane import MOST_REST_US, REST_US
from gateway.model import DeliveryState
from tests.deliver.desk import Office, accepted, an_alert, hook, now_us, office
from tests.deliver.receiver import answering, receiving

MANY = 30


async def tell(at: Office, *numbers: int) -> None:
    """Alerts to both, each of a lane of its own; what is looked at for the one was looked at for the other."""
    for number in numbers:
        await at.tell(an_alert(number, ["BAD", "GOOD"], lane=f"L{number}"))
    await at.until(lambda found: accepted(found, ["GOOD"]))


async def test_however_much_is_told_it_is_tried_once_in_a_while(tmp_path: Path) -> None:
    clock = ManualClock(now_us())
    async with (
        receiving(answering(500), answering(500), answering(204)) as bad,
        receiving(answering(204)) as good,
        office(tmp_path, clock, [hook("BAD", bad.url), hook("GOOD", good.url)]) as at,
    ):
        await tell(at, 0)
        await at.until(lambda found: sum(one.attempts for one in found if one.party == "BAD") == 1)
        await tell(at, *range(1, MANY))
        assert len(bad.requests) == 1
        clock.advance_to(clock.now_us() + REST_US)
        await at.until(lambda found: sum(one.attempts for one in found if one.party == "BAD") == 2)
        clock.advance_to(clock.now_us() + REST_US)  # the second rest is longer
        await tell(at, MANY)
        assert len(bad.requests) == 2
        clock.advance_to(clock.now_us() + 2 * MOST_REST_US)
        found = await at.until(lambda found: accepted(found, ["BAD"]))
    assert all(one.state is DeliveryState.ACCEPTED for one in found)
    assert len({request.headers["webhook-id"] for request in bad.requests}) == MANY + 1
