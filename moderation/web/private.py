"""The writer's private page: see what became of a reply, edit, withdraw, confirm the address."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from zoneinfo import ZoneInfo

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from moderation.domain.clock import rfc3339
from moderation.domain.comment import Comment
from moderation.domain.errors import Fault, Forbidden, InvalidFields, NotFound
from moderation.domain.ids import hash_secret
from moderation.flow.writer import Own, Writer
from moderation.protocols import form
from moderation.signing import MAILED, WRITER, Signing
from moderation.web.brake import Brake
from moderation.web.headers import Origins
from moderation.web.pages import Pages
from moderation.web.replies import COOKIE
from moderation.web.requests import Clients

MAILED_TIME = timedelta(days=7)
ShowComment = Callable[[Comment, Own], str]  # a comment as readers see it, safe HTML


@dataclass(frozen=True, slots=True)
class Link:
    """A private link that is ours: whose comment, and whether it came by mail."""

    token: str
    comment_id: str
    mailed: bool


class Private:
    """``/c`` and ``/c/TOKEN``."""

    def __init__(
        self,
        writer: Writer,
        signing: Signing,
        show: ShowComment,
        clients: Clients,
        origins: Origins,
        pages: Pages,
        brake: Brake,
    ) -> None:
        self._writer = writer
        self._signing = signing
        self._show = show
        self._clients = clients
        self._origins = origins
        self._pages = pages
        self._brake = brake

    def routes(self) -> list[Route]:
        return [
            Route("/c", self.list, methods=["GET"]),
            Route("/c/{token}", self.page, methods=["GET"]),
            Route("/c/{token}/edit", self._act(self._edit), methods=["POST"]),
            Route("/c/{token}/withdraw", self._act(self._withdraw), methods=["POST"]),
            Route("/c/{token}/confirm", self._act(self._confirm), methods=["POST"]),
        ]

    def _link(self, request: Request) -> Link:
        """Read the token. Raises NotFound for one that is not ours or too old."""
        token = request.path_params["token"]
        comment_id = self._signing.value(WRITER, token)
        if comment_id is not None:
            return Link(token, str(comment_id), mailed=False)
        comment_id = self._signing.value(MAILED, token, max_age=MAILED_TIME)
        if comment_id is None:
            raise NotFound("This link is not known here, or it is too old.")
        return Link(token, str(comment_id), mailed=True)

    async def page(self, request: Request) -> Response:
        """Shows; it never acts, because mail scanners follow links."""
        try:
            link = self._link(request)
            return self._own(link, await self._writer.own(link.comment_id))
        except Fault as fault:
            return self._pages.refusal(fault)

    def _own(
        self,
        link: Link,
        own: Own,
        *,
        typed: str | None = None,
        fault: InvalidFields | None = None,
    ) -> Response:
        """Held and spam look alike."""
        errors = {e.field: e.message for e in fault.errors} if fault is not None else {}
        zone = ZoneInfo(own.site.time_zone)
        until = own.edit_until.astimezone(zone).strftime("%H:%M") if own.edit_until else ""
        return self._pages.page(
            "private",
            status=422 if fault is not None else 200,
            site=own.site,
            title="Your reply",
            here=self._pages.addresses.at(f"/c/{link.token}"),
            state=own.state,
            url=own.article.url,
            article_title=own.article.title or "",
            body=Markup(self._show(own.comment, own)),  # noqa: S704 (from formats/fragment)
            text=own.comment.text if typed is None else typed,
            permalink=f"{own.article.url}#{own.comment.anchor}",
            can_edit=own.may_edit,
            edit_until=until,
            can_withdraw=own.may_withdraw,
            can_confirm=link.mailed and not own.confirmed,
            subscribe=None,
            errors=errors,
        )

    def _act(
        self, action: Callable[[Request, Link], Awaitable[None]]
    ) -> Callable[[Request], Awaitable[Response]]:
        async def endpoint(request: Request) -> Response:
            try:
                if not self._origins.may_post(request.headers.get("origin")):
                    raise Forbidden
                link = self._link(request)
            except Fault as fault:
                return self._pages.refusal(fault)
            try:
                await action(request, link)
            except InvalidFields as fault:
                typed = form.typed(await self._clients.asked(request))
                own = await self._writer.own(link.comment_id)
                return self._own(link, own, typed=typed.get("comment", ""), fault=fault)
            except Fault as fault:
                return self._pages.refusal(fault)
            here = self._pages.addresses.at(f"/c/{link.token}")
            return RedirectResponse(here, 303, {"Cache-Control": "no-store"})

        return endpoint

    async def _edit(self, request: Request, link: Link) -> None:
        self._brake.check(self._clients.of(request).address)
        text = form.parse_preview(await self._clients.asked(request))
        await self._writer.edit(link.comment_id, text)

    async def _withdraw(self, request: Request, link: Link) -> None:
        await self._writer.withdraw(link.comment_id)

    async def _confirm(self, request: Request, link: Link) -> None:
        if not link.mailed:
            raise Forbidden("Only the link in our mail can confirm an address.")
        await self._writer.confirm(link.comment_id)

    async def list(self, request: Request) -> Response:
        """A remembered author's own replies, by the cookie."""
        key = request.cookies.get(COOKIE, "")
        own: list[tuple[Comment, str]] = []
        try:
            own = list(await self._writer.list_own(hash_secret(key))) if key else []
        except NotFound:
            own = []
        except Fault as fault:
            return self._pages.refusal(fault)
        entries = [
            {
                "here": self._pages.addresses.at(f"/c/{self._signing.sign(WRITER, c.id)}"),
                "title": first_words(c.text),
                "state": state,
                "date": c.received_at.strftime("%d %B %Y"),
                "instant": rfc3339(c.received_at),
            }
            for c, state in own
        ]
        return self._pages.page("private_list", title="Your replies", entries=entries)


def first_words(text: str, limit: int = 80) -> str:
    """The beginning of a text on one line."""
    line = " ".join(text.split())
    return line if len(line) <= limit else line[:limit].rsplit(" ", 1)[0] + " …"
