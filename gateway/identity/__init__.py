"""Bytes to who: EPC (TDS, one-byte headings), ISO six-bit text, and the names that people type.

`identify` is the door; `encode` and `iso_tag` mint tags for simulators and tests.
"""

from gateway.identity.gs1 import encode
from gateway.identity.identify import identify
from gateway.identity.iso import encode as iso_tag
from gateway.identity.pc import stored_pc

__all__ = ["encode", "identify", "iso_tag", "stored_pc"]
