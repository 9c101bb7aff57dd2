"""The subscriptions that count, by name: they come and go while others walk through them, in threads of theirs, too."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, ValuesView

from gateway.config.model import Subscription


class Subscribed(Mapping[str, Subscription]):
    """A mapping whose every change is a new copy: who walks through it, or through its `values()`, walks one state."""

    def __init__(self) -> None:
        self._held: Mapping[str, Subscription] = {}

    def put(self, subscription: Subscription) -> None:
        """Let it count, in place of one of the same name."""
        self._held = {**self._held, subscription.name: subscription}

    def drop(self, name: str) -> None:
        """Let it count no longer."""
        self._held = {other: held for other, held in self._held.items() if other != name}

    def values(self) -> ValuesView[Subscription]:
        """A live view."""
        return _Values(self)

    def __getitem__(self, name: str) -> Subscription:
        return self._held[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._held)

    def __len__(self) -> int:
        return len(self._held)

    def all(self) -> Collection[Subscription]:
        """Those of now."""
        return self._held.values()


class _Values(ValuesView[Subscription]):
    def __init__(self, subscribed: Subscribed) -> None:
        super().__init__(subscribed)
        self._subscribed = subscribed

    def __iter__(self) -> Iterator[Subscription]:
        return iter(self._subscribed.all())

    def __contains__(self, value: object) -> bool:
        return value in self._subscribed.all()
