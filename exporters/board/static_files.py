"""The scripts and styles of the board: a handful of small files, read once at the start."""

import gzip
import hashlib
from importlib import resources

from aiohttp import web

_TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}


class StaticFiles:
    """Serves them from memory. A browser asks each time whether they changed, by their hash."""

    def __init__(self) -> None:
        folder = resources.files("exporters.board").joinpath("static")
        self._files = {
            entry.name: _File(entry.name, entry.read_bytes())
            for entry in folder.iterdir()
            if entry.name.endswith(tuple(_TYPES))
        }

    async def serve(self, request: web.Request) -> web.Response:
        found = self._files.get(request.match_info["name"])
        if found is None:
            raise web.HTTPNotFound(text="there is no such file")
        return found.answer(request)


class _File:
    def __init__(self, name: str, body: bytes) -> None:
        self._body = body
        self._squeezed = gzip.compress(body, mtime=0)
        self._tag = f'"{hashlib.sha256(body).hexdigest()[:20]}"'
        self._type = _TYPES[f".{name.rpartition('.')[2]}"]

    def answer(self, request: web.Request) -> web.Response:
        headers = {"ETag": self._tag, "Cache-Control": "no-cache", "Vary": "Accept-Encoding"}
        if request.headers.get("If-None-Match") == self._tag:
            return web.Response(status=304, headers=headers)
        accepts_gzip = "gzip" in request.headers.get("Accept-Encoding", "")
        if accepts_gzip:
            headers["Content-Encoding"] = "gzip"
        return web.Response(
            body=self._squeezed if accepts_gzip else self._body,
            content_type=self._type,
            charset="utf-8",
            headers=headers,
        )
