"""The one door of the API: token, scope, reading, and every refusal as a problem document."""

import re
from collections.abc import Mapping
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from moderation import faults
from moderation.domain.errors import (
    Fault,
    Forbidden,
    IllegalMove,
    Internal,
    Malformed,
    NotFound,
    Unauthorized,
    VersionRequired,
    VersionStale,
)
from moderation.domain.moderator import Token
from moderation.flow.programs import Programs, check_scope
from moderation.flow.see import See
from moderation.logs import get
from moderation.web.api.documents import comment_members, write
from moderation.web.api.operations import AnyOperation, Call, Reply
from moderation.web.api.reading import ident, if_match, read_body, read_query
from moderation.web.api.shapes import CommentShape, Conflict
from moderation.web.requests import Clients

logger = get("api")

PROBLEM = "application/problem+json"
BEARER = re.compile(r"bearer +([A-Za-z0-9._~+/-]{1,200}=*)", re.IGNORECASE)  # RFC 6750 §2.1
STANDS = (VersionStale, VersionRequired, IllegalMove)  # answered with the comment as it is


class Door:
    """Lets programs in and words what they are refused; no cookie is looked at."""

    def __init__(self, programs: Programs, see: See, clients: Clients) -> None:
        self._programs = programs
        self._see = see
        self._clients = clients

    async def admit(self, request: Request) -> Token:
        """The token of a request. Raises Unauthorized and RateLimited."""
        given = request.headers.getlist("authorization")
        found = BEARER.fullmatch(given[0].strip()) if len(given) == 1 else None
        if not given:
            raise Unauthorized("The API wants a token: Authorization: Bearer TOKEN.")
        secret = found[1] if found else ""
        return await self._programs.admit(secret, self._clients.of(request).address)

    async def answer(self, request: Request, operation: AnyOperation) -> Response:
        """Run one operation. Every refusal is a problem document."""
        token = None
        try:
            token = await self.admit(request)
            check_scope(token, operation.scope)
            call: Call[Any, Any] = Call(
                token=token,
                id=ident(request),
                query=read_query(request.scope["query_string"], operation.query),
                body=await read_body(request, operation.body),
                if_match=if_match(request) if operation.versioned else None,
            )
            return _worded(await operation.run(call))
        except Fault as fault:
            return await self._refused(request, operation, token, fault)
        except Exception as error:
            logger.exception("internal error", path=operation.path, error=repr(error))
            return problem(Internal())

    async def _refused(
        self, request: Request, operation: AnyOperation, token: Token | None, fault: Fault
    ) -> Response:
        if (
            token is not None
            and isinstance(fault, STANDS)
            and Conflict in operation.answers.values()
        ):
            return problem(fault, current=await self._current(ident(request), token))
        return problem(fault, headers=_challenge(fault, operation))

    async def _current(self, comment_id: str, token: Token) -> CommentShape | None:
        """The comment as it is now; null where it was deleted meanwhile."""
        try:
            seen = await self._see.comment(comment_id, sites=token.sites)
        except Fault:
            return None
        return CommentShape(**comment_members(seen.comment, seen.article, seen.opinions))


class Place:
    """All methods of one path, as an ASGI application that a route leads to."""

    def __init__(self, door: Door, operations: Mapping[str, AnyOperation]) -> None:
        self._door = door
        self._operations = operations

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        method = "GET" if request.method == "HEAD" else request.method
        operation = self._operations.get(method)
        if operation is not None:
            response = await self._door.answer(request, operation)
        else:
            response = _other_method(request.method, self._operations)
        await response(scope, receive, send)


class Nowhere:
    """Every path below ``/api`` that leads nowhere."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await problem(NotFound())(scope, receive, send)


def _other_method(method: str, operations: Mapping[str, AnyOperation]) -> Response:
    """405, or what OPTIONS asks for; no browser page from elsewhere is invited."""
    allowed = [*sorted(operations), "OPTIONS", *(["HEAD"] if "GET" in operations else [])]
    headers = {"Allow": ", ".join(allowed)}
    if method == "OPTIONS":
        return Response(status_code=204, headers=headers | {"Cache-Control": "no-store"})
    return problem(Malformed("This method is not served here."), status=405, headers=headers)


def _worded(reply: Reply) -> Response:
    headers = dict(reply.headers) | {"Cache-Control": "no-store"}
    if reply.document is None:
        return Response(status_code=reply.status, headers=headers)
    return Response(write(reply.document), reply.status, headers, "application/json")


def problem(
    fault: Fault,
    *,
    status: int | None = None,
    headers: Mapping[str, str] | None = None,
    current: CommentShape | None = None,
) -> Response:
    """A refusal as RFC 9457 has it; with `current` where a comment's state is the reason."""
    body = faults.write_problem(fault, status)
    if isinstance(fault, STANDS) and current is not None:
        members = faults.problem_document(fault, status)
        body = write(msgspec.convert(members | {"current": current}, Conflict))
    every = {"Cache-Control": "no-store"} | dict(faults.headers(fault)) | dict(headers or {})
    return Response(body, status or faults.http_status(fault), every, PROBLEM)


def _challenge(fault: Fault, operation: AnyOperation) -> dict[str, str]:
    """What a client is told to bring (RFC 6750 §3)."""
    if isinstance(fault, Unauthorized):
        return {"WWW-Authenticate": 'Bearer realm="moderation"'}
    if isinstance(fault, Forbidden):
        wanted = f'Bearer error="insufficient_scope", scope="{operation.scope}"'
        return {"WWW-Authenticate": wanted}
    return {}
