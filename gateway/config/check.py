"""Whether the parts of a configuration fit each other: names, references, places, devices, outputs.

Each check reads the tree and yields faults; none stops another, and none repeats what `shape` says.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from gateway.config.catalogue import Catalogue
from gateway.config.check_alerting import check_alerting
from gateway.config.check_calendars import check_calendars
from gateway.config.check_cover import check_cover
from gateway.config.check_devices import check_devices, check_inputs, check_read_points
from gateway.config.check_outputs import check_influx, check_others, check_rules
from gateway.config.check_places import check_assets, check_parties, check_places
from gateway.config.check_plans import check_plans
from gateway.config.check_sharing import check_access
from gateway.config.check_site import check_http, check_mqtt, check_secrets, check_shipments, check_site
from gateway.config.check_subscriptions import check_subscriptions
from gateway.config.names import Names, repeated
from gateway.config.nodes import Table
from gateway.errors import Fault


def check(root: Table, catalogue: Catalogue, folder: Path, environment: Mapping[str, str]) -> Iterator[Fault]:
    """Yield every fault between the parts of the file; `folder` is where the file stands."""
    names = Names.of(root)
    yield from repeated(root)
    yield from check_site(root, names)
    yield from check_http(root, folder)
    yield from check_mqtt(root)
    yield from check_secrets(root, folder, environment)
    yield from check_parties(root)
    yield from check_calendars(root)
    yield from check_places(root, names)
    yield from check_plans(root, folder)
    yield from check_assets(root, names)
    yield from check_devices(root, names, catalogue, folder)
    yield from check_read_points(root, names)
    yield from check_inputs(root, names)
    yield from check_shipments(root, folder)
    yield from check_rules(root, names, catalogue)
    yield from check_subscriptions(root, names)
    yield from check_alerting(root, names)
    yield from check_cover(root, names)
    yield from check_access(root, names)
    yield from check_influx(root, names)
    yield from check_others(root, names)
