"""A small server of sample threads, and the foreign blog that embeds them, under two names."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from moderation.assets import asset
from moderation.domain.comment import Comment
from moderation.domain.thread import Thread
from moderation.formats import fragment, page
from moderation.formats.contract import Addresses, View
from moderation.templating import environment

TYPES = {"css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8"}


@dataclass
class Service:
    """What the tests turn, and what they look at afterwards."""

    threads: dict[str, Thread]
    port: int = 0
    posted: list[dict[str, object]] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    answers: list[tuple[int, dict[str, object]]] = field(default_factory=list)  # to replies
    broken: bool = False  # thread.html answers 503
    policy: bool = True  # the blog sends a strict Content-Security-Policy
    attributes: str = ""  # of the embedding element
    head: str = ""  # what else stands in the blog's head
    pages: dict[str, str] = field(default_factory=dict)  # other pages, at /sample/NAME

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def blog(self, name: str) -> str:
        """Address of a blog's page: another origin than the service."""
        return f"http://localhost:{self.port}/blog/{name}"

    def thread_page(self, name: str) -> str:
        """Address of a thread's own page."""
        return f"{self.address}/thread?article={self.blog(name)}"

    def asked_for(self, request: Request) -> Thread:
        name = request.query_params["article"].rpartition("/")[2]
        return replace(self.threads[name], url=self.blog(name))


def application(service: Service) -> Starlette:
    """Serve what `service` holds at the moment of each request."""
    app = Starlette(
        routes=[
            Route("/thread.html", thread_html),
            Route("/thread", thread_page),
            Route("/comments", comments, methods=["POST", "OPTIONS"]),
            Route("/form-token", form_token),
            Route("/blog/{name}", blog),
            Route("/sample/{name}", sample),
            Route("/assets/{name}", file),
            Route("/{name:path}", file),
        ]
    )
    app.state.service = service
    return app


async def thread_html(request: Request) -> Response:
    service = of(request)
    service.asked.append(request.url.query)
    if service.broken:
        return JSONResponse({"code": "busy"}, 503, headers=cors(request))
    view = View(form=request.query_params.get("form") != "0")
    plug = fragment.make(Addresses(service.address), environment())
    body = plug.render(service.asked_for(request), view)
    return Response(body, media_type="text/html", headers=cors(request))


async def thread_page(request: Request) -> Response:
    service = of(request)
    thread = service.asked_for(request)
    wanted = request.query_params.get("parent")
    answer = next((c for c in every(thread) if c.id == wanted), None)
    plug = page.make(Addresses(service.address), environment())
    return HTMLResponse(plug.render(thread, View(answer=answer)), headers=policy("'self'"))


async def comments(request: Request) -> Response:
    service = of(request)
    if request.method == "OPTIONS":
        return Response(status_code=204, headers=cors(request))
    sent = json.loads(await request.body())
    service.posted.append({**sent, "key": request.headers["idempotency-key"]})
    status, said = service.answers.pop(0)
    return JSONResponse(said, status, headers=cors(request))


async def form_token(request: Request) -> Response:
    of(request).asked.append("form-token")
    return JSONResponse({"form_token": "signed"}, headers=cors(request))


async def blog(request: Request) -> Response:
    service = of(request)
    title = request.path_params["name"].title()
    html = f"""<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,">{service.head}
<script src="{service.address}/embed.js" async></script></head>
<body><main><h1>{title}</h1><p>{"Some words of an article. " * 40}</p>
<div data-comments {service.attributes}></div></main><footer>The end</footer></body></html>"""
    return HTMLResponse(html, headers=policy(service.address) if service.policy else {})


async def sample(request: Request) -> Response:
    return HTMLResponse(of(request).pages[request.path_params["name"]], headers=policy("'self'"))


async def file(request: Request) -> Response:
    name = request.path_params["name"]
    content = asset(f"templates/assets/{name}").read_bytes()
    return Response(content, media_type=TYPES[name.rpartition(".")[2]])


def of(request: Request) -> Service:
    service: Service = request.app.state.service
    return service


def policy(server: str) -> dict[str, str]:
    """A policy under which nothing inline runs and nothing else is asked."""
    allowed = f"script-src {server}; style-src {server}; connect-src {server}; img-src data:"
    return {"Content-Security-Policy": f"default-src 'none'; {allowed}; base-uri 'none'"}


def cors(request: Request) -> dict[str, str]:
    return {
        "Access-Control-Allow-Origin": request.headers.get("origin", ""),
        "Access-Control-Allow-Headers": "content-type, idempotency-key",
        "Vary": "Origin",
    }


def every(thread: Thread) -> Iterator[Comment]:
    for level in (thread.tree.roots, *thread.tree.below.values()):
        yield from (comment for comment in level if isinstance(comment, Comment))
