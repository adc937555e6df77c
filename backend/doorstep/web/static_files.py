"""The built files of the phone and of the office: read once at start, so that no request ever names a path on disk."""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
from pathlib import Path

import msgspec
from litestar import get
from litestar.exceptions import NotFoundException
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect, Response

from doorstep.web.guards import PUBLIC
from doorstep.web.requests import WebRequest

MUST_ASK = "no-cache"
FOR_EVER = "public, max-age=31536000, immutable"
WORTH_GZIP_BYTES = 1_000
MEDIA_TYPES = {
    ".js": "text/javascript",
    ".css": "text/css",
    ".html": "text/html",
    ".json": "application/json",
    ".webmanifest": "application/manifest+json",
    ".svg": "image/svg+xml",
}
OF_PACKS = "verify.html"
"""It goes into packs, and works from a file alone: our own pages' rules would not let its script run."""
OF_THE_KEEPER = ("builds.json", "unfinished")
NOT_BUILT = b"""<!doctype html><html lang="en-GB"><meta charset="utf-8"><title>Doorstep</title>
<h1>The phone's pages have not been built</h1><p>Run script/setup, then start the server again."""


class BuiltFile(msgspec.Struct, frozen=True):
    """One file in memory, with a packed copy where that saves something."""

    content: bytes
    packed: bytes | None
    media_type: str
    etag: str


class BuiltFiles:
    """Every file under a folder, by its path within it; and what `earlier` builds had under assets/, as it was.

    A page that was begun under an earlier build asks for its own parts, which only that build had: a phone at a door
    with no service worker would otherwise find no worker for its photo.
    """

    def __init__(self, folder: Path, earlier: Path | None = None) -> None:
        found = sorted(folder.rglob("*")) if folder.is_dir() else []
        files = [path for path in found if path.is_file() and path != folder / OF_PACKS]
        self._files = {path.relative_to(folder).as_posix(): _built(path) for path in files}
        for path in sorted(earlier.iterdir()) if earlier and earlier.is_dir() else []:
            if path.name not in OF_THE_KEEPER and f"assets/{path.name}" not in self._files:
                self._files[f"assets/{path.name}"] = _built(path)

    def get(self, name: str) -> BuiltFile | None:
        """A file, or None where there is none of that name."""
        return self._files.get(name)

    def mark(self, name: str) -> str:
        """A short text that changes when the file does; empty for a file that is not there."""
        file = self._files.get(name)
        return file.etag.strip('"')[:12] if file else ""


def _built(path: Path) -> BuiltFile:
    content = path.read_bytes()
    media_type = MEDIA_TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    is_text = media_type.startswith("text/") or path.suffix in MEDIA_TYPES
    packed = gzip.compress(content, 9, mtime=0) if is_text and len(content) > WORTH_GZIP_BYTES else None
    return BuiltFile(content, packed, media_type, f'"{hashlib.sha256(content).hexdigest()[:32]}"')


def served(request: WebRequest, file: BuiltFile, cache_control: str) -> Response[bytes]:
    """A built file as an answer, or 304 where the browser has it."""
    headers = {"ETag": file.etag, "Cache-Control": cache_control, "Vary": "Accept-Encoding"}
    if file.etag in request.headers.get("if-none-match", ""):
        return Response(b"", status_code=304, headers=headers, media_type=file.media_type)
    if file.packed is not None and "gzip" in request.headers.get("accept-encoding", ""):
        return Response(file.packed, headers={**headers, "Content-Encoding": "gzip"}, media_type=file.media_type)
    return Response(file.content, headers=headers, media_type=file.media_type)


def phone_route(files: BuiltFiles) -> HTTPRouteHandler:
    """The phone's pages under /door/: hashed assets are kept for ever, all else is asked for again each time."""

    @get(["/door", "/door/{name:path}"], guards=[PUBLIC], include_in_schema=False, name="phone")
    async def phone(request: WebRequest, name: FromPath[str] = "") -> Response[bytes] | Redirect:
        """A file of the phone's, or its one page where a browser goes to an address within it."""
        if request.scope.get("raw_path") == b"/door":
            # The service worker's scope is /door/: a page without the slash would not work without signal.
            return Redirect("/door/", status_code=308)
        wanted = str(name).lstrip("/")
        if wanted.startswith("office/"):
            raise NotFoundException
        file = files.get(wanted) if wanted else None
        if file is None:
            mode = request.headers.get("sec-fetch-mode", "navigate" if wanted == "" else "")
            if wanted and mode != "navigate":
                raise NotFoundException
            wanted, file = "", files.get("index.html")
        if file is None:
            return Response(NOT_BUILT, status_code=503, media_type="text/html")
        return served(request, file, FOR_EVER if wanted.startswith("assets/") else MUST_ASK)

    return phone


def office_assets_route(files: BuiltFiles) -> HTTPRouteHandler:
    """The office's styles and its little script; pages name them with a mark that changes when they do."""

    @get("/office/assets/{name:path}", guards=[PUBLIC], include_in_schema=False, name="office assets")
    async def office_asset(request: WebRequest, name: FromPath[str], v: FromQuery[str] = "") -> Response[bytes]:
        """A file of the office's."""
        wanted = str(name).lstrip("/")
        file = files.get(wanted)
        if file is None:
            raise NotFoundException
        return served(request, file, FOR_EVER if v and v == files.mark(wanted) else MUST_ASK)

    return office_asset
