"""What a new partner is handed: where it reads, how it subscribes, and what it will see. Pure."""

from __future__ import annotations

import json

import msgspec

from gateway.access import Estate
from gateway.config.model import Party
from gateway.partners.acl import lines_of, topics, user

_SAMPLE = {"name": "alerts", "channel": "webhook", "url": "https://YOUR-HOST/tierview", "least_severity": "warning"}


class Welcome(msgspec.Struct, frozen=True, kw_only=True):
    """All that a partner needs to begin; without its token, which stands beside it."""

    code: str
    name: str
    tier: str
    url: str  # of the API
    user: str  # at the broker; its password is made there
    topics: tuple[str, ...]
    acl: tuple[str, ...]  # lines for the broker's ACL file
    curl: str  # a first subscription
    yaml: str  # the same in config.yaml
    sees: tuple[str, ...]  # in sentences
    check: str  # how its receiver is tried


def welcome(party: Party, estate: Estate, url: str) -> Welcome:
    """What a party is told to begin with; `url` is where it reaches the API."""
    body = json.dumps(_SAMPLE)
    name = f"{party.code.lower()}-alerts"
    entry = {"party": party.code, **_SAMPLE, "name": name, "secret": f"file:secrets/{name}"}
    return Welcome(
        code=party.code,
        name=party.name,
        tier=party.tier.value,
        url=f"{url}/api/v1",
        user=user(party.code),
        topics=(topics(party.code),),
        acl=tuple(lines_of(party.code)),
        curl=(
            f"curl -X POST {url}/api/v1/subscriptions -H 'Authorization: Bearer TOKEN'"
            f" -H 'Content-Type: application/json' -d '{body}'"
        ),
        yaml=f"- {{{', '.join(f'{key}: {value}' for key, value in entry.items())}}}",
        sees=tuple(_sees(party, estate)),
        check="tierview partner check https://YOUR-HOST/tierview --secret-file FILE",
    )


def _sees(party: Party, estate: Estate) -> list[str]:
    places = sorted(estate.places(party.code))
    lanes = sorted(lane for code, lane in estate.grants() if code == party.code)
    hidden = estate.fields.hidden(party.code, (), "")
    said = [
        f"what happens at {', '.join(places)}" if places else "no places of its own: none stand in config.yaml",
        "the shipments that name it, their assets meanwhile, and the alerts about them",
    ]
    if lanes:
        said.append(f"all shipments of {', '.join(lanes)}")
    if hidden:
        said.append(f"not: {', '.join(sorted(hidden))} (see `access` in config.yaml); as a carrier no parts either")
    return said
