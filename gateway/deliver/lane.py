"""The lane of one subscription: how much of its queue is under way, what waits, and when it is told together.

Its queue is the journal; in memory are only the messages under way, at most as many as its channel has slots, and one
more that is kept free for critical alerts. A receiver in trouble has one slot until it accepts again, and is left alone
for a while after each attempt, however much is told meanwhile; so nobody waits for it, and its failures cost the others
nothing.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable

from gateway.config.model import Subscription
from gateway.deliver.channel import Channel
from gateway.journal.outbox import Want
from gateway.model import Delivery, DeliveryState, Micros, Severity

SECOND_US = 1_000_000
REST_US = 1 * SECOND_US  # least between the first two attempts at a receiver in trouble, then twice as long ...
MOST_REST_US = 5 * SECOND_US  # ... to the schedule's own first wait
EXPRESS = 1  # slots that only critical alerts take
STORM = 60  # notices within STORM_WINDOW_S, or waiting: more are told together
STORM_WINDOW_S = 60.0
STORM_INTERVAL_S = 60.0  # least between two messages of a group in a storm
CRITICAL_INTERVAL_S = 5.0  # the same for groups of critical alerts
MOST_GROUPS = 10_000  # remembered


class Lane:
    """One subscription's state; all of it can be lost."""

    def __init__(self, name: str, channel: Channel | None, subscription: Subscription | None) -> None:
        self.name = name
        self.channel = channel
        self.subscription = subscription
        self.behind = False  # something is due in the journal that was not taken up
        self.wake_us: Micros | None = None  # when something will be
        self.troubled = False  # the last attempt failed
        self.late = False  # it was not prepared in time for the others
        self.under_way: set[str] = set()
        self._messages = 0
        self._rests_until_us: Micros = 0  # if what went out last fails
        self._rest_us: Micros = 0
        self._came: deque[Micros] = deque(maxlen=STORM)
        self._storm_until_us: Micros = 0
        self._told_us: dict[str, Micros] = {}  # by group

    @property
    def holds(self) -> bool:
        """Whether the others wait until it is prepared."""
        return not (self.troubled or self.late)

    @property
    def hungry(self) -> bool:
        """Whether it could take up something that waits."""
        return self.behind and self._messages < self._slots

    def came(self, now_us: Micros) -> None:
        """A notice is new."""
        self._came.append(now_us)
        if len(self._came) == STORM and now_us - self._came[0] < STORM_WINDOW_S * SECOND_US:
            self.storm(now_us)

    def storm(self, now_us: Micros) -> None:
        """More has come, or waits, than anybody reads one by one."""
        self._storm_until_us = now_us + int(STORM_WINDOW_S * SECOND_US)

    def together(self, now_us: Micros) -> bool:
        """Whether what is due is told in groups."""
        if self.channel is None or not self.channel.groups:
            return False
        return self._own_interval_s > 0 or now_us < self._storm_until_us

    def takes(self, delivery: Delivery, now_us: Micros) -> bool:
        """Whether a new delivery may go out now, before what waits in the journal is looked at."""
        if self._rests(now_us):
            return False
        if delivery.severity is Severity.CRITICAL:
            held = self.together(now_us) and self._again_us(delivery.group) > now_us
            return not held and self._messages < self._slots + EXPRESS
        return not self.behind and not self.together(now_us) and self._messages < self._slots

    def want(self, now_us: Micros) -> Want | None:
        """What to take up from the journal; None: nothing is due, or nothing can be taken."""
        if self.wake_us is not None and self.wake_us <= now_us:
            self.behind, self.wake_us = True, None
        if self.hungry and self._rests(now_us):
            self.behind = False
            self.wake(self._rests_until_us)
        if not self.hungry:
            return None
        together = self.together(now_us)
        return Want(
            subscription=self.name,
            room=self._slots - self._messages,
            under_way=frozenset(self.under_way),
            together=together,
            deep=0 if together or self.channel is None or not self.channel.groups else STORM,
            not_before={group: self._again_us(group) for group in self._told_us} if together else {},
        )

    def wake(self, at_us: Micros | None) -> None:
        """Something is due then."""
        if at_us is not None and (self.wake_us is None or at_us < self.wake_us):
            self.wake_us = at_us

    def begin(self, deliveries: Iterable[Delivery], now_us: Micros) -> None:
        """A message is under way."""
        self._messages += 1
        self._rest_us = min(2 * self._rest_us, MOST_REST_US) if self.troubled else REST_US
        self._rests_until_us = now_us + self._rest_us
        for delivery in deliveries:
            self.under_way.add(delivery.delivery_id)
            if self.together(now_us) and delivery.group:
                self._told_us[delivery.group] = now_us
        if len(self._told_us) > MOST_GROUPS:
            self._told_us = {group: at_us for group, at_us in self._told_us.items() if self._again_us(group) > now_us}

    def end(self, deliveries: Iterable[Delivery]) -> None:
        """It is not any more, and the journal knows how it ended."""
        self._messages -= 1
        for delivery in deliveries:
            self.under_way.discard(delivery.delivery_id)
            if delivery.state is DeliveryState.PENDING:
                self.wake(delivery.next_us)

    def try_now(self) -> None:
        """Somebody says that the receiver is there again."""
        self._rests_until_us = 0
        self.behind = True

    def _rests(self, now_us: Micros) -> bool:
        return self.troubled and now_us < self._rests_until_us

    @property
    def _slots(self) -> int:
        return 1 if self.troubled or self.channel is None else self.channel.slots

    @property
    def _own_interval_s(self) -> float:
        return 0.0 if self.subscription is None else self.subscription.group_interval_s

    def _again_us(self, group: str) -> Micros:
        """When a group may be told again."""
        told_us = self._told_us.get(group)
        if told_us is None:
            return 0
        interval_s = self._own_interval_s
        if told_us < self._storm_until_us:
            interval_s = max(interval_s, STORM_INTERVAL_S)
        if group.startswith(Severity.CRITICAL):
            interval_s = min(interval_s, CRITICAL_INTERVAL_S)
        return told_us + int(interval_s * SECOND_US)
