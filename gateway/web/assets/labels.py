"""What people read for an asset: short, and nothing that its id does not say."""

from __future__ import annotations

_EPC = "urn:epc:id:"
_OURS = "urn:tierview:"


def label(asset: str) -> str:
    """`SSCC 9521141.0000000001` for an EPC, the serial of a tierview URI, a configured name as it is."""
    if asset.startswith(_EPC):
        scheme, _, rest = asset.removeprefix(_EPC).partition(":")
        return f"{scheme.upper()} {rest}"
    if asset.startswith(_OURS):
        scheme, _, rest = asset.removeprefix(_OURS).partition(":")
        return f"{scheme} {rest}" if rest else scheme
    return asset
