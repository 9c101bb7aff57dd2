"""What the demo plays: which goods go where, and what goes wrong.

A scenario names places, parties and trailers by their codes in the configuration and knows nothing else of
them: where they are, what reads there and how long the way is comes from there. Minutes are simulated ones,
counted from the epoch.
"""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True, kw_only=True)
class Route:
    """A trailer that shuttles: loaded along its stops, empty straight back, again and again."""

    name: str  # begins its shipments' numbers
    trailer: str
    stops: tuple[str, ...]  # places' codes, origin first
    shipper: str
    consignee: str
    next_tier: str  # who waits behind the consignee
    carrier: str
    contents: str
    first_departure_min: float  # planned, after the epoch
    container: str = ""  # rides on the trailer, known to gates only
    docks: bool = True  # False: its container is set down in the yard
    pallets: int = 6
    parts: int = 3  # tagged parts on each pallet
    part: str = ""  # number of what is carried
    pieces: int = 0  # of it in a shipment
    stock_h: float | None = None  # how long the consignee's stock of it lasts at the epoch; None: nobody counted
    load_min: float = 35.0
    handling_min: float = 30.0  # at a stop between: in by one door, out by another
    yard_min: float = 14.0  # between gate and door, where there is a yard
    unload_min: float = 35.0
    rest_min: float = 20.0  # least, between coming home and loading again


@dataclass(frozen=True, kw_only=True)
class Hold:
    """A journey that may not leave one of its stops: congestion, customs."""

    route: str
    journey: int  # 1: the first after the epoch
    stop: int  # index of the stop it is held at
    minutes: float


@dataclass(frozen=True, kw_only=True)
class Outage:
    """A trailer's tracker that says nothing for a while under way."""

    trailer: str
    from_min: float
    until_min: float


@dataclass(frozen=True, kw_only=True)
class Scenario:
    """Routes and mishaps."""

    name: str
    routes: tuple[Route, ...]
    holds: tuple[Hold, ...] = ()
    outages: tuple[Outage, ...] = ()


_ROUTES = (
    Route(
        name="CAST",
        trailer="TRL-1",
        stops=("T2-A-KASSEL", "T1-A-HANNOVER"),
        shipper="T2-A",
        consignee="T1-A",
        next_tier="OEM",
        carrier="HAUL",
        contents="Cast seat frames",
        part="SF-1120-0",
        pieces=240,
        first_departure_min=24,
    ),
    Route(
        name="ELEC",
        trailer="TRL-2",
        stops=("T2-B-CHEMNITZ", "T1-B-MAGDEBURG"),
        shipper="T2-B",
        consignee="T1-B",
        next_tier="OEM",
        carrier="HAUL",
        contents="Wheel speed sensors",
        part="WSS-30",
        pieces=3000,
        first_departure_min=58,
    ),
    Route(
        name="SEAT",
        trailer="TRL-3",
        stops=("T1-A-HANNOVER", "XD-HILDESHEIM", "OEM-PLANT"),
        shipper="T1-A",
        consignee="OEM",
        next_tier="OEM",
        carrier="HAUL",
        contents="Front seats",
        part="FS-2210-L",
        pieces=48,
        stock_h=14,
        first_departure_min=28,
    ),
    Route(
        name="AXLE",
        trailer="TRL-4",
        stops=("T1-B-MAGDEBURG", "OEM-PLANT"),
        shipper="T1-B",
        consignee="OEM",
        next_tier="OEM",
        carrier="HAUL",
        contents="Rear axles",
        part="RA-4711",
        pieces=24,
        stock_h=16,
        first_departure_min=20,
    ),
    Route(
        name="SEA",
        trailer="TRL-5",
        container="TVWU3010018",
        stops=("PORT-HAMBURG", "OEM-PLANT"),
        shipper="T1-B",
        consignee="OEM",
        next_tier="OEM",
        carrier="HAUL",
        contents="Axle control units from overseas",
        part="ACU-88",
        pieces=960,
        stock_h=6.5,
        first_departure_min=72,
        docks=False,
        pallets=0,  # sealed, and nothing reads tags before the plant: the container stands for its goods
        load_min=26,
        rest_min=8,
    ),
)

CALM = Scenario(name="calm", routes=_ROUTES)
PORT_CONGESTION = replace(
    CALM,
    name="port_congestion",
    holds=(Hold(route="SEA", journey=1, stop=0, minutes=300),),
)
LOST_TRACKER = replace(
    CALM,
    name="lost_tracker",
    outages=(Outage(trailer="TRL-1", from_min=60, until_min=150),),
)

SCENARIOS = {scenario.name: scenario for scenario in (CALM, PORT_CONGESTION, LOST_TRACKER)}
