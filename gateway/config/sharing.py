"""What config.yaml says of who sees what beyond what the plans say: see gateway.config.model."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from gateway.config.part import Part
from gateway.model import Tier

Group = Literal["stock", "parts", "parties", "route"]


def role_kind(role: str) -> str:
    """What a role of a plan is, where several parties have it: carrier of carrier_2 and Carrier-2."""
    return role.casefold().rstrip("0123456789_-. ")


class Grant(Part):
    """Somebody who sees all shipments of some lanes without being a party to them, such as a control tower."""

    party: str | None = None  # this one ...
    tier: Tier | None = None  # ... or all of this tier: one of the two
    lanes: Annotated[tuple[str, ...], Field(min_length=1)]  # ORIGIN>DESTINATION
    sees: Literal["shipments"] = "shipments"  # with where their assets are meanwhile, and the alerts about them


class FieldRule(Part):
    """Which groups of fields are hidden from whom, or shown: the last rule that fits and names a group counts."""

    hide: tuple[Group, ...] = ()
    show: tuple[Group, ...] = ()
    parties: tuple[str, ...] = ()  # none: all; of several conditions all must hold
    tiers: tuple[Tier, ...] = ()  # of who looks
    roles: tuple[str, ...] = ()  # what who looks is to the shipment; with several roles one sees what any of them may
    lanes: tuple[str, ...] = ()


class Access(Part):
    """Who sees what, beside the parties of a shipment."""

    grants: tuple[Grant, ...] = ()
    fields: tuple[FieldRule, ...] = ()  # after those that always stand: see gateway.access.fields
