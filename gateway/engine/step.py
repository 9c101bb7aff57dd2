"""What the engine hands over to be committed."""

from __future__ import annotations

import msgspec

from gateway.model import Alert, Delivery, Followed, Load, Nesting, Trip, Whereabouts


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """What changed since the last step: to be committed together."""

    alerts: list[Alert]
    deliveries: list[Delivery]
    trips: list[tuple[Trip, bool]]  # with whether it is still open
    stays: list[Whereabouts]
    loads: list[Load]
    nestings: list[Nesting]
    followed: dict[str, Followed | None]  # by key; None: no longer. Told again by the events that led to it

    def __bool__(self) -> bool:
        """Whether anything must be committed at once."""
        changed = self.alerts, self.deliveries, self.trips, self.stays, self.loads, self.nestings
        return any(changed)
