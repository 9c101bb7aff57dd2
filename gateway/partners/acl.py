"""Who may say and read what at the broker: the lines of a mosquitto ACL file. Pure.

The broker's users are called as their parties, the gateway's by `mqtt.username`. Codes hold neither + nor # nor / nor
blanks (`gateway.config.part.Code`), so nobody's code reaches into another's topics, nor makes a line of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from gateway.config.model import Config, Party

ROOT = "tierview/v1"
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:\-]{0,63}")


def topics(party: str) -> str:
    """The filter of all that a party is told. Raises ValueError for what is no code."""
    if not _CODE.fullmatch(party):
        raise ValueError(f"expected the code of a party, came {party[:80]!r}")
    return f"{ROOT}/{party}/alert/+"


def user(party: str) -> str:
    """What a party is called at the broker, whose password file ends a name at a colon. Raises ValueError likewise."""
    topics(party)
    return party.replace(":", "%3A")


def lines_of(party: str) -> list[str]:
    """What one party may do: read its own alerts."""
    return [f"user {user(party)}", f"topic read {topics(party)}"]


def acl(config: Config, parties: Iterable[Party]) -> Iterator[str]:
    """The whole file, line by line."""
    yield "# Written by `tierview partner acl`: who is not named here may do nothing. Devices that say something have"
    yield "# a user of their own each, with a line `topic write TOPIC`: they stand in a part of the file of your own."
    yield ""
    yield f"user {config.mqtt.username or config.mqtt.client_id}"
    yield f"topic write {ROOT}/#"
    for device in config.devices:
        if device.connect.startswith("mqtt:"):
            yield f"topic readwrite {device.connect.removeprefix('mqtt:')}"
    if config.mqtt.sparkplug_host:
        yield f"topic write spBv1.0/STATE/{config.mqtt.sparkplug_host}"
    for node in config.outputs.sparkplug:
        yield f"topic readwrite spBv1.0/{node.group}/+/{node.node}/#"
        if node.primary_host:
            yield f"topic read spBv1.0/STATE/{node.primary_host}"
    told = {output.party or config.site.operator for output in config.outputs.mqtt}
    for party in parties:
        yield ""
        yield f"# {party.code}"
        yield from lines_of(party.code)
        if party.code in told:
            yield f"topic read {ROOT}/{party.code}/out/#"
