"""Pages for people: a template of ours with the headers a page must have."""

from collections.abc import Mapping, Sequence
from typing import Any

import jinja2
from starlette.responses import Response

from moderation.domain.errors import Fault, InvalidFields
from moderation.domain.site import Site
from moderation.faults import headers as fault_headers
from moderation.faults import http_status
from moderation.formats.contract import Addresses
from moderation.web.headers import page_csp

TITLES = {
    "not_found": "Not found",
    "closed": "Replies are closed",
    "duplicate": "Said already",
    "rate_limited": "A little slower, please",
    "busy": "Please try again",
    "forbidden": "Not allowed",
    "unauthorized": "Please sign in",
    "internal": "Something went wrong",
}
RETRIED = frozenset({"missing", "too_long", "malformed", "rate_limited", "busy"})


class Pages:
    """Renders ``templates/pages``."""

    def __init__(
        self, environment: jinja2.Environment, addresses: Addresses, sites: Sequence[Site]
    ) -> None:
        self._environment = environment
        self.addresses = addresses
        self._sites = tuple(sites)

    def page(
        self, template: str, *, status: int = 200, site: Site | None = None, **values: Any
    ) -> Response:
        """A page that nobody else keeps: it is about one person."""
        html = self._environment.get_template(f"pages/{template}.html").render(
            addresses=self.addresses, site=site, **values
        )
        return Response(
            html.encode("utf-8", "replace"),
            status,
            {
                "Cache-Control": "no-store",
                "Content-Security-Policy": page_csp(self._sites),
                "Referrer-Policy": "no-referrer",
            },
            "text/html",
        )

    def refusal(
        self,
        fault: Fault,
        *,
        site: Site | None = None,
        url: str = "",
        values: Mapping[str, str] | None = None,
    ) -> Response:
        """A refusal for people; what they typed comes back with it."""
        errors = {}
        if isinstance(fault, InvalidFields):
            errors = {error.field: error.message for error in fault.errors}
        response = self.page(
            "error",
            status=http_status(fault),
            site=site,
            title=TITLES.get(fault.code, "That did not work"),
            sentence=str(fault),
            values=values or {},
            errors=errors,
            url=url,
            parent=(values or {}).get("comment_parent", ""),
            retry=fault.code in RETRIED,
        )
        response.headers.update(dict(fault_headers(fault)))
        return response
