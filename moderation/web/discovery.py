"""`/discovery`: the lines that make an article known to other blogs, for people and programs."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from moderation.domain.errors import Fault
from moderation.domain.site import Site
from moderation.flow.discover import Discover
from moderation.protocols import form
from moderation.text import discovery, forms
from moderation.text.discovery import Doors
from moderation.web.headers import Origins
from moderation.web.pages import Pages
from moderation.web.requests import respond

CACHING = "public, max-age=0, s-maxage=5, stale-while-revalidate=60"


class Discovery:
    """One door; its own answer carries the header lines that it speaks of."""

    def __init__(self, discover: Discover, origins: Origins, pages: Pages) -> None:
        self._discover = discover
        self._origins = origins
        self._pages = pages

    def routes(self) -> list[Route]:
        return [
            Route("/discovery", self.show, methods=["GET"]),
            Route("/discovery", self.preflight, methods=["OPTIONS"]),
        ]

    async def preflight(self, request: Request) -> Response:
        return Response(None, 204, self._origins.preflight(request.headers.get("origin")))

    async def show(self, request: Request) -> Response:
        """As a page, as JSON or, for whoever asks for neither, as plain text."""
        accept = request.headers.get("accept", "")
        as_page = "text/html" in accept and not forms.accepts_json(accept)
        try:
            found = await self._discover.article(request.query_params.get("article", ""))
        except Fault as fault:
            if as_page:
                return self._pages.refusal(fault)
            return respond(form.problem(fault), {"Access-Control-Allow-Origin": "*"})
        if as_page:
            response = self._page(found.doors, found.site)
        elif forms.accepts_json(accept):
            response = JSONResponse(_document(found.doors))
        else:
            response = Response(_text(found.doors), media_type="text/plain")
        for name, value in discovery.header_lines(found.doors):
            response.headers[name] = value
        response.headers["Cache-Control"] = CACHING
        for field, said in self._origins.reading(request.headers.get("origin"), found.site):
            response.headers[field.decode()] = said.decode()
        response.headers["Vary"] = "Accept, Origin"
        return response

    def _page(self, doors: Doors, site: Site) -> Response:
        return self._pages.page(
            "discovery",
            site=site,
            title="How other blogs find this article",
            doors=doors,
            headers="\n".join(_lines(doors)),
            links="\n".join(discovery.link_elements(doors)),
            rdf=str(discovery.rdf(doors)),  # shown, not meant
        )


def _lines(doors: Doors) -> list[str]:
    return [f"{name}: {value}" for name, value in discovery.header_lines(doors)]


def _text(doors: Doors) -> str:
    """Header lines, an empty line, markup: as an answer of HTTP has them."""
    if not doors.any:
        return f"{doors.article} takes no pings.\n"
    return "\n".join([*_lines(doors), "", discovery.markup(doors), ""])


def _document(doors: Doors) -> dict[str, object]:
    headers = discovery.header_lines(doors)
    return {
        "article": {"url": doors.article, "title": doors.title or None},
        "webmention": doors.webmention or None,
        "pingback": doors.pingback or None,
        "trackback": doors.trackback or None,
        "headers": [{"name": name, "value": value} for name, value in headers],
        "links": discovery.link_elements(doors),
        "rdf": discovery.rdf(doors) or None,
    }
