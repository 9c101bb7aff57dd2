"""From a GS1 key to its EPC URI: the URI says where the company prefix ends, the key's digits do not.

So it takes the known prefixes of the parties. Element strings, Digital Links and `+` tags then meet the older tags
of the same thing in one key.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from urllib.parse import quote

from gateway.identity import gs1
from gateway.identity.bits import Undecodable
from gateway.identity.elements import Elements, Key

# What stands before the company prefix, the digits that begin with it, and what follows in the URI.
_Split = tuple[str, str, tuple[str, ...]]

_SPLITS: dict[str, Callable[[str, str], _Split]] = {
    "sscc": lambda value, _: (value[0], value[1:17], ()),
    "sgtin": lambda value, serial: (value[0], value[1:13], (serial,)),
    "sgln": lambda value, extension: ("", value[:12], (extension or "0",)),
    "grai": lambda value, _: ("", value[1:13], (value[14:],)),
    "giai": lambda value, _: ("", value, ()),
    "gdti": lambda value, _: ("", value[:12], (value[13:],)),
    "sgcn": lambda value, _: ("", value[:12], (value[13:],)),
    "gsrn": lambda value, _: ("", value[:17], ()),
    "gsrnp": lambda value, _: ("", value[:17], ()),
    "cpi": lambda value, serial: ("", value, (serial,)),
    "itip": lambda value, serial: (value[0], value[1:13], (value[14:16], value[16:], serial)),
}


def epc_uri(key: Key, own: Elements, prefixes: Collection[str]) -> str:
    """The pure identity URI of a checked key; Undecodable (`prefix`) when not exactly one known prefix begins it.

    A serial that no EPC can carry is refused likewise: such a thing has a Digital Link only.
    """
    lead, body, rest = _SPLITS[key.name](own[0][1], own[1][1] if len(own) > 1 else "")
    known = [prefix for prefix in prefixes if body.startswith(prefix)]
    if len(known) != 1:
        why = "several known company prefixes begin" if known else "no known company prefix begins"
        raise Undecodable(
            "prefix", f"{gs1.element_string(own)} does not say where its company prefix ends, and {why} it"
        )
    parts = (known[0], lead + body[len(known[0]) :], *rest)
    written = ".".join(quote(part, safe="") for part in parts)
    return gs1.epc_uri(gs1.parse_epc_uri(f"{gs1.ID}{key.name}:{written}"))
