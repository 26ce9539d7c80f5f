"""Renders ``templates/dashboard`` with the headers that pages for moderators must have."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlsplit

import jinja2
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from moderation.domain.clock import Clock
from moderation.domain.errors import Fault, InvalidFields
from moderation.faults import headers as fault_headers
from moderation.faults import http_status
from moderation.protocols import form
from moderation.text import forms
from moderation.web.dashboard import words
from moderation.web.dashboard.notices import Notice, Notices
from moderation.web.headers import dashboard_csp
from moderation.web.pages import TITLES
from moderation.web.requests import respond
from moderation.web.session import HOME, Visit

# Not `no-referrer`: browsers would then send our own forms with the Origin `null`.
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": dashboard_csp(),
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Resource-Policy": "same-origin",
}


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where the dashboard is on its host: links name no host, so that each of its names works."""

    prefix: str  # path of public_url, "" or "/comments"

    @classmethod
    def of(cls, public_url: str) -> "Addresses":
        return cls(urlsplit(public_url).path.rstrip("/"))

    def at(self, path: str) -> str:
        """Make an address of a path that begins with "/"."""
        return self.prefix + path


class Screens:
    """Pages, redirects and refusals of the dashboard."""

    def __init__(
        self,
        environment: jinja2.Environment,
        addresses: Addresses,
        notices: Notices,
        clock: Clock,
    ) -> None:
        self._environment = environment
        self._addresses = addresses
        self._notices = notices
        self._clock = clock

    async def page(
        self,
        template: str,
        visit: Visit | None,
        *,
        title: str,
        status: int = 200,
        request: Request | None = None,
        notice: Notice | None = None,
        **values: Any,
    ) -> Response:
        """A page in the dashboard's frame; `request` names where its forms come back to."""
        if notice is None and request is not None and visit is not None:
            notice = await self._notices.read(request.query_params.get("said", ""))
        html = self._environment.get_template(f"dashboard/{template}.html").render(
            at=self._addresses.at,
            visit=visit,
            title=title,
            notice=notice,
            waiting=await self._notices.left() if visit is not None else 0,
            words=words,
            now=self._clock.now(),
            here=here(request) if request is not None else HOME,
            csrf_token=visit.session.csrf_token if visit is not None else "",
            **values,
        )
        return Response(html.encode("utf-8", "replace"), status, HEADERS, "text/html")

    def go(self, path: str, *, said: str = "") -> Response:
        """On to a page of the dashboard, with a notice if there is something to say."""
        if said:
            path += f"{'&' if '?' in path else '?'}said={quote(said, safe='')}"
        return RedirectResponse(self._addresses.at(path), 303, {"Cache-Control": "no-store"})

    def to_login(self, path: str) -> Response:
        asked = "" if path == HOME else f"?next={quote(path, safe='')}"
        return self.go(f"{HOME}/login{asked}")

    def again(self, path: str) -> Response:
        """A tiny page of ours that asks for `path` once more, so that the cookie comes along."""
        html = self._environment.get_template("dashboard/again.html").render(
            path=self._addresses.at(path)
        )
        return Response(html.encode("utf-8", "replace"), 200, HEADERS, "text/html")

    async def refused(self, request: Request, visit: Visit | None, fault: Fault) -> Response:
        """A refusal in the dashboard's frame; a problem document for scripts."""
        if forms.accepts_json(request.headers.get("accept", "")):
            return respond(form.problem(fault))
        title = TITLES.get(fault.code, "That did not work")
        if isinstance(fault, InvalidFields):
            title = "Some fields need another look"
        response = await self.page(
            "refusal", visit, title=title, status=http_status(fault), sentence=str(fault)
        )
        response.headers.update(dict(fault_headers(fault)))
        return response


def here(request: Request) -> str:
    """The path and query of a page that was asked for, without what was said on it."""
    query = request.scope["query_string"].decode("latin-1")
    kept = [
        part for part in query.split("&") if part and not part.startswith(("said=", "arrived="))
    ]
    path: str = request.scope["path"]
    return path + ("?" + "&".join(kept) if kept else "")
