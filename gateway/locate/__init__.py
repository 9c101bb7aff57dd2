"""Observations become events: where every asset is, was, and what it is in."""

from gateway.locate.board import Board, Where
from gateway.locate.locator import Located, Locator
from gateway.locate.memory import Row
from gateway.locate.state import AssetState, decode_state, encode_state

__all__ = ["AssetState", "Board", "Located", "Locator", "Row", "Where", "decode_state", "encode_state"]
