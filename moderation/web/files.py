"""Our own scripts and styles: few, small, read once, tagged by their bytes."""

import hashlib
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from moderation.domain.errors import NotFound
from moderation.web.headers import matches
from moderation.web.pages import Pages

TYPES = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}
AT_THE_ROOT = frozenset({"embed.js", "embed.css"})
CACHING = "public, max-age=300, stale-while-revalidate=86400"


class Files:
    """``/embed.js``, ``/embed.css`` and ``/assets/…``; no name from a request reaches the disk."""

    def __init__(self, folder: Path, pages: Pages) -> None:
        self._pages = pages
        self._files = {
            path.name: (path.read_bytes(), TYPES[path.suffix])
            for path in sorted(folder.iterdir())
            if path.suffix in TYPES
        }

    def routes(self) -> list[Route]:
        routes = [Route(f"/{name}", self.file, methods=["GET"]) for name in sorted(AT_THE_ROOT)]
        return [*routes, Route("/assets/{name}", self.file, methods=["GET"])]

    async def file(self, request: Request) -> Response:
        name = request.path_params.get("name") or request.scope["path"].lstrip("/")
        found = self._files.get(name)
        if found is None:
            return self._pages.refusal(NotFound())
        body, media_type = found
        etag = f'"{hashlib.sha256(body).hexdigest()[:24]}"'
        headers = {
            "ETag": etag,
            "Cache-Control": CACHING,
            "Access-Control-Allow-Origin": "*",
            "Cross-Origin-Resource-Policy": "cross-origin",
        }
        if matches(request.headers.get("if-none-match"), etag):
            return Response(status_code=304, headers=headers)
        return Response(body, headers=headers, media_type=media_type)
