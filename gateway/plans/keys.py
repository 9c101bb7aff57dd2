"""A plan's assets, as people spell them, to the keys by which events know them."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from gateway.errors import BadInput
from gateway.model import Shipment
from gateway.plans.shipment import PlanFault


def with_keys(shipment: Shipment, key_of: Callable[[str], str]) -> tuple[Shipment | None, list[PlanFault]]:
    """The shipment with each asset's key, or what is wrong with their spellings.

    `key_of` is `gateway.identity.names.canonical` with the site's names; it raises BadInput.
    """
    keys: list[str] = []
    faults: list[PlanFault] = []
    for asset in shipment.assets:
        try:
            keys.append(key_of(asset))
        except BadInput as error:
            faults.append(PlanFault(field="assets", reason="bad_asset", text=str(error)))
    if faults:
        return None, faults
    return msgspec.structs.replace(shipment, assets=tuple(dict.fromkeys(keys))), []
