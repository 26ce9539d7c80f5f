"""Signed-in browsers: the cookie, where a request comes from, and where it may lead."""

import hmac
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response

from moderation.domain.decision import Actor, Door
from moderation.domain.errors import Forbidden
from moderation.domain.ids import new_secret
from moderation.domain.moderator import SCOPES_OF_ROLE, Moderator, Scope, Session
from moderation.flow.enter import LONGEST
from moderation.signing import Signing
from moderation.text.urls import origin

LOOPBACK = ("localhost", "127.0.0.1", "::1")
LOGIN = "login"  # purpose of the token in the sign-in form
LOGIN_TIME = timedelta(hours=12)
SECRET_LIMIT = 100  # characters of a cookie worth looking up
NEXT_LIMIT = 2000
HOME = "/dashboard"


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


def own_path(raw: str) -> str:
    """A path of the dashboard that a form or address names as the next; else its front page.

    Anything a browser could take for another place is refused: hosts, backslashes,
    controls, dot segments.
    """
    try:
        parts = urlsplit(raw)
    except ValueError:
        return HOME
    plain = len(raw) <= NEXT_LIMIT and raw.isascii() and raw.isprintable()
    inside = parts.path == HOME or parts.path.startswith(f"{HOME}/")
    straight = "//" not in parts.path and "." not in parts.path and "%" not in parts.path
    odd = "\\" in raw or " " in raw or not raw.startswith(HOME)
    if not (plain and inside and straight) or odd:
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

    def check_login(self, request: Request, token: str) -> None:
        """Raise Forbidden unless a form for people who are not signed in yet is ours."""
        self.check(request)
        if self._signing.value(LOGIN, token, max_age=LOGIN_TIME) is None:
            raise Forbidden("This page was open for too long. Please try again.")

    def check_session(self, request: Request, token: str, session: Session) -> None:
        """Raise Forbidden unless a form was made for this very session."""
        self.check(request)
        given = token.encode("utf-8", "replace")
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
