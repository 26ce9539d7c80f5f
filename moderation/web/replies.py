"""The reader's doors: a reply, its preview, and the signed time of its form."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from moderation.domain.comment import Format
from moderation.domain.errors import Fault, Forbidden, Malformed
from moderation.domain.site import Site
from moderation.flow.prepare import render_aside
from moderation.flow.receive import Receive
from moderation.flow.repeats import Received
from moderation.protocols import form
from moderation.signing import WRITER, SignedFormTokens, Signing
from moderation.text import forms, urls
from moderation.web.brake import Brake
from moderation.web.headers import Origins
from moderation.web.pages import Pages
from moderation.web.requests import Clients, respond

COOKIE = "__Host-author"
YEAR = 365 * 24 * 3600


class Replies:
    """``POST /comments``, ``POST /preview`` and ``GET /form-token``."""

    def __init__(
        self,
        receive: Receive,
        sites: Sequence[Site],
        signing: Signing,
        clients: Clients,
        origins: Origins,
        pages: Pages,
        brake: Brake,
    ) -> None:
        self._receive = receive
        self._sites = tuple(sites)
        self._signing = signing
        self._tokens = SignedFormTokens(signing)
        self._clients = clients
        self._origins = origins
        self._pages = pages
        self._brake = brake

    def routes(self) -> list[Route]:
        return [
            Route("/comments", self.reply, methods=["POST"]),
            Route("/comments", self.preflight, methods=["OPTIONS"]),
            Route("/preview", self.preview, methods=["POST"]),
            Route("/preview", self.preflight, methods=["OPTIONS"]),
            Route("/form-token", self.form_token, methods=["GET"]),
            Route("/form-token", self.preflight, methods=["OPTIONS"]),
        ]

    def check_origin(self, request: Request) -> None:
        """Raise Forbidden for a page that is neither ours nor a site's."""
        if not self._origins.may_post(request.headers.get("origin")):
            raise Forbidden("Replies are taken from the blog's own pages only.")

    async def preflight(self, request: Request) -> Response:
        return Response(
            status_code=204, headers=self._origins.preflight(request.headers.get("origin"))
        )

    async def reply(self, request: Request) -> Response:
        """A form is answered by 303 to the private page, JSON by 201."""
        cors = self._origins.posting(request.headers.get("origin"))
        try:
            asked = await self._clients.asked(request)
        except Fault as fault:
            return self._unread(request, fault, cors)
        try:
            self.check_origin(request)
            key = form.idempotency_key(request.headers.get("idempotency-key"))
            parsed = form.parse(asked)
            reply = parsed.reply
            if not reply.author_key:
                reply = replace(reply, author_key=form.read_secret(_cookie(request)))
            received = await self._receive.reply(reply, idempotency_key=key or "")
        except Fault as fault:
            if form.wants_json(asked):
                return respond(form.problem(fault), cors)
            return self._refused(fault, form.typed(asked))
        if parsed.json:
            return JSONResponse(self._document(received), 201, cors | {"Cache-Control": "no-store"})
        return self._to_private_page(received)

    def _unread(self, request: Request, fault: Fault, cors: Mapping[str, str]) -> Response:
        """A refusal of what was too long, or too slow, to be read."""
        headers = request.headers
        json = forms.is_json(headers.get("content-type", ""))
        if json or forms.accepts_json(headers.get("accept", "")):
            return respond(form.problem(fault), cors)
        return self._pages.refusal(fault)

    def _refused(self, fault: Fault, typed: Mapping[str, str]) -> Response:
        """The form again, with what was typed; the article only where it is ours."""
        site = urls.find_site(typed.get("article", ""), self._sites)
        url = urls.canonical(typed["article"], site) if site is not None else None
        return self._pages.refusal(fault, site=site, url=url or "", values=typed)

    def _document(self, received: Received) -> dict[str, object]:
        """Spam is never told apart from what waits."""
        return {
            "id": received.id,
            "anchor": received.anchor,
            "status": "approved" if received.shown else "held",
            "private_url": self._private_url(received),
            "html": received.html,
            "author_key": received.author_key or None,
        }

    def _private_url(self, received: Received) -> str:
        token = self._signing.sign(WRITER, received.id)
        return self._pages.addresses.at(f"/c/{token}")

    def _to_private_page(self, received: Received) -> Response:
        headers = {"Location": self._private_url(received), "Cache-Control": "no-store"}
        response = Response(status_code=303, headers=headers)
        if received.author_key:
            response.set_cookie(
                COOKIE,
                received.author_key,
                max_age=YEAR,
                path="/",
                secure=True,
                httponly=True,
                samesite="none",
            )
        return response

    async def preview(self, request: Request) -> Response:
        cors = self._origins.posting(request.headers.get("origin"))
        try:
            self.check_origin(request)
            self._brake.check(self._clients.of(request).address)
            text = form.parse_preview(await self._clients.asked(request))
            html = await render_aside(text, Format.MARKDOWN)
        except Fault as fault:
            return respond(form.problem(fault), cors)
        return JSONResponse({"html": html}, headers=cors | {"Cache-Control": "no-store"})

    async def form_token(self, request: Request) -> Response:
        cors = self._origins.posting(request.headers.get("origin"))
        try:
            self.check_origin(request)
            address = request.query_params.get("article", "")
            if urls.find_site(address, self._sites) is None:
                raise Malformed("The request names no article of ours.")
        except Fault as fault:
            return respond(form.problem(fault), cors)
        token = self._tokens.make(address)
        return JSONResponse({"form_token": token}, headers=cors | {"Cache-Control": "no-store"})


def _cookie(request: Request) -> str:
    """The author key a browser brings, from a page that says which it is.

    Any page can send a form in a frame without an origin, and the cookie with it: that
    would be a reply in somebody's name without their doing.
    """
    return "" if request.headers.get("origin") == "null" else request.cookies.get(COOKIE, "")
