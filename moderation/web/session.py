"""Signed-in browsers: the cookie, where a request comes from, its form, and who may come in."""

import hmac
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeAlias
from urllib.parse import parse_qsl, urlencode, urlsplit

from starlette.requests import Request
from starlette.responses import Response

from moderation.domain.decision import Actor, Door
from moderation.domain.errors import Fault, Forbidden, Malformed, NotFound, Unauthorized, WrongType
from moderation.domain.ids import new_secret
from moderation.domain.moderator import SCOPES_OF_ROLE, Moderator, Scope, Session
from moderation.flow.enter import LONGEST, Enter
from moderation.signing import Signing
from moderation.text import forms
from moderation.text.urls import origin

LOOPBACK = ("localhost", "127.0.0.1", "::1")
LOGIN = "login"  # purpose of the token in the sign-in form
LOGIN_TIME = timedelta(hours=12)
SECRET_LIMIT = 100  # characters of a cookie worth looking up
NEXT_LIMIT = 2000
ARRIVED = "arrived"  # in the address: the page has been asked for again from our own page
HOME = "/dashboard"
ID = re.compile(r"[0-9a-z]{1,20}")


@dataclass(frozen=True, slots=True)
class Visit:
    """A request by somebody who is signed in."""

    session: Session
    secret: str

    @property
    def moderator(self) -> Moderator:
        return self.session.moderator

    @property
    def actor(self) -> Actor:
        return Actor(self.moderator.name, Door.DASHBOARD, self.moderator.id)

    def may(self, scope: Scope) -> bool:
        return scope in SCOPES_OF_ROLE[self.moderator.role]


@dataclass(frozen=True, slots=True)
class Form:
    """A form as sent; a field may stand in it several times."""

    fields: Mapping[str, tuple[str, ...]]

    def first(self, name: str) -> str:
        return self.fields.get(name, ("",))[0]

    def all(self, name: str) -> tuple[str, ...]:
        return self.fields.get(name, ())

    def flat(self) -> dict[str, str]:
        """The first value of every field."""
        return {name: values[0] for name, values in self.fields.items()}


async def read_form(request: Request) -> Form:
    """Read a form of at most 50 fields. Raises WrongType, Malformed and TooLarge."""
    kind = forms.media_type(request.headers.get("content-type", ""))
    encoding = request.headers.get("content-encoding", "").strip().lower()
    if kind not in ("", forms.FORM_TYPE) or encoding not in ("", "identity"):
        raise WrongType
    found: dict[str, tuple[str, ...]] = {}
    try:
        for name, value in forms.read_pairs(await request.body()):
            key = name.decode()
            found[key] = (*found.get(key, ()), value.decode())
    except UnicodeDecodeError:
        raise Malformed("The form is not written in UTF-8.") from None
    return Form(found)


def id_in(request: Request) -> str:
    """The id in a path. Raises NotFound for what can be none: it is not asked of the store."""
    found: str = request.path_params["id"]
    if not ID.fullmatch(found):
        raise NotFound
    return found


def own_path(raw: str) -> str:
    """A path of the dashboard that a form or address names as the next; else its front page.

    Anything a browser could take for another place is refused: hosts, backslashes,
    controls, dot segments.
    """
    try:
        parts = urlsplit(raw)
    except ValueError:
        return HOME
    plain = len(raw) <= NEXT_LIMIT and raw.isascii() and raw.isprintable() and "\\" not in raw
    inside = parts.path == HOME or parts.path.startswith(f"{HOME}/")
    straight = "//" not in parts.path and "." not in parts.path and "%" not in parts.path
    if not (plain and inside and straight) or parts.scheme or parts.netloc or " " in raw:
        return HOME
    return raw


class Cookies:
    """The cookie that holds a session's secret.

    Over https, and where browser and service are one machine, it is called
    ``__Host-session`` and browsers keep what that name promises: Secure, for this host
    alone, for all of it. Over plain http elsewhere browsers would drop such a cookie, so
    that it is called ``session`` there and can be read by whoever reads the network.
    """

    def __init__(self, public_url: str) -> None:
        parts = urlsplit(public_url)
        self._secure = parts.scheme == "https" or (parts.hostname or "") in LOOPBACK
        self.name = "__Host-session" if self._secure else "session"

    def secret(self, request: Request) -> str:
        """The secret a browser brings; "" for none, or one that cannot be ours."""
        secret = request.cookies.get(self.name, "")
        return secret if len(secret) <= SECRET_LIMIT and secret.isascii() else ""

    def keep(self, response: Response, secret: str) -> None:
        response.set_cookie(
            self.name,
            secret,
            max_age=int(LONGEST.total_seconds()),
            path="/",
            secure=self._secure,
            httponly=True,
            samesite="strict",
        )

    def drop(self, response: Response) -> None:
        response.delete_cookie(
            self.name, path="/", secure=self._secure, httponly=True, samesite="strict"
        )


class Ours:
    """Whether a request was sent by a page of ours: its Origin, its Sec-Fetch-Site, its token."""

    def __init__(self, public_url: str, signing: Signing) -> None:
        self._public_url = public_url
        self._signing = signing
        self._origins = _own_origins(public_url)

    def check(self, request: Request) -> None:
        """Raise Forbidden for a request from elsewhere; programs send neither header."""
        given = request.headers.get("origin")
        site = request.headers.get("sec-fetch-site")
        if given is not None and given not in self._origins:
            raise Forbidden(
                f"This was not sent from the dashboard. Please open it at {self._public_url}{HOME}."
            )
        if site not in (None, "same-origin", "none"):
            raise Forbidden("This was not sent from the dashboard.")

    def login_token(self) -> str:
        return self._signing.sign(LOGIN, new_secret())

    def check_login(self, request: Request, form: Form) -> None:
        """Raise Forbidden unless a form for people who are not signed in yet is ours."""
        self.check(request)
        token = form.first("csrf_token")
        if self._signing.value(LOGIN, token, max_age=LOGIN_TIME) is None:
            raise Forbidden("This page was open for too long. Please try again.")

    def check_session(self, request: Request, form: Form, session: Session) -> None:
        """Raise Forbidden unless a form was made for this very session."""
        self.check(request)
        given = form.first("csrf_token").encode("utf-8", "replace")
        if not hmac.compare_digest(given, session.csrf_token.encode()):
            raise Forbidden("This page was made for another session. Please go back and reload it.")


def _own_origins(public_url: str) -> frozenset[str]:
    """Our origin; on loopback under each of its names, which are one machine."""
    parts = urlsplit(public_url)
    own = {origin(public_url)}
    if parts.hostname in LOOPBACK:
        port = f":{parts.port}" if parts.port else ""
        own |= {f"{parts.scheme}://{name}{port}" for name in ("localhost", "127.0.0.1", "[::1]")}
    return frozenset(name for name in own if name)


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
    """Stands before every page and deed of the dashboard: nobody passes who is not let in."""

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
                self._ours.check_session(request, form, visit.session)
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
