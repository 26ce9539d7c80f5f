"""Threads out: ready bytes with their tags, for pages, scripts, feeds and static builds."""

from collections.abc import Sequence
from urllib.parse import parse_qs

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from moderation.domain.errors import Fault, Malformed
from moderation.domain.site import Site
from moderation.flow.find import Find
from moderation.flow.publish import Publish
from moderation.flow.ready import Asked, Ready
from moderation.protocols import form
from moderation.text import discovery
from moderation.web.headers import (
    Headers,
    Origins,
    encoding_for,
    page_csp,
    protected,
    tag_of,
)
from moderation.web.hot import Form, Head, Hot, Prepared
from moderation.web.pages import Pages
from moderation.web.requests import respond

FORMATS = {
    "/thread": "page",
    "/thread.html": "fragment",
    "/thread.json": "thread_json",
    "/thread.atom": "atom",
}
PATHS = {name: path for path, name in FORMATS.items()}
CACHING = b"public, max-age=0, s-maxage=5, stale-while-revalidate=60, must-revalidate"
OTHER_METHODS = ["OPTIONS", "POST", "PUT", "PATCH", "DELETE"]  # what `serves` leaves over
WORTH_IT = 1024  # bytes from which compressing pays


class Threads:
    """Answers the addresses of FORMATS by itself, before any routing; the rest by routes."""

    def __init__(
        self, publish: Publish, find: Find, sites: Sequence[Site], origins: Origins, pages: Pages
    ) -> None:
        self._publish = publish
        self._find = find
        self._sites = tuple(sites)
        self._origins = origins
        self._pages = pages
        self._csp = page_csp(self._sites, framed=True).encode()
        self._https = pages.addresses.public_url.startswith("https:")
        self._readers = {site.id: origins.named(site) for site in self._sites}
        self.hot = Hot(publish.kept)
        self._doors = {site.id: self._discovery(site) for site in self._sites}
        self._heads: dict[tuple[str, str, bool, str, bytes], Head] = {}  # as few as there are sites

    def routes(self) -> list[Route]:
        return [
            *(Route(path, self.other, methods=OTHER_METHODS) for path in FORMATS),
            Route("/comments/{id}", self.comment, methods=["GET"]),
            Route("/anchor", self.anchor, methods=["GET"]),
        ]

    def serves(self, scope: Scope) -> bool:
        return scope["path"] in FORMATS and scope["method"] in ("GET", "HEAD")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One thread in one format, where it was not ready yet."""
        given = dict(scope["headers"])
        query: bytes = scope["query_string"]
        try:
            asked = read_query(scope["path"], query)
            ready = await self._publish.thread(asked)
        except Fault as fault:
            await self._refusal(fault, scope)(scope, receive, send)
            return
        prepared = self.hot.prepared(
            asked, ready, PATHS[asked.format], self._readers[ready.site.id]
        )
        origin = prepared.origins.get(given.get(b"origin", b""), b"")
        form = await self._form(prepared, encoding_for(given.get(b"accept-encoding", b"")), origin)
        self.hot.keep(query, prepared)
        answer = form.sent(scope["method"], prepared.known(form, given.get(b"if-none-match")))
        await answer(scope, receive, send)

    async def _form(self, prepared: Prepared, liked: str, origin: bytes) -> Form:
        """The answer as it is sent to those who like this encoding and come from there."""
        form = prepared.form(liked, origin)
        if form is None:
            asked, ready = prepared.asked, prepared.ready
            encoding = liked if len(ready.body) >= WORTH_IT else ""
            body = ready.body
            if encoding:
                body = await self._publish.encoded(asked, ready, encoding)
            head = self._head(asked, ready, encoding, origin)
            form = Form(head, body, tag=tag_of(ready.etag, encoding).encode())
            prepared.keep(liked, origin, form)
        return form

    def _head(self, asked: Asked, ready: Ready, encoding: str, origin: bytes) -> Head:
        """What is told of threads, which is the same of very many."""
        key = asked.format, ready.site.id, ready.takes_pings, encoding, origin
        if key not in self._heads:
            self._heads[key] = Head(self._header(asked, ready, encoding, origin))
        return self._heads[key]

    def _header(self, asked: Asked, ready: Ready, encoding: str, origin: bytes) -> Headers:
        named = origin.decode("latin-1") or None
        headers = [
            (b"content-type", ready.content_type.encode()),
            (b"cache-control", CACHING),
            (b"vary", b"Accept-Encoding, Origin"),
            self._origins.reading(named, ready.site)[0],
            (b"cross-origin-resource-policy", b"cross-origin"),
        ]
        if asked.format == "page":
            headers.append((b"content-security-policy", self._csp))
            headers += self._doors[ready.site.id] if ready.takes_pings else ()
        if encoding:
            headers.append((b"content-encoding", encoding.encode()))
        return protected(headers, https=self._https)

    def _discovery(self, site: Site) -> list[tuple[bytes, bytes]]:
        """The lines by which a thread's own page says where pings to it go."""
        doors = discovery.doors(site.pings, self._pages.addresses.public_url, "")
        lines = discovery.header_lines(doors)
        return [(name.lower().encode(), value.encode()) for name, value in lines]

    def _refusal(self, fault: Fault, scope: Scope) -> Response:
        cors = {"Access-Control-Allow-Origin": "*"}
        if scope["path"] == "/thread":
            return self._pages.refusal(fault)
        return respond(form.problem(fault), cors)

    async def preflight(self, request: Request) -> Response:
        return Response(None, 204, self._origins.preflight(request.headers.get("origin")))

    async def other(self, request: Request) -> Response:
        """A thread is read and nothing else."""
        if request.method == "OPTIONS":
            return await self.preflight(request)
        raise HTTPException(405, headers={"Allow": "GET, HEAD, OPTIONS"})

    async def comment(self, request: Request) -> Response:
        """A comment's permanent address: on to its place in the article."""
        try:
            return self._to(await self._find.by_id(request.path_params["id"]))
        except Fault as fault:
            return self._pages.refusal(fault)

    async def anchor(self, request: Request) -> Response:
        """The same by the fragment that an article's page has long been linked with."""
        query = request.query_params
        try:
            address = await self._find.by_anchor(query.get("article", ""), query.get("anchor", ""))
        except Fault as fault:
            return self._pages.refusal(fault)
        return self._to(address)

    def _to(self, address: str) -> Response:
        return RedirectResponse(address, 303, {"Cache-Control": "no-store"})


def read_query(path: str, query_string: bytes) -> Asked:
    """What a thread's address asks for; parameters nobody knows make no new entries.

    Raises Malformed.
    """
    try:
        query = parse_qs(query_string.decode("ascii"), errors="strict", max_num_fields=50)
    except (UnicodeDecodeError, ValueError):
        raise Malformed("The address cannot be read.") from None

    def value(name: str) -> str:
        return query.get(name, [""])[0]

    page = value("page") or "1"
    if not page.isascii() or not page.isdigit() or len(page) > 6:
        raise Malformed("A page is a whole number from 1.")
    answers = path == "/thread"
    return Asked(
        format=FORMATS[path],
        address=value("article"),
        page=int(page),
        form=value("form") != "0",
        comment=value("comment"),
        answer=(value("parent") or value("replytocom")) if answers else "",
    )
