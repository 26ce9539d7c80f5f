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
        return self._of(request, _first_fields(request))

    def _of(self, request: Request, fields: Mapping[bytes, bytes]) -> Client:
        peer = request.client.host if request.client is not None else ""
        forwarded = request.headers.getlist("x-forwarded-for")
        return Client(
            address=client_address(peer, forwarded, self._trusted),
            user_agent=_printable(_text(fields, b"user-agent"))[:AGENT_LIMIT],
            referrer=_printable(_text(fields, b"referer"))[:REFERRER_LIMIT],
        )

    async def asked(self, request: Request) -> Asked:
        """Read a request whole. Raises TooLarge and Malformed (from the front)."""
        fields = _first_fields(request)
        return Asked(
            body=await request.body(),
            content_type=_text(fields, b"content-type"),
            content_encoding=_text(fields, b"content-encoding").strip().lower(),
            query=query_of(request) if request.scope["query_string"] else {},
            client=self._of(request, fields),
            accept=_text(fields, b"accept"),
        )


def _first_fields(request: Request) -> Mapping[bytes, bytes]:
    """The header by name; of a repeated field the first counts."""
    return dict(reversed(request.headers.raw))


def _text(fields: Mapping[bytes, bytes], name: bytes) -> str:
    return fields.get(name, b"").decode("latin-1")


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
    return raw if raw.isprintable() else "".join(c for c in raw if c.isprintable())
