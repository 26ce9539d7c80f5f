"""The guard before every page and deed of the dashboard: nobody passes who is not let in."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeAlias
from urllib.parse import parse_qsl, urlencode

from starlette.requests import Request
from starlette.responses import Response

from moderation.domain.errors import Fault, Forbidden, Unauthorized
from moderation.domain.moderator import Scope
from moderation.flow.enter import Enter
from moderation.text import forms
from moderation.web.dashboard.form import Form, read_form
from moderation.web.session import HOME, Cookies, Ours, Visit, own_path

ARRIVED = "arrived"  # in the address: the page has been asked for again from our own page

Show: TypeAlias = Callable[[Request, Visit], Awaitable[Response]]
Deed: TypeAlias = Callable[[Request, Visit, Form], Awaitable[Response]]
Endpoint: TypeAlias = Callable[[Request], Awaitable[Response]]


@dataclass(frozen=True, slots=True)
class Answers:
    """How the guard words what it does not let through."""

    refused: Callable[[Request, Visit | None, Fault], Awaitable[Response]]
    to_login: Callable[[str], Response]  # with the path to come back to
    again: Callable[[str], Response]  # the page that asks for this path once more


class Guard:
    """Wraps what pages and deeds do; a route without it does not belong to the dashboard."""

    def __init__(self, enter: Enter, cookies: Cookies, ours: Ours, answers: Answers) -> None:
        self._enter = enter
        self._cookies = cookies
        self._ours = ours
        self._answers = answers

    async def visit(self, request: Request) -> Visit | None:
        """Who this is, by the cookie alone."""
        secret = self._cookies.secret(request)
        session = await self._enter.session(secret) if secret else None
        return Visit(session, secret) if session is not None else None

    def page(self, show: Show, scope: Scope = Scope.READ) -> Endpoint:
        """A page for those who may `scope`."""

        async def endpoint(request: Request) -> Response:
            visit = None
            try:
                visit = await self.visit(request)
                if visit is None:
                    return await self._stranger(request)
                _check_scope(visit, scope)
                return await show(request, visit)
            except Fault as fault:
                return await self._answers.refused(request, visit, fault)

        return endpoint

    def deed(self, act: Deed, scope: Scope = Scope.MODERATE) -> Endpoint:
        """A change, sent by a form of ours by somebody who may `scope`."""

        async def endpoint(request: Request) -> Response:
            visit = None
            try:
                visit = await self.visit(request)
                if visit is None:
                    return await self._stranger(request)
                form = await read_form(request)
                self._ours.check_session(request, form.first("csrf_token"), visit.session)
                _check_scope(visit, scope)
                return await act(request, visit, form)
            except Fault as fault:
                return await self._answers.refused(request, visit, fault)

        return endpoint

    async def _stranger(self, request: Request) -> Response:
        """To the sign-in page; who follows a link from elsewhere may be signed in all the same.

        The cookie is SameSite=Strict: a browser keeps it back when a link in a mail is
        followed, and sends it when our own page asks for the same address. That is
        tried once.
        """
        if forms.accepts_json(request.headers.get("accept", "")):
            raise Unauthorized
        path = request.scope["path"]
        query = parse_qsl(request.scope["query_string"].decode("latin-1"), keep_blank_values=True)
        asked = [(name, value) for name, value in query if name != ARRIVED]
        from_elsewhere = request.headers.get("sec-fetch-site") in ("cross-site", "same-site")
        if request.method == "GET" and from_elsewhere and len(asked) == len(query):
            return self._answers.again(_address(path, [*asked, (ARRIVED, "1")]))
        seen = request.method in ("GET", "HEAD") or path.startswith(f"{HOME}/comments/")
        return self._answers.to_login(own_path(_address(path, asked)) if seen else HOME)


def _check_scope(visit: Visit, scope: Scope) -> None:
    if not visit.may(scope):
        raise Forbidden(f"As a {visit.moderator.role} you may not do that.")


def _address(path: str, query: list[tuple[str, str]]) -> str:
    return f"{path}?{urlencode(query)}" if query else path
