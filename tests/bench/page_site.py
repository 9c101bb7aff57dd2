"""The site on whose map trucks drive: suppliers, a plant, one tracker service, and plans that some are late for."""

from __future__ import annotations

from gateway.config.model import Config, Device, Mqtt, Place
from gateway.model import Micros, Shipment, Tier
from tests.bench.generator import TOPIC
from tests.bench.shipments_plan import HOUR_US, LATE, PLANT, network, shipment

ONE_IN = 50  # trucks is late


def trucks(*, http_port: int, mqtt: Mqtt) -> Config:
    """A gateway that hears trucks' positions, with its places on the map."""
    tracker = Device(
        name="trackers",
        driver="json_mqtt",
        connect=f"mqtt:{TOPIC}",
        settings={
            "yields": "fix",
            "fields": {
                "asset": "truck",
                "lat": "lat",
                "lon": "lon",
                "speed_mps": "speed",
                "course_deg": "course",
                "time": "ms | ms",
            },
        },
    )
    plain = network(http_port=http_port, mqtt=mqtt)
    places = tuple(_placed(place, number) for number, place in enumerate(plain.places))
    return plain.model_copy(update={"devices": (tracker,), "places": places})


def late_plans(count: int, now_us: Micros) -> list[Shipment]:
    """One in fifty trucks has a load that was due an hour ago."""
    return [shipment(number, f"{LATE}{number}", now_us, now_us - HOUR_US) for number in range(max(1, count // ONE_IN))]


def _placed(place: Place, number: int) -> Place:
    """The plant in the middle, suppliers on a grid around it, ports on the coast."""
    if place.code == PLANT:
        at = (50.2, 10.5)
    elif place.tier is Tier.PORT:
        at = (53.6, 7.5 + number % 5)
    else:
        at = (48.0 + number % 6 * 0.9, 7.0 + number // 6 * 1.1)
    return place.model_copy(update={"at": at})
