"""Which groups of fields are hidden from whom. Pure.

stock    how long what a place has of a part lasts. Whoever owns the place sees it always
parts    what a shipment carries: part numbers, quantities, contents in words
parties  who else is named than oneself, the operator and the parties of a shipment that one sees: other suppliers
         whose goods ride along, the others that an alert is told to
route    the stops of a shipment that are not one's own places, and where its assets are meanwhile

The operator sees all of them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from functools import lru_cache

from gateway.config.sharing import Access, FieldRule, Group, role_kind
from gateway.model import Tier

# What suits an automotive lane. A carrier is told what to drive where, not what a plant builds from it; stock is its
# owner's secret; competing suppliers ride in one trailer, and only the OEM at the end of the lane sees them all.
DEFAULTS = (
    FieldRule(hide=("stock", "parties")),
    FieldRule(hide=("parts",), roles=("carrier", "forwarder")),
    FieldRule(show=("parties",), tiers=(Tier.OEM,)),
)


class Fields:
    """The rules that stand, asked very often with the same words."""

    def __init__(self, access: Access, tiers: Mapping[str, Tier]) -> None:
        self._rules = (*DEFAULTS, *access.fields)
        self._tiers = tiers  # by party
        self._cached = lru_cache(maxsize=4096)(self._hidden)
        self.hides_route = any("route" in rule.hide for rule in self._rules)

    def hidden(self, party: str, roles: Iterable[str], lane: str) -> frozenset[Group]:
        """What is hidden from a party that has these roles in a shipment of this lane."""
        return self._cached(party, frozenset(roles), lane)

    def _hidden(self, party: str, roles: frozenset[str], lane: str) -> frozenset[Group]:
        """Somebody with two roles sees what either may see."""
        each = [self._for_role(party, role, lane) for role in roles or ("",)]
        return frozenset.intersection(*each)

    def _for_role(self, party: str, role: str, lane: str) -> frozenset[Group]:
        found: set[Group] = set()
        for rule in self._rules:
            if (
                _fits(rule.parties, party)
                and _fits(rule.tiers, self._tiers.get(party))
                and _fits([role_kind(named) for named in rule.roles], role_kind(role))
                and _fits(rule.lanes, lane)
            ):
                found.update(rule.hide)
                found.difference_update(rule.show)
        return frozenset(found)


def _fits(wanted: Collection[object], value: object) -> bool:
    return not wanted or value in wanted
