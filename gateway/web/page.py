"""The page: files of `static/`, and nothing else on the disk."""

from __future__ import annotations

from pathlib import Path

from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

FOLDER = Path(__file__).resolve().parent / "static"
VENDOR = "vendor/"
FOR_EVER = "public, max-age=31536000, immutable"  # what others made changes with a release of ours only
ASK_FIRST = "no-cache"  # kept, but asked for: answered 304 while it is the same


class Page(StaticFiles):
    """Starlette's StaticFiles, which refuses every path that leaves the folder, with our rules for keeping."""

    def __init__(self, folder: Path = FOLDER) -> None:
        super().__init__(directory=folder, html=True, check_dir=False)

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        response.headers["Cache-Control"] = FOR_EVER if path.startswith(VENDOR) else ASK_FIRST
        return response
