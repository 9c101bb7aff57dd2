"""Empties at the broker what it still retains for parties that read it no more.

What is to be emptied stands in the journal and is forgotten only behind the broker's acknowledgement. If the power goes
before, it is emptied again, which changes nothing.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from functools import partial

import structlog

from gateway.deliver.channels import Channels
from gateway.deliver.mqtt import DEADLINE_S, topic
from gateway.errors import BadInput
from gateway.journal import Journal, retained
from gateway.journal.retained import Left

LOOK_EVERY_S = 1.0  # at most: nobody waits for it
MOST_AT_ONCE = 200  # topics

log = structlog.get_logger("emptying")


class Emptying:
    """One task: `run`."""

    def __init__(self, journal: Journal, channels: Channels) -> None:
        self._journal = journal
        self._channels = channels

    async def run(self) -> None:
        """Empty until cancelled; while the broker is away, wait for it."""
        while True:
            commits = self._journal.commits
            if not await self._round():
                await self._journal.beyond(commits)
            await asyncio.sleep(LOOK_EVERY_S)

    async def _round(self) -> bool:
        """Empty some; whether there is more to do, now or when the broker is back."""
        standing = self._channels.told_by("mqtt")
        out = self._channels.mqtt_if_any()
        if out is not None:
            out.watch_standing()  # before the look: what is told since is not emptied
        empty, stays = await self._journal.read(lambda c: retained.waiting(c, standing, MOST_AT_ONCE))
        if not empty and not stays:
            return False
        over = [*stays, *await self._emptied(empty)]
        if over:
            await self._journal.insist(partial(retained.forget, over=over))
        return True

    async def _emptied(self, wanted: Sequence[Left]) -> Sequence[Left]:
        """Empty topics; those that the broker has acknowledged."""
        over: list[Left] = []
        try:
            out = self._channels.mqtt()
            for one in wanted:
                async with asyncio.timeout(DEADLINE_S):
                    await out.empty(topic(one.party, one.alert_id))
                over.append(one)
        except (TimeoutError, ConnectionError):
            pass  # the rest when the broker is back
        except BadInput as error:  # the broker's password is not there
            log.error("the broker cannot be asked to empty topics", reason=str(error))  # noqa: TRY400 - no bug of ours
        return over
