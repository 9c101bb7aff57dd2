"""What the routes share: the ports, and what the web keeps over them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request

from gateway.access import Estate
from gateway.config.picture import Picture
from gateway.subscribing.allowance import Allowance
from gateway.web.assets.present import Present
from gateway.web.door.share_sessions import MOST_A_MINUTE, ShareSessions
from gateway.web.door.sights import Sights
from gateway.web.door.token_use import TokenUse
from gateway.web.live.tail import Tail
from gateway.web.places.pictures import pictures_of
from gateway.web.ports import Ports


@dataclass(frozen=True, kw_only=True)
class House:
    """One for each app."""

    ports: Ports
    estate: Estate
    sights: Sights
    tail: Tail
    present: Present
    shares: ShareSessions
    used: TokenUse
    followers: Allowance  # of shared links, by address
    pictures: Mapping[str, Picture]  # the plans of places, by their codes


def furnish(ports: Ports) -> House:
    """Make what the routes share."""
    return House(
        ports=ports,
        estate=ports.estate,
        sights=Sights(ports.journal, ports.estate),
        tail=Tail(ports.journal),
        present=Present(ports),
        shares=ShareSessions(),
        used=TokenUse(ports.journal),
        followers=Allowance(MOST_A_MINUTE, 60.0),
        pictures=pictures_of(ports.config.places, ports.base),
    )


def house_of(request: Request) -> House:
    """The app's house."""
    house = request.app.state.house
    assert isinstance(house, House)
    return house


HouseDep = Annotated[House, Depends(house_of)]
