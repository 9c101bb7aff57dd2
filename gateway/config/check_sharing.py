"""Who is granted what beyond the plans, and which fields are hidden: parties, lanes and roles that exist."""

from __future__ import annotations

from collections.abc import Iterator

from gateway.config.names import Names, means, means_lane, refers
from gateway.config.nodes import Spot, Table
from gateway.config.sharing import role_kind
from gateway.config.slips import nearest, write
from gateway.errors import Fault

ROLES = ("shipper", "consignee", "carrier", "forwarder", "next_tier", "buyer")  # plans may give any others, too


def check_access(root: Table, names: Names) -> Iterator[Fault]:
    """Yield the faults of each grant and of each rule of fields."""
    access = root.table("access")
    for table in access.tables("grants"):
        yield from _grant(table, names)
    for table in access.tables("fields"):
        yield from _rule(table, names)


def _grant(table: Table, names: Names) -> Iterator[Fault]:
    if table.has("party") == table.has("tier"):
        came = "both" if table.has("party") else "neither"
        yield table.fault(f"expected either `party` or `tier`, came {came}", "say who sees these shipments")
    yield from refers(table, "party", names.parties, "the code of a party")
    for spot, lane in table.texts("lanes"):
        yield from means_lane(spot, lane, names)


def _rule(table: Table, names: Names) -> Iterator[Fault]:
    hidden, shown = ([group for _, group in table.texts(key)] for key in ("hide", "show"))
    if not hidden and not shown:
        yield table.fault("expected what to hide or to show, came nothing", "name groups under `hide` or `show`")
    for spot, group in table.texts("show"):
        if group in hidden:
            yield spot.fault(f"expected each group once, came {group} to hide and to show", "remove one of them")
    for spot, party in table.texts("parties"):
        yield from means(spot, party, names.parties, "the code of a party")
    for spot, role in table.texts("roles"):
        yield from _role(spot, role)
    for spot, lane in table.texts("lanes"):
        yield from means_lane(spot, lane, names)


def _role(spot: Spot, role: str) -> Iterator[Fault]:
    """A slip of the pen would hide nothing from anybody; what is like no role is one of the site's own."""
    meant = nearest(role, list(ROLES))
    if meant and role_kind(role) not in ROLES:
        yield spot.fault(f"expected a role of plans, came '{role[:64]}'", write(meant))
