"""The one place where doors and rooms meet: the ASGI application."""

from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from moderation import templating
from moderation.assets import asset
from moderation.domain.comment import Comment
from moderation.domain.errors import Fault, Internal, Malformed, NotFound
from moderation.flow.writer import Own
from moderation.formats.fragment import Fragment
from moderation.house import House
from moderation.protocols import form
from moderation.settings import Settings
from moderation.store.address import SqliteAddress, parse
from moderation.web import counts
from moderation.web.act import Act
from moderation.web.api.room import Api
from moderation.web.brake import Brake
from moderation.web.counts import Counts
from moderation.web.dashboard.room import Dashboard
from moderation.web.demo import Demo
from moderation.web.discovery import Discovery
from moderation.web.files import Files
from moderation.web.front import Front, host_name
from moderation.web.headers import Origins
from moderation.web.health import Health
from moderation.web.pages import Pages
from moderation.web.pings import Pings
from moderation.web.private import Private
from moderation.web.replies import Replies
from moderation.web.requests import Clients, respond
from moderation.web.threads import FORMATS, Threads
from moderation.web.unsubscribe import Unsubscribe


class Room(Protocol):
    """A set of doors that belong together."""

    def routes(self) -> list[Route]: ...


Handler = Callable[[Request, Exception], Awaitable[Response]]
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


def make_app(house: House) -> ASGIApp:
    """Build the application over an opened house."""
    settings = house.settings
    sites = settings.sites
    public = urlsplit(settings.server.public_url)
    environment = templating.environment()
    pages = Pages(environment, house.addresses, sites)
    origins = Origins(settings.server.public_url, sites)
    clients = Clients(settings.server.trusted_proxies)
    threads = Threads(house.publish, house.find, sites, origins, pages)
    counting = Counts(house.publish, origins, https=public.scheme == "https")
    fragment = Fragment(house.addresses, environment)

    def show(comment: Comment, own: Own) -> str:
        return str(fragment.comment_html(comment, own.site, own.article.url))

    rooms: list[Room] = [
        Replies(house.receive, sites, house.signing, clients, origins, pages, Brake(house.clock)),
        Pings(house.hear, house.standing, house.signing, clients, pages),
        threads,
        counting,
        Discovery(house.discover, origins, pages),
        Private(house.writer, house.signing, show, clients, origins, pages, Brake(house.clock)),
        Act(house.decide, house.see, house.signing, origins, pages),
        Unsubscribe(house.tell, pages),
        Dashboard(house, clients, environment),
        Api(house, clients, pages),
        Health(house.store, _folder(settings), clients, house.clock),
        Files(asset("templates") / "assets", pages),
    ]
    routes = [route for room in rooms for route in room.routes()]
    if settings.demo:
        routes += Demo(sites[0], pages).routes()
    starlette = Starlette(routes=routes, exception_handlers=_handlers(pages))
    starlette.router.redirect_slashes = False  # it would write addresses from the Host header
    return Front(
        _Ahead(threads, starlette),
        hosts=allowed_hosts(settings),
        prefix=public.path.rstrip("/"),
        https=public.scheme == "https",
        doors={path.split("/")[1] for path in (*FORMATS, *(route.path for route in routes))},
        ahead=dict.fromkeys(FORMATS, threads.hot) | {counts.PATH: counting.ready},
    )


class _Ahead:
    """Threads are answered before anything is routed: reading is what happens most."""

    def __init__(self, threads: Threads, rest: ASGIApp) -> None:
        self._threads = threads
        self._rest = rest

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        app: ASGIApp = self._threads if self._threads.serves(scope) else self._rest
        await app(scope, receive, send)


def allowed_hosts(settings: Settings) -> frozenset[str]:
    """Names a request's Host may have: ours, the sites', those set, on loopback localhost."""
    server = settings.server
    names = {urlsplit(server.public_url).hostname or ""}
    for site in settings.sites:
        names.add(urlsplit(site.url).hostname or "")
        names.update(host_name(host) for host in site.hosts)
    names.update(server.allowed_hosts)
    if server.host in LOOPBACK:
        names |= LOOPBACK
    return frozenset(names - {""})


def _folder(settings: Settings) -> Path | None:
    """Where an embedded database lies, for the room on its disk."""
    address = parse(settings.store.url)
    return address.path.parent if isinstance(address, SqliteAddress) else None


def _handlers(pages: Pages) -> Mapping[Any, Handler]:
    """What no door answered itself."""

    def refuse(request: Request, fault: Fault, status: int | None = None) -> Response:
        if "text/html" not in request.headers.get("accept", ""):
            return respond(form.problem(fault, status))
        response = pages.refusal(fault)
        response.status_code = status or response.status_code
        return response

    async def on_fault(request: Request, error: Exception) -> Response:
        return refuse(request, error if isinstance(error, Fault) else Internal())

    async def on_http(request: Request, error: Exception) -> Response:
        if not isinstance(error, HTTPException) or error.status_code == 404:
            return refuse(request, NotFound())
        response = refuse(request, Malformed(error.detail), error.status_code)
        response.headers.update(error.headers or {})
        return response

    async def on_error(request: Request, error: Exception) -> Response:
        return refuse(request, Internal())  # the front logs it

    return {Fault: on_fault, HTTPException: on_http, Exception: on_error}
