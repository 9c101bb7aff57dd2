"""`tierview where`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from gateway.cli.options import Api

if TYPE_CHECKING:
    from gateway.web.assets.event_shapes import AssetShape

SHOWN = 20  # events of its history


def where(asset: str, /, *, history: int = SHOWN, json: bool = False, api: Api = Api()) -> None:  # noqa: B008 - frozen
    """Say where an asset is, what it is in, on which shipments, and where it has been.

    For example:

        tierview where TRL-7
        tierview where urn:epc:id:sscc:4012345.0000000001 --json
        tierview where 3074257BF7194E4000001A85 --history 5

    Any of its names will do: EPC URI, hex, element string, Digital Link, or
    the site's own. What the token's party may not see is not there.

    Parameters
    ----------
    asset
        A name of the asset.
    history
        Most events of its past that are shown.
    json
        The API's answer as one JSON object.
    """
    from gateway.cli.api_call import call, read
    from gateway.cli.printed import write_json
    from gateway.web.assets.event_shapes import AssetShape

    answer = call(api, "GET", f"/assets/{quote(asset, safe='')}")
    if json:
        write_json(answer.json())
    else:
        _show(read(answer, AssetShape), history)


def _show(asset: AssetShape, most: int) -> None:
    from gateway.cli.event_words import words_of_event
    from gateway.cli.printed import say

    key = f"  {asset.asset}" if asset.asset != asset.label else ""
    say(f"{asset.label} ({asset.kind}){key}", "bold")
    say(_place(asset))
    if asset.shipments:
        say(f"on shipments {', '.join(asset.shipments)}")
    if asset.names:
        say(f"also called {', '.join(asset.names)}")
    for event in asset.history[:most]:
        say(*words_of_event(event))


def _place(asset: AssetShape) -> str:
    found: Any = asset.where
    if found is None:
        return "not seen yet, or not where you may see it"
    inside = f" in {found.parent}" if found.parent else ""
    position = "" if found.lat is None else f" ({found.lat:.5f}, {found.lon:.5f})"
    place = f"at {found.place} ({found.tier})" if found.place else "between places"
    return f"{place}{inside}{position} since {found.since[:19]}Z, last seen {found.last_seen[:19]}Z"
