"""Parts made from a configuration alone: the same for the gateway that runs and for a tape that is played again."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from functools import partial
from zoneinfo import ZoneInfo

from gateway.catalogue import make_decoder, make_rule
from gateway.config import Config
from gateway.config.model import Device, Subscription
from gateway.engine.alerting import alerting_of
from gateway.engine.engine import Engine
from gateway.engine.loads import CARRIERS
from gateway.engine.weighing import cover_of
from gateway.eta.ladder import Ladder
from gateway.eta.learned import NO_MEMORIES, Learned
from gateway.eta.legs import Ground
from gateway.eta.memory import Memory
from gateway.hearing import Hearing
from gateway.identity.names import alias_table, canonical, company_prefixes
from gateway.model import Decoder, DeviceState, Micros
from gateway.places import PlaceIndex
from gateway.plans import SiteNames
from gateway.quality.names import NameBook
from gateway.quality.party_ids import PartyIndex
from gateway.walk.driver_faults import Guarded, Telling
from gateway.walk.statements import API, StatementDecoder


def make_engine(
    config: Config,
    places: PlaceIndex,
    hearing: Hearing,
    *,
    subscriptions: Collection[Subscription],
    memories: Mapping[str, Memory] = NO_MEMORIES,
) -> Engine:
    """The engine with the configured rules, before it is restored; it tells these subscriptions, as they stand then.

    `memories`: what lanes have taught, as the journal holds it.
    """
    return Engine(
        rules={entry.name: make_rule(entry) for entry in config.rules},
        subscriptions=subscriptions,
        lineage=places.lineage,
        owners=places,
        hearing=hearing,
        operator=config.site.operator,
        carriers=[asset.name for asset in config.assets if asset.kind in CARRIERS],
        alerting=alerting_of(config),
        ladder=Ladder(Learned(dict(memories)), ground_of(config, places)),
        cover=cover_of(config, places.lineage),
    )


def ground_of(config: Config, places: PlaceIndex) -> Ground:
    """Where the places are, and what time zones they keep."""
    points = {place.code: point for place in config.places if (point := places.point(place.code)) is not None}
    return Ground(points=points, zones={place.code: ZoneInfo(place.time_zone) for place in config.places})


def expected_devices(config: Config, known_us: Micros) -> list[DeviceState]:
    """Every configured device, not heard yet, and listened for since then."""
    return [
        DeviceState(
            device=device.name,
            place=device.place or "",
            asset=device.asset or "",
            known_us=known_us,
            sees=tuple(sorted({point.place for point in config.read_points if point.device == device.name})),
        )
        for device in config.devices
    ]


def decoder_makers(config: Config) -> dict[str, Callable[[], Decoder]]:
    """By device, and for what is stated through our API: what makes a fresh decoder for each of its connections."""
    own: dict[str, Callable[[], Decoder]] = {API: StatementDecoder}
    return own | {device.name: guarded(device) for device in config.devices}


def guarded(device: Device) -> Callable[[], Decoder]:
    """What makes a fresh decoder for each connection of a device; a failure of its driver stays with it."""
    return partial(Guarded, partial(make_decoder, device), Telling(device.name, device.driver))


def site_names(
    config: Config, places: PlaceIndex, book: NameBook | None = None, parties: PartyIndex | None = None
) -> SiteNames:
    """What the site calls its places, parties and assets; company prefixes are those of the places' SGLNs.

    `parties`: those of the configuration where nothing else is said.
    """
    prefixes = company_prefixes(code for place in config.places for code in place.codes)
    names = alias_table(((asset.name, asset.ids) for asset in config.assets), prefixes)
    return SiteNames(
        places=places,
        parties=PartyIndex(config.parties) if parties is None else parties,
        asset_key=partial(canonical, names=names, prefixes=prefixes),
        part_patterns={party.code: party.part_pattern for party in config.parties if party.part_pattern},
        book=NameBook() if book is None else book,
    )
