"""Bytes to who: EPC (TDS, all headings), ISO six-bit text, bar codes, and the names that people type.

`identify` is the door for tags, `read_label` that for bar codes; `encode` and `iso_tag` mint tags.
"""

from gateway.identity.identify import identify
from gateway.identity.iso import encode as iso_tag
from gateway.identity.labels import read_label
from gateway.identity.mint import encode
from gateway.identity.pc import stored_pc

__all__ = ["encode", "identify", "iso_tag", "read_label", "stored_pc"]
