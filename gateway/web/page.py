"""The page: files of `static/`, and nothing else on the disk.

Each is read and compressed once, and again when it changed; what a document's modules import is named in its head,
so that the browser asks for all of them at once and not for one after the other.
"""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
import stat
from dataclasses import dataclass
from pathlib import Path

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.staticfiles import NotModifiedResponse, StaticFiles
from starlette.types import Scope

from gateway.web.preload import with_preloads

FOLDER = Path(__file__).resolve().parent / "static"
VENDOR = "vendor/"
FOR_EVER = "public, max-age=31536000, immutable"  # what others made changes with a release of ours only
ASK_FIRST = "no-cache"  # kept, but asked for: answered 304 while it is the same
MOST_KEPT = 1_000_000  # bytes of a file; larger ones are read each time
LANGUAGES = ("en", "de")  # as in js/words.js
LONGEST_WISH = 200
GZIP_FROM = 1024  # bytes
PACKED_ALREADY = ("image/png", "image/jpeg", "image/webp")


@dataclass(frozen=True, kw_only=True)
class Kept:
    """A file in memory, and what it was when it was read."""

    changed_ns: int
    media_type: str
    plain: bytes
    packed: bytes | None
    etag: str  # without quotes, and without the encoding


class Page(StaticFiles):
    """Starlette's StaticFiles, which refuses every path that leaves the folder, with our rules for keeping."""

    def __init__(self, folder: Path = FOLDER) -> None:
        super().__init__(directory=folder, html=True, check_dir=False)
        self._folder = folder
        self._kept: dict[str, Kept] = {}

    async def get_response(self, path: str, scope: Scope) -> Response:
        kept = self._keep("index.html" if path == "." else path, _language(scope)) if scope["method"] == "GET" else None
        response = await super().get_response(path, scope) if kept is None else self._answer(kept, scope)
        response.headers["Cache-Control"] = FOR_EVER if path.startswith(VENDOR) else ASK_FIRST
        return response

    def _keep(self, path: str, language: str) -> Kept | None:
        """The file as it is now; None for what is none, or too large."""
        try:
            full_path, found = self.lookup_path(path)
        except (OSError, ValueError):  # a name too long or with a zero byte: StaticFiles answers it
            return None
        if found is None or not stat.S_ISREG(found.st_mode) or found.st_size > MOST_KEPT:
            return None
        key = f"{full_path} {language}" if full_path.endswith(".html") else full_path
        kept = self._kept.get(key)
        if kept is None or kept.changed_ns != found.st_mtime_ns:
            kept = self._kept[key] = self._read(Path(full_path), found.st_mtime_ns, language)
        return kept

    def _read(self, file: Path, changed_ns: int, language: str) -> Kept:
        plain = file.read_bytes()
        if file.suffix == ".html":
            plain = with_preloads(plain.decode(), self._folder / "js", language).encode()
        media_type = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
        worth = len(plain) >= GZIP_FROM and media_type not in PACKED_ALREADY
        return Kept(
            changed_ns=changed_ns,
            media_type=media_type,
            plain=plain,
            packed=gzip.compress(plain, mtime=0) if worth else None,
            etag=hashlib.sha256(plain).hexdigest()[:20],
        )

    def _answer(self, kept: Kept, scope: Scope) -> Response:
        asked = Headers(scope=scope)
        body, headers = kept.plain, {"ETag": f'"{kept.etag}"', "Vary": "Accept-Encoding, Accept-Language"}
        if kept.packed is not None and "gzip" in asked.get("accept-encoding", ""):
            body, headers = kept.packed, headers | {"ETag": f'"{kept.etag}-gzip"', "Content-Encoding": "gzip"}
        response = Response(body, media_type=kept.media_type, headers=headers)
        return NotModifiedResponse(response.headers) if self.is_not_modified(response.headers, asked) else response


def _language(scope: Scope) -> str:
    """What the reader wants most, of the languages whose words the page has."""
    wanted = Headers(scope=scope).get("accept-language", "")[:LONGEST_WISH].lower()
    return next((tag for part in wanted.split(",") if (tag := part.strip()[:2]) in LANGUAGES), LANGUAGES[0])
