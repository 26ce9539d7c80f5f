"""A Starlette request as the protocols see it, and their answers as responses."""

from collections.abc import Mapping, Sequence

from starlette.requests import Request
from starlette.responses import Response

from moderation.domain.comment import Client
from moderation.protocols.contract import Answer
from moderation.protocols.contract import Request as Asked
from moderation.text.addresses import client_address

AGENT_LIMIT = 512  # characters kept of a User-Agent, 2,048 of a Referer
REFERRER_LIMIT = 2048


class Clients:
    """Who sent a request, behind the proxies that are trusted."""

    def __init__(self, trusted_proxies: Sequence[str]) -> None:
        self._trusted = tuple(trusted_proxies)

    def of(self, request: Request) -> Client:
        peer = request.client.host if request.client is not None else ""
        forwarded = request.headers.getlist("x-forwarded-for")
        return Client(
            address=client_address(peer, forwarded, self._trusted),
            user_agent=_printable(request.headers.get("user-agent", ""))[:AGENT_LIMIT],
            referrer=_printable(request.headers.get("referer", ""))[:REFERRER_LIMIT],
        )

    async def asked(self, request: Request) -> Asked:
        """Read a request whole. Raises TooLarge and Malformed (from the front)."""
        return Asked(
            body=await request.body(),
            content_type=request.headers.get("content-type", ""),
            content_encoding=request.headers.get("content-encoding", "").strip().lower(),
            query=query_of(request),
            client=self.of(request),
            accept=request.headers.get("accept", ""),
        )


def query_of(request: Request) -> Mapping[str, Sequence[str]]:
    """The parameters of the address, each with all its values."""
    query = request.query_params
    return {name: query.getlist(name) for name in query}


def respond(answer: Answer, headers: Mapping[str, str] | None = None) -> Response:
    """A protocol's answer as a response; never kept by a cache."""
    response = Response(answer.body, answer.status, dict(answer.headers))
    response.headers["content-type"] = answer.content_type
    response.headers["cache-control"] = "no-store"
    response.headers.update(headers or {})
    return response


def _printable(raw: str) -> str:
    return "".join(c for c in raw if c.isprintable())
