"""What the web needs of the rest of the gateway, and nothing more. `app` fills it in."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol, TypeAlias

import msgspec
from prometheus_client import CollectorRegistry

from gateway.access import Estate
from gateway.config.model import Config
from gateway.devices import DeviceWatch
from gateway.devices.asked import DeviceDesk
from gateway.errors import SourceError
from gateway.eta.explain import Explanation
from gateway.hearing import Hearing
from gateway.journal import Journal
from gateway.model import AssetKind, Clock, Micros, Packing, Remark, Tier
from gateway.partners import PartnerDesk
from gateway.places import PlaceIndex
from gateway.plans import SiteNames
from gateway.quality.names import Link
from gateway.quality.outcome import Entered, Tried
from gateway.subscribing.desk import SubscriptionDesk
from gateway.web.live.hub import SseHub

Phase: TypeAlias = Literal["starting", "ok", "stopping"]  # ok: sources run, and what was missed has been judged


class Whereabouts(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Where an asset is now, as far as the gateway believes."""

    asset: str
    kind: AssetKind
    place: str  # empty: between places
    tier: Tier
    since_us: Micros
    seen_us: Micros
    lat: float | None = None  # its own, or that of what it is in
    lon: float | None = None
    parent: str = ""  # what it is in
    via: tuple[str, ...] = ()  # all that it is in, from near to far
    moving: bool | None = None  # by its own positions or those of what it is in; None: not known
    moving_since_us: Micros | None = None  # it moves, or stands


class Spot(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """The last believed position of an asset that tells its position itself."""

    asset: str
    kind: AssetKind
    lat: float
    lon: float
    speed_mps: float | None = None
    course_deg: float | None = None
    place: str = ""  # empty: between places
    tier: Tier = Tier.TRANSIT
    at_us: Micros


class DockView(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What the contacts of a door or gate say; None: nothing."""

    door_open: bool | None = None
    trailer_present: bool | None = None


class LiveView(Protocol):
    """The present, from memory. Asked on the event loop."""

    def board(self) -> Iterable[Whereabouts]:
        """Every asset that is somewhere."""

    def positions(self) -> Iterable[Spot]:
        """The last position of every asset that has one."""

    def where(self, asset: str) -> Whereabouts | None:
        """One asset; None where it has never been seen."""

    def dock(self, place: str) -> DockView:
        """What the contacts of a place say."""


class Desk(Protocol):
    """Where names are entered, and what waits is tried again."""

    async def enter(self, links: Sequence[Link]) -> Entered:
        """Let these links count from now on, and try what waited for them."""

    async def remove(self, number: int, by: str) -> Link | None:
        """Let a link count no longer; None where it does not."""

    async def retry_finding(self, finding: str) -> Tried:
        """Try what waits for a finding."""

    async def retry_numbers(self, numbers: Sequence[int]) -> Tried:
        """Try these rows of the quarantine."""


class Credentials(Protocol):
    """How a device proves who it is."""

    def fit(self, username: str | None, password: str) -> bool:
        """Whether these are they, compared in a time that tells nothing; without a username the password alone."""


class Mailbox(Protocol):
    """Takes in what a device posts."""

    @property
    def credentials(self) -> Credentials: ...

    async def receive(self, body: bytes) -> None:
        """Take a message in, and return once it is committed. Raises SourceError where that cannot be now."""


def no_mailbox(device: str) -> Mailbox | None:
    """No device posts."""
    return None


def nothing_is_expected(shipment_id: str) -> Sequence[Explanation]:
    """Nobody estimates."""
    return ()


async def nothing_is_packed(packings: Sequence[Packing]) -> None:
    """Nobody takes statements."""
    raise SourceError("expected a gateway that runs")


@dataclass(frozen=True, kw_only=True)
class DemoOptions:
    """The demo lets anyone on this machine look as any party."""

    speed: float  # simulated seconds in a real one


@dataclass(frozen=True, kw_only=True)
class Ports:
    """The whole of it."""

    current: Callable[[], Config]  # devices may change while it runs
    estate: Estate
    partners: PartnerDesk
    journal: Journal
    clock: Clock
    places: PlaceIndex
    live: LiveView
    hub: SseHub
    metrics: CollectorRegistry
    names: SiteNames
    desk: Desk
    devices: DeviceDesk
    watch: DeviceWatch
    hearing: Hearing
    say: Callable[[Remark], Awaitable[Remark | None]]  # of an alert; NotAllowed, BadInput; None: it changes nothing
    subscriptions: SubscriptionDesk
    phase: Callable[[], Phase]
    version: str
    demo: DemoOptions | None = None
    mailbox: Callable[[str], Mailbox | None] = no_mailbox  # of the device of this name
    explain: Callable[[str], Sequence[Explanation]] = nothing_is_expected  # the estimates of the shipment of this id
    base: Path = Path()  # relative paths in the configuration are meant from here
    pack: Callable[[Sequence[Packing]], Awaitable[None]] = nothing_is_packed  # returns once they are committed

    @property
    def config(self) -> Config:
        """The configuration that counts now."""
        return self.current()
