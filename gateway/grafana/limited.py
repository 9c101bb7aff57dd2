"""The dashboards, held to one party.

What this is, and what it is not: the queries of these dashboards name the party and its data source as constants, and
no variable changes them. But Grafana does not keep whoever may look at a dashboard from sending other queries to its
data source. What keeps a party to its own is only what the data source can read. So the data source must reach a
database that holds nothing but this party's points, with a user or token that reads only there; `push` asks it, and
refuses one that shows other parties. Where there is no such database, the party's way is tierview's own page and API,
which decide by row and field.

`party` on events and alerts is the party of the place, on deliveries the party that is told. Points without a place,
such as positions on the road and the health of devices, have no party: these dashboards do not show them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from hashlib import blake2s
from typing import Any

PARTY, DATASOURCE = "${party:regex}", "${datasource}"
GIVEN = ("party", "datasource")  # variables that are none any more
TAG = "tierview"


def is_for_parties(dashboard: Mapping[str, Any]) -> bool:
    """Whether the annotations and most panels of a dashboard are held to the variable `party`."""
    panels = dashboard["panels"]
    noted = all(PARTY in one["target"]["query"] for one in dashboard["annotations"]["list"])
    return noted and 2 * sum(map(_is_held, panels)) > len(panels)


def limited(dashboard: Mapping[str, Any], party: str, datasource: str) -> dict[str, Any]:
    """The dashboard of a party: an address of its own, linked only to its own others, without panels of no party."""
    text = json.dumps({**dashboard, "panels": [panel for panel in dashboard["panels"] if _is_held(panel)]})
    exact = json.dumps(re.escape(party).replace("/", "\\/"))[1:-1]  # in a regular expression, in JSON
    text = text.replace(PARTY, exact).replace(DATASOURCE, json.dumps(datasource)[1:-1])
    text = re.sub(r'"/d/([a-z-]+)\?', lambda found: f'"/d/{own(found[1], party)}?', text)
    made: dict[str, Any] = json.loads(text)
    made["templating"]["list"] = [one for one in made["templating"]["list"] if one["name"] not in GIVEN]
    made |= {
        "uid": own(made["uid"], party),
        "title": f"{made['title']} · {party}",
        "tags": [own(tag, party) for tag in made["tags"]],
    }
    for link in made["links"]:
        link["tags"] = [own(tag, party) for tag in link["tags"]]
    return made


def own(word: str, party: str) -> str:
    """An address or tag of a party's own: Grafana takes at most 40 letters, digits, dashes; a code may have more."""
    return f"{word}-{blake2s(party.encode(), digest_size=4).hexdigest()}"


def _is_held(panel: Mapping[str, Any]) -> bool:
    return all(PARTY in target["query"] for target in panel["targets"])
