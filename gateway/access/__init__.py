"""Who may see what: the one place that the API, the event stream, MQTT, subscribers' payloads and audiences ask.

A party sees
  - what happens at its own places and at places inside them;
  - what happens to the assets of the shipments that it is a party to, within the shipment's time span;
  - the shipments where it is a party, and the places they stop at;
  - the alerts that name it; those of one shipment see each other's receipts, acknowledgements and remarks;
  - the health of the devices that stand at its own places.
The configuration grants more rows: all shipments of a lane to a party or to a tier, as if it were a party to them.
A party enters names that count in its own data, and further names of its own assets; it sees the findings about its
own data, and its own score.
A party stores plans that name it, with assets that belong to nobody or to a party of the plan: a plan opens what it
names to all its parties.
The operator sees and stores everything.

Of what may be seen at all, groups of fields are hidden (`gateway.access.fields`): stock, parts, other parties, the
route. `Sight.event`, `alert_as`, `shipment_as` and `trip_as` give a value as one viewer may see it, and every way out
uses them: API, event stream, and what each subscriber is told. What may not be seen is answered like what does not
exist.

The journal's SQL says the same for pages of events (`journal.events.page`); a test holds the two together.
"""

from __future__ import annotations

from gateway.access.estate import Estate
from gateway.access.shipment_view import completed
from gateway.access.sight import Sight, Span, sight
from gateway.access.tokens import TOKEN, hash_token, new_token, parse_token
from gateway.access.told import Told
from gateway.access.viewer import Viewer, concerns, takes_part

__all__ = [
    "TOKEN",
    "Estate",
    "Sight",
    "Span",
    "Told",
    "Viewer",
    "completed",
    "concerns",
    "hash_token",
    "new_token",
    "parse_token",
    "sight",
    "takes_part",
]
