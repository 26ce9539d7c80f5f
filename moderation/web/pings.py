"""The doors for blogs: pingback, trackback, webmention, and where a ping stands."""

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

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

Endpoint = Callable[[Request], Awaitable[Response]]


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
        by_xmlrpc = self._endpoint(pingback.make(), pingback.method_not_allowed())
        doors = {
            "/pingback": by_xmlrpc,
            "/xmlrpc.php": by_xmlrpc,
            "/trackback": self._endpoint(trackback.make(), trackback.method_not_allowed()),
            "/webmention": self._endpoint(webmention.make(), webmention.method_not_allowed()),
        }
        methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
        routes = [Route(path, endpoint, methods=methods) for path, endpoint in doors.items()]
        return [*routes, Route("/pings/{token}", self.status, methods=["GET"])]

    def _endpoint(self, protocol: PingProtocol, wrong_method: Answer) -> Endpoint:
        async def endpoint(request: Request) -> Response:
            if request.method != "POST":
                return respond(wrong_method)
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

        return endpoint

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


def _document(standing: Standing) -> dict[str, object]:
    return {
        "status": standing.state.value,
        "cause": standing.cause.value if standing.cause is not None else None,
        "kind": standing.kind.value,
        "source": standing.source,
        "target": standing.target,
        "received_at": rfc3339(standing.received_at),
    }
