"""A subscription as the desk holds it: what its party asked for, and what of that counts now."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from gateway.config.model import Subscription
from gateway.journal.subscriptions import Stored
from gateway.model import Micros
from gateway.subscribing.secret_files import SecretFiles

OURS = {"name", "party", "secret", "old_secret"}  # of a subscription's fields: those that its settings do not hold


@dataclass(frozen=True, kw_only=True)
class Held:
    """One subscription; `stored` is None for those of config.yaml, which nobody changes here."""

    subscription: Subscription  # as it was asked for
    stored: Stored | None = None
    broken: str = ""  # why it is not told, where that is not its receiver's fault

    @property
    def old_until_us(self) -> Micros | None:
        """Until when its old secret signs, too."""
        return None if self.stored is None else self.stored.old_until_us

    @property
    def unconfirmed(self) -> tuple[str, ...]:
        """The addresses that have said no code yet."""
        return () if self.stored is None else tuple(one.address for one in self.stored.unconfirmed)


def settings_of(subscription: Subscription) -> msgspec.Raw:
    """What is stored of a subscription."""
    return msgspec.Raw(subscription.model_dump_json(exclude=OURS).encode())


def read(stored: Stored) -> Subscription:
    """What was stored. Raises pydantic.ValidationError where an older tierview wrote what this one does not know."""
    settings = msgspec.json.decode(stored.settings)
    return Subscription.model_validate_json(
        msgspec.json.encode({**settings, "name": stored.name, "party": stored.party})
    )


def counting(subscription: Subscription, stored: Stored, files: SecretFiles) -> Subscription:
    """What counts of a subscription: its secrets by their files, and of its addresses those that are confirmed."""
    waiting = {one.address for one in stored.unconfirmed}
    return subscription.model_copy(
        update={
            "secret": files.reference(stored.secret) if stored.secret else None,
            "old_secret": files.reference(stored.old_secret) if stored.old_secret else None,
            "to": tuple(address for address in subscription.to if address not in waiting),
        }
    )


def is_told(subscription: Subscription) -> bool:
    """Whether there is anyone to tell."""
    return subscription.channel != "email" or bool(subscription.to)
