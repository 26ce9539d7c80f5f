"""The doors for blogs: pingback, trackback, webmention, and where a ping stands."""

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from moderation.domain.clock import rfc3339
from moderation.domain.errors import Fault, Internal, NotFound
from moderation.flow.hear import Hear
from moderation.flow.standing import Standing, StandingOf
from moderation.logs import get
from moderation.protocols import pingback, trackback, webmention
from moderation.protocols.contract import Answer, PingProtocol
from moderation.signing import PING, Signing
from moderation.web.pages import Pages
from moderation.web.requests import Clients, respond

logger = get("pings")


class Pings:
    """One endpoint a protocol: parse, hear, word the answer. No session, no cookie."""

    def __init__(
        self, hear: Hear, standing: StandingOf, signing: Signing, clients: Clients, pages: Pages
    ) -> None:
        self._hear = hear
        self._standing = standing
        self._signing = signing
        self._clients = clients
        self._pages = pages

    def routes(self) -> list[Route]:
        by_xmlrpc = self._door(pingback.make(), pingback.method_not_allowed())
        by_form = self._door(trackback.make(), trackback.method_not_allowed())
        return [
            Route("/pingback", by_xmlrpc),
            Route("/xmlrpc.php", by_xmlrpc),
            Route("/trackback", by_form),
            Route("/webmention", self._door(webmention.make(), webmention.method_not_allowed())),
            Route("/pings/{token}", self.status, methods=["GET"]),
        ]

    def _door(self, protocol: PingProtocol, wrong_method: Answer) -> "_Door":
        async def answer(request: Request) -> Response:
            accept = request.headers.get("accept", "")
            try:
                ping = protocol.parse(await self._clients.asked(request))
                heard = await self._hear.ping(ping)
            except Fault as fault:
                return respond(protocol.refused(fault, accept))
            except Exception:  # a bug of ours, worded in the sender's protocol all the same
                logger.exception("internal error", door=protocol.kind.value)
                return respond(protocol.refused(Internal(), accept))
            status_url = self._status_url(heard.comment_id)
            say = protocol.repeated if heard.repeated else protocol.accepted
            return respond(say(ping, status_url, accept))

        return _Door(answer, wrong_method)

    def _status_url(self, comment_id: str) -> str:
        return self._pages.addresses.at(f"/pings/{self._signing.sign(PING, comment_id)}")

    async def status(self, request: Request) -> Response:
        """Where a ping stands; its address cannot be guessed, and says nothing about people."""
        comment_id = self._signing.value(PING, request.path_params["token"])
        try:
            if comment_id is None:
                raise NotFound
            standing = await self._standing(str(comment_id))
        except Fault as fault:
            return self._pages.refusal(fault)
        if "application/json" in request.headers.get("accept", ""):
            return JSONResponse(_document(standing), headers={"Cache-Control": "no-store"})
        return self._pages.page(
            "ping",
            title="Where your ping stands",
            state=standing.state.value,
            cause=standing.cause.value if standing.cause is not None else "",
            kind=standing.kind.value,
            source=standing.source,
            target=standing.target,
            date=standing.received_at.strftime("%d %B %Y, %H:%M UTC"),
            instant=rfc3339(standing.received_at),
        )


class _Door:
    """An endpoint for every method there is, known or not: a POST is answered, all else told so.

    An application of its own, since a route of a function answers unknown methods itself.
    """

    def __init__(
        self, answer: Callable[[Request], Awaitable[Response]], wrong_method: Answer
    ) -> None:
        self._answer = answer
        self._wrong_method = wrong_method

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        post = request.method == "POST"
        response = await self._answer(request) if post else respond(self._wrong_method)
        await response(scope, receive, send)


def _document(standing: Standing) -> dict[str, object]:
    return {
        "status": standing.state.value,
        "cause": standing.cause.value if standing.cause is not None else None,
        "kind": standing.kind.value,
        "source": standing.source,
        "target": standing.target,
        "received_at": rfc3339(standing.received_at),
    }
