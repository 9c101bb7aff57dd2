"""What people type, to the key under which everything else knows the asset.

A plan says "SSCC 395...", a label says "(00)395...", a reader says hex; all must meet in one key. Two
things cannot be read off the text and come from outside: the names that the site gave its assets, and
the GS1 company prefixes of its parties (an element string does not say where the company prefix ends,
the EPC URI does).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from types import MappingProxyType
from urllib.parse import quote, unquote

from gateway.errors import BadInput
from gateway.identity import binary, gs1
from gateway.identity.identify import identify

NO_NAMES: Mapping[str, str] = MappingProxyType({})

_EPC_URN = re.compile(r"urn:epc:(id|tag):", re.IGNORECASE)
_NO_BINARY_FORM = ("bic", "imovn", "pgln", "ginc", "gsin", "upui")  # keys that no tag carries: taken as they are
_HEX = re.compile(r"(?:[0-9A-Fa-f]{4}){4,}")  # whole words, 64 bits or more: shorter ones may be names
_MARKED_HEX = re.compile(r"0[xX]((?:[0-9A-Fa-f]{2})+)")
_BARE_SSCC = re.compile(r"00(\d{17})(\d)")
_LINK = re.compile(r"https?://[^/]+(?:/.*?)?/((?:00|01|414|8003|8004)/[^?#]+)(?:[?#].*)?", re.IGNORECASE)

# The label's element strings, taken apart: what stands before the company prefix, the digits that begin with
# it, the check digit, and what follows.
_LABELS = {
    "sgtin": re.compile(r"\(01\)(?P<lead>\d)(?P<body>\d{12})(?P<check>\d)\(21\)(?P<tail>.+)"),
    "sscc": re.compile(r"\(00\)(?P<lead>\d)(?P<body>\d{16})(?P<check>\d)(?P<tail>)"),
    "sgln": re.compile(r"\(414\)(?P<lead>)(?P<body>\d{12})(?P<check>\d)(?:\(254\)(?P<tail>.+))?"),
    "grai": re.compile(r"\(8003\)0(?P<lead>)(?P<body>\d{12})(?P<check>\d)(?P<tail>.+)"),
    "giai": re.compile(r"\(8004\)(?P<lead>)(?P<body>.+)(?P<check>)(?P<tail>)"),
}


def canonical(text: str, names: Mapping[str, str] = NO_NAMES, prefixes: Collection[str] = ()) -> str:
    """The key that `text` means: an identity's key, or the asset name that the site gave it.

    Accepts an EPC in hex, an EPC, tag or tierview URI, an element string, a Digital Link, `00` and an
    SSCC, or a name. `names` maps keys and other spellings to configured names; `prefixes` are the
    known GS1 company prefixes. Text that is none of these is a name and stays as it is.
    Raises BadInput when it has a form above and breaks it, or when no known prefix explains it.
    """
    text = text.strip()
    if text in names:
        return names[text]
    key = _key(text, prefixes)
    return names.get(key, key)


def alias_table(assets: Iterable[tuple[str, Iterable[str]]], prefixes: Collection[str] = ()) -> dict[str, str]:
    """Every spelling and key of each (name, ids) to its name: the `names` that `canonical` takes."""
    table: dict[str, str] = {}
    for name, ids in assets:
        table[name] = name
        for spelling in ids:
            table[spelling] = table[_key(spelling.strip(), prefixes)] = name
    return table


def company_prefixes(texts: Iterable[str]) -> frozenset[str]:
    """The GS1 company prefixes that the EPC URIs among `texts` name, such as the SGLNs of configured places."""
    return frozenset(
        tag.parts[0] for text in texts if text.startswith(gs1.ID) and gs1.elements(tag := gs1.parse_epc_uri(text))
    )


def _key(text: str, prefixes: Collection[str]) -> str:
    if urn := _EPC_URN.match(text):
        return _from_urn(urn.group(1).lower(), text[urn.end() :])
    if text.startswith("("):
        return _from_label(text, prefixes)
    if link := _LINK.fullmatch(text):
        return _from_label(_label(link.group(1)), prefixes)
    if (sscc := _BARE_SSCC.fullmatch(text)) and gs1.check_digit(sscc.group(1)) == sscc.group(2):
        return _from_label(f"(00){text[2:]}", prefixes)
    if marked := _MARKED_HEX.fullmatch(text):
        return identify(bytes.fromhex(marked.group(1))).key
    if _HEX.fullmatch(text):
        return identify(bytes.fromhex(text)).key
    return text


def _from_urn(form: str, rest: str) -> str:
    if form == "tag":
        tag = gs1.parse_tag_uri(gs1.TAG + rest)
        binary.encode(tag)  # raises when a part does not fit
        return gs1.epc_uri(tag)
    if rest.partition(":")[0] in _NO_BINARY_FORM:
        return gs1.ID + rest
    return gs1.epc_uri(gs1.parse_epc_uri(gs1.ID + rest))


def _label(path: str) -> str:
    """A Digital Link's path as the element string with the same identifiers."""
    steps = [unquote(step) for step in path.rstrip("/").split("/")]
    return "".join(f"({ai}){value}" for ai, value in zip(steps[::2], steps[1::2], strict=False))


def _from_label(text: str, prefixes: Collection[str]) -> str:
    for key, pattern in _LABELS.items():
        if label := pattern.fullmatch(text):
            return _from_digits(key, label, prefixes)
    raise BadInput(
        f"{text!r} is no element string that names one thing: expected (00), (01)(21), (414)(254), (8003) or (8004)"
    )


def _from_digits(key: str, label: re.Match[str], prefixes: Collection[str]) -> str:
    lead, body, check, tail = label.group("lead", "body", "check", "tail")
    if check and gs1.check_digit(lead + body) != check:
        raise BadInput(f"{label.string!r} has the check digit {check}, expected {gs1.check_digit(lead + body)}")
    company = _company(label.string, body, prefixes)
    parts = [company, lead + body[len(company) :]]
    if key not in ("sscc", "giai"):
        parts.append(tail or "0")
    return gs1.epc_uri(gs1.parse_epc_uri(f"{gs1.ID}{key}:{'.'.join(quote(part, safe='') for part in parts)}"))


def _company(text: str, body: str, prefixes: Collection[str]) -> str:
    known = [prefix for prefix in prefixes if body.startswith(prefix)]
    if len(known) == 1:
        return known[0]
    why = "several known company prefixes begin" if known else "no known company prefix begins"
    raise BadInput(f"{text!r} does not say where its company prefix ends, and {why} it: write the EPC URI instead")
