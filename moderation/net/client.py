"""The one way out to pages that strangers name: a GET that is guarded, bounded and counted."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from contextlib import aclosing, asynccontextmanager
from importlib.metadata import version
from urllib.parse import urljoin

import httpcore2

from moderation.domain.clock import Clock, SystemClock
from moderation.net.answer import Answer
from moderation.net.budget import Budget
from moderation.net.contract import NotModified, NotReadable, Page, Seen, TooBusy, Version
from moderation.net.dial import GuardedBackend, Resolve, resolve
from moderation.net.guard import Refused, pair, vet
from moderation.net.limits import BUDGET, FETCH, BudgetLimits, FetchLimits
from moderation.net.recent import Recent
from moderation.text.urls import HttpUrl, parse_http_url

_ACCEPT = "text/html, application/xhtml+xml;q=0.9, application/json;q=0.5, text/plain;q=0.5"
_MAY_BE_ADDED = ("accept", "accept-language", "x-pingback-forwarded-for")
_AGENT_CHARACTERS = 400
_NETWORK = (
    httpcore2.TimeoutException,
    httpcore2.NetworkError,
    httpcore2.ProtocolError,
    httpcore2.UnsupportedProtocol,
    OSError,
)


class GuardedFetcher:
    """A `Fetcher`. No cookies, no credentials, no Referer, no proxies from the environment.

    `public_url` tells those who are asked who asks. `allowed_private` are the only
    openings of the guard ("127.0.0.1:8091", as written in a URL): test sources, intranets.
    """

    def __init__(
        self,
        public_url: str,
        *,
        allowed_private: AbstractSet[str] = frozenset(),
        clock: Clock | None = None,
        limits: FetchLimits = FETCH,
        budget: BudgetLimits = BUDGET,
        resolve: Resolve = resolve,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._public_url = public_url
        self._allowed = frozenset(entry.lower() for entry in allowed_private)
        self._limits = limits
        self._patience = budget.patience_seconds
        self._budget = Budget(clock or SystemClock(), budget)
        self._recent = Recent(clock or SystemClock())
        self._tls = tls
        self._backend = GuardedBackend(
            self._budget, limits, resolve=resolve, allowed_private=self._allowed
        )

    async def fetch(
        self,
        url: str,
        *,
        purpose: str,
        headers: Mapping[str, str] | None = None,
        sender: str = "",
        known: Version | None = None,
    ) -> Page:
        """GET a page; see `Fetcher`. Of `headers` only Accept and the forwarded-for go out.

        A body over the limit makes the page not readable: a part of it would prove a
        link, but never the absence of one. Raises `NotHtml` by the Content-Type, before
        the body is read.
        """
        plain = url.partition("#")[0]
        if sender and (page := self._recent.page(plain)) is not None:
            return page
        with self._budget.fetch():
            try:
                async with asyncio.timeout(self._limits.total_seconds):
                    sent = self._headers(purpose, headers or {})
                    page = await self._follow(url, sent, sender, known)
            except TimeoutError:
                late = NotReadable(f"took over {self._limits.total_seconds:g} seconds")
                self._recent.keep(plain, late)
                raise late from None
            except NotReadable as failure:
                self._recent.keep(plain, failure)
                raise
        self._recent.keep(plain, page)
        return page

    async def look(self, url: str, *, purpose: str, method: str = "GET") -> Seen:
        """Ask once, by GET or HEAD, and follow nothing. Raises as `fetch` does.

        For the owner's own pages: neither a host's turn is waited for, nor a type refused.
        """
        vetted, limits = self._vet(url), self._limits
        asking = self._ask(vetted, self._headers(purpose, {}), method)
        with self._budget.fetch():
            try:
                async with asyncio.timeout(limits.total_seconds), asking as response:
                    answer = Answer.of(response, limits.header_bytes)
                    empty = method == "HEAD" or answer.location is not None
                    body = b"" if empty else await self._body(response)
                    return Seen(
                        url=vetted.page,
                        status=answer.status,
                        location=answer.location and _joined(vetted.page, answer.location),
                        headers=tuple(
                            (n.decode("latin-1"), v.decode("latin-1")) for n, v in response.headers
                        ),
                        content_type=answer.content_type,
                        charset=answer.charset,
                        body=answer.unpack(body, limits.body_bytes) if body else b"",
                    )
            except TimeoutError:
                raise NotReadable(f"took over {limits.total_seconds:g} seconds") from None

    async def self_test(self) -> None:
        """Ask for loopback and see it refused where connections are opened.

        Raises RuntimeError when something else happened: then the guard is not in the
        way of connections any more (another version of the HTTP client?), and nothing
        may be fetched.
        """
        ports = sorted(p for p in self._limits.ports if pair("127.0.0.1", p) not in self._allowed)
        port = ports[0] if ports else 1
        try:
            async with self._ask(parse_http_url(f"http://127.0.0.1:{port}/"), []):
                pass
        except Refused:
            return
        except (NotReadable, TooBusy, *_NETWORK) as error:
            raise RuntimeError("the guard of outgoing connections is not in place") from error
        raise RuntimeError("the guard of outgoing connections let loopback pass")

    async def _follow(
        self, asked: str, headers: Sequence[tuple[str, str]], sender: str, known: Version | None
    ) -> Page:
        url = self._vet(asked)
        seen: set[str] = set()
        while url.page not in seen:
            if len(seen) > self._limits.redirects:
                raise NotReadable(f"more than {self._limits.redirects} redirects")
            tags = _conditions(known) if known is not None and known.url == url.page else []
            turn = self._turn(url, "" if seen else sender, hop=bool(seen))
            async with turn, self._ask(url, [*headers, *tags]) as response:
                answer = Answer.of(response, self._limits.header_bytes)
                if tags and answer.status == 304:
                    raise NotModified
                if answer.location is None:
                    return await self._page(url, asked, answer, response)
            seen.add(url.page)
            url = self._next(url, answer.location)
        raise NotReadable("redirects in a circle")

    def _vet(self, raw: str) -> HttpUrl:
        limits = self._limits
        return vet(raw, self._allowed, ports=limits.ports, url_characters=limits.url_characters)

    def _next(self, url: HttpUrl, location: str) -> HttpUrl:
        target = self._vet(_joined(url.page, location))
        if url.scheme == "https" and target.scheme == "http" and target.host != url.host:
            raise Refused("redirects from https to http on another host")
        return target

    @asynccontextmanager
    async def _turn(self, url: HttpUrl, sender: str, *, hop: bool) -> AsyncIterator[None]:
        """Hold a host; in the middle of a chain of redirects wait a little for it to be free."""
        patience = self._patience if hop else 0.0
        while True:
            try:
                self._budget.take(url.host, url.path, sender, hop=hop)
                break
            except TooBusy as busy:
                patience -= busy.retry_after
                if patience < 0:
                    raise
                await asyncio.sleep(busy.retry_after)
        try:
            yield
        finally:
            self._budget.give_back(url.host)

    @asynccontextmanager
    async def _ask(
        self, url: HttpUrl, headers: Sequence[tuple[str, str]], method: str = "GET"
    ) -> AsyncIterator[httpcore2.Response]:
        """Send one request on a connection of its own; every failure is `NotReadable`."""
        request = httpcore2.Request(
            method,
            httpcore2.URL(
                scheme=url.scheme,
                host=url.host,
                port=url.port,
                target=url.path + ("" if url.query is None else "?" + url.query),
            ),
            headers=[("Host", url.authority), *headers],
            extensions={
                "timeout": {
                    "connect": self._limits.connect_seconds,
                    "read": self._limits.first_byte_seconds,
                    "write": self._limits.first_byte_seconds,
                }
            },
        )
        connection = httpcore2.AsyncHTTPConnection(
            origin=request.url.origin,
            ssl_context=await self._certified() if url.scheme == "https" else None,
            network_backend=self._backend,
        )
        try:
            async with connection:
                response = await connection.handle_async_request(request)
                try:
                    yield response
                finally:
                    await response.aclose()
        except _NETWORK as error:
            raise NotReadable(f"{type(error).__name__}: {error}"[:200]) from error

    async def _page(
        self, url: HttpUrl, asked: str, answer: Answer, response: httpcore2.Response
    ) -> Page:
        answer.check(self._limits.body_bytes)
        body = answer.unpack(await self._body(response), self._limits.body_bytes)
        return Page(
            url=url.page,
            asked=asked,
            status=answer.status,
            content_type=answer.content_type,
            charset=answer.charset,
            body=body,
            etag=answer.etag,
            last_modified=answer.last_modified,
        )

    async def _body(self, response: httpcore2.Response) -> bytes:
        body = bytearray()
        pieces = 0
        async with aclosing(response.aiter_stream()) as stream:
            async for piece in stream:
                body += piece
                pieces += 1
                if len(body) > self._limits.body_bytes:
                    raise NotReadable(f"more than {self._limits.body_bytes} bytes")
                if pieces > self._limits.pieces:
                    raise NotReadable("cut into too many pieces")
                if pieces % 64 == 0:  # pieces already here come without the loop having a turn
                    await asyncio.sleep(0)
        return bytes(body)

    def _headers(self, purpose: str, more: Mapping[str, str]) -> list[tuple[str, str]]:
        agent = f"moderation/{version('moderation')} (+{self._public_url}) {purpose}"
        headers = {
            "accept": _ACCEPT,
            "accept-encoding": "identity",
            "connection": "close",
            "user-agent": _printable(agent)[:_AGENT_CHARACTERS],
        }
        for name, value in more.items():
            if name.lower() in _MAY_BE_ADDED:
                headers[name.lower()] = _printable(value)
        return list(headers.items())

    async def _certified(self) -> ssl.SSLContext:
        """Certificates are checked against the machine's own store, by name."""
        if self._tls is None:
            self._tls = await asyncio.to_thread(_tls)
        return self._tls


def _joined(page: str, location: str) -> str:
    try:
        return urljoin(page, location)
    except ValueError:
        raise Refused("redirects to no usable address") from None


def _tls() -> ssl.SSLContext:
    """Read what the machine trusts, in a thread: that, and what reads it, takes its time."""
    import httpx2

    return httpx2.create_ssl_context(trust_env=False)


def _conditions(known: Version) -> list[tuple[str, str]]:
    """RFC 9110 §13.1: who has this version need not send it again."""
    tags = {"if-none-match": known.etag, "if-modified-since": known.last_modified}
    return [(name, tag) for name, tag in tags.items() if tag]


def _printable(value: str) -> str:
    """Keep what a header may carry; a target's address is ASCII once it is parsed."""
    return "".join(c for c in value if " " <= c <= "~").strip()
