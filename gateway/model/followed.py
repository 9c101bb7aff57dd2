"""What the engine follows of assets beside their plans: where they went, what their trackers and sensors say.

Each of these is folded from events and is the same for any order of arrival, as far back as it remembers: the newest
of what was said is kept as it came, and what is older only in what followed from it.
"""

from __future__ import annotations

import msgspec

from gateway.model.terms import AssetKind, Micros, Tier


class Sighting(msgspec.Struct, frozen=True, kw_only=True, gc=False, omit_defaults=True):
    """An asset was seen at a site, or leaving it."""

    at_us: Micros
    arrived: bool  # False: it left
    site: str  # the outermost place around where it was seen
    tier: Tier  # of the site
    guessed: bool = False  # the time is not its device's: nothing follows from how long the way took


class Way(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """From where, and how quickly, an asset came to a site."""

    site: str
    tier: Tier
    took_us: Micros  # from when it was last seen there
    metres: float | None  # as the crow flies; None: not known, or one of the times was guessed


class Visit(msgspec.Struct, frozen=True, kw_only=True, gc=False, omit_defaults=True):
    """An asset was at a site, from and until."""

    site: str
    tier: Tier
    since_us: Micros
    seen_us: Micros  # there, for the last time
    until_us: Micros | None = None  # it left, or was seen elsewhere; None: it is still there
    way: Way | None = None  # None: nothing is known from before
    guessed: bool = False  # `seen_us` is not its device's time


class Planned(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A shipment of an asset that has set out, as far as it tells where the asset should be."""

    shipment: str
    sites: tuple[str, ...]  # of its stops, in order
    left_us: Micros  # it set out
    arrived_us: Micros | None  # at its last stop


class Journey(msgspec.Struct, frozen=True, kw_only=True, tag="journey"):
    """The sites at which an asset was, in order: the subject of where it should and should not be.

    `planned` and `expected_at` follow from the plans as they stand, the rest is the fold of events.
    """

    asset: str
    asset_kind: AssetKind
    settled: tuple[Visit, ...] = ()  # from before the oldest sighting that is kept
    sightings: tuple[Sighting, ...] = ()
    visits: tuple[Visit, ...] = ()  # what follows from both; the last is where it is now
    touched_us: tuple[Micros, ...] = ()  # when it was last moved, loaded or unloaded; the newest first
    planned: tuple[Planned, ...] = ()
    expected_at: tuple[str, ...] = ()  # sites of all plans that it has, whether they have begun or not

    @property
    def known_us(self) -> Micros:
        """What was before is known no longer."""
        return self.visits[0].since_us if self.visits else 0

    @property
    def past_us(self) -> Micros:
        """What happened up to then is of the past."""
        return self.sightings[-1].at_us - 1 if self.sightings else 0


class Spot(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A position between places."""

    at_us: Micros
    lat: float
    lon: float


class Heading(msgspec.Struct, frozen=True, kw_only=True):
    """The leg on which a shipment is under way."""

    shipment: str
    origin: str
    destination: str  # the next stop
    left_us: Micros  # the stop
    since_us: Micros  # it has been moving: since it left the stop, or any other place after it
    points: tuple[tuple[float, float], ...]  # of the stop that it left and of those that follow, as far as known


class Track(msgspec.Struct, frozen=True, kw_only=True, tag="track"):
    """What an asset's tracker said: the subject of its silence and of the way that it takes.

    `heading` and `known_us` follow from the plans and from when we began to listen.
    """

    asset: str
    asset_kind: AssetKind
    device: str  # that told its position last
    heard_us: Micros  # by our clock
    spots: tuple[Spot, ...] = ()  # one of each minute, the newest last
    heading: Heading | None = None  # None: it stands, or nothing is planned
    known_us: Micros = 0  # since when we listen


class Band(msgspec.Struct, frozen=True, kw_only=True, gc=False, omit_defaults=True):
    """What a sensor should say. A flag counts as 1 where it is true and 0 where not."""

    measurement: str
    low: float | None = None  # less is out of band
    high: float | None = None  # more is out of band
    hysteresis: float = 0.0  # it is back only so far within
    unit: str = ""  # only values of this unit are compared; empty: of any
    tiers: tuple[Tier, ...] = ()  # elsewhere anything goes; none: everywhere


class Sample(msgspec.Struct, frozen=True, kw_only=True, gc=False, omit_defaults=True):
    """A value that a sensor told."""

    at_us: Micros
    value: float
    asked: bool = True  # False: where it was told, anything goes
    site: str = ""  # the outermost place around where it was told; empty: between places


class Excursion(msgspec.Struct, frozen=True, kw_only=True, gc=False, omit_defaults=True):
    """A sensor was out of its band, from and until."""

    since_us: Micros
    high: bool  # False: low
    worst: float
    until_us: Micros | None = None  # None: it still is


class Condition(msgspec.Struct, frozen=True, kw_only=True, tag="condition"):
    """What a sensor on an asset says, against one band."""

    asset: str
    band: Band
    unit: str = ""
    flag: bool = False  # its values are true and false
    place: str = ""  # where it was told last
    tier: Tier = Tier.TRANSIT
    settled: tuple[Excursion, ...] = ()  # the last from before the oldest sample that is kept
    samples: tuple[Sample, ...] = ()
    sightings: tuple[
        Sighting, ...
    ] = ()  # of the asset: where it was is learned late, too; none where that is not asked
    excursions: tuple[Excursion, ...] = ()  # what follows from these; only the last may still go on
