"""The box of the web's tests."""

from __future__ import annotations

from tests.web.conftest import box, full

__all__ = ["box", "full"]
