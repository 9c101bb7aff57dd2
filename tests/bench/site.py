"""The site of every contest: one plant, whose readers stand at one place, and where reading a tag is enough."""

from __future__ import annotations

from gateway.config.model import Config, Device, Http, Journal, Locating, Mqtt, Party, Place, Presence, Site
from gateway.model import Tier

PLANT = "PLANT"
READER = "reader"


def site(*, connect: str, driver: str, http_port: int = 8080, broker: Mqtt | None = None) -> Config:
    """A gateway of one reader."""
    return Config(
        site=Site(name="bench", operator="OEM"),
        journal=Journal(folder="journal"),
        http=Http(listen=f"127.0.0.1:{http_port}"),
        mqtt=broker or Mqtt(embedded=False),
        parties=(Party(code="OEM", name="Elbe Motors", tier=Tier.OEM),),
        places=(Place(code=PLANT, name="Plant", party="OEM", tier=Tier.OEM),),
        devices=(Device(name=READER, driver=driver, connect=connect, place=PLANT),),
        locating=Locating(presence=Presence(least_reads=1)),
    )
