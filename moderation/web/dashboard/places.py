"""Sites with the code to paste into them, and their articles, to be closed and opened."""

from collections.abc import Sequence

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from moderation.domain.article import Article
from moderation.domain.errors import NotFound
from moderation.domain.moderator import Scope
from moderation.domain.site import Site
from moderation.store import articles
from moderation.store.contract import Query, Store
from moderation.text.snippets import snippets
from moderation.web.dashboard.form import ID, Form, id_in
from moderation.web.dashboard.guard import Guard
from moderation.web.dashboard.notices import Notices
from moderation.web.dashboard.screens import Screens
from moderation.web.session import HOME, Visit, own_path

PAGE = 50  # articles


class PlacePages:
    """``/dashboard/sites`` and ``/dashboard/articles``."""

    def __init__(
        self,
        store: Store,
        sites: Sequence[Site],
        public_url: str,
        notices: Notices,
        screens: Screens,
    ) -> None:
        self._store = store
        self._sites = tuple(sites)
        self._public_url = public_url
        self._notices = notices
        self._screens = screens

    def routes(self, guard: Guard) -> list[Route]:
        return [
            Route("/dashboard/sites", guard.page(self.sites), methods=["GET"]),
            Route("/dashboard/articles", guard.page(self.list), methods=["GET"]),
            Route(
                "/dashboard/articles/{id}/open",
                guard.deed(self.open, Scope.MODERATE),
                methods=["POST"],
            ),
        ]

    async def sites(self, request: Request, visit: Visit) -> Response:
        return await self._screens.page(
            "sites",
            visit,
            title="Sites",
            request=request,
            sites=[(site, snippets(site, self._public_url)) for site in self._sites],
        )

    async def list(self, request: Request, visit: Visit) -> Response:
        """A site's articles that have, or had, something in their thread."""
        asked = request.query_params.get("site", "")
        site = next((s for s in self._sites if s.id == asked), self._sites[0])
        after = request.query_params.get("after", "")
        after = after if ID.fullmatch(after) else ""
        found = await self._store.read(articles.page, site.id, after=after, limit=PAGE + 1)
        shown = found[:PAGE]
        more = len(found) > PAGE
        return await self._screens.page(
            "articles",
            visit,
            title="Articles",
            request=request,
            sites=self._sites,
            site=site,
            articles=shown,
            next_page=f"{HOME}/articles?site={site.id}&after={shown[-1].id}" if more else "",
            may=visit.may(Scope.MODERATE),
        )

    async def open(self, request: Request, visit: Visit, form: Form) -> Response:
        """Open or close an article, for replies and for pings: what is not ticked is closed."""
        replies, pings = bool(form.first("open")), bool(form.first("pings_open"))
        article = await self._store.write(_set_open, id_in(request), replies, pings)
        words = {(True, True): "replies and pings", (True, False): "replies, but no pings"}
        takes = words.get((replies, pings), "pings, but no replies" if pings else "nothing more")
        said = self._notices.of_words(f"“{article.title or article.url}” takes {takes} now.")
        return self._screens.go(own_path(form.first("next")), said=said)


def _set_open(article_id: str, replies: bool, pings: bool) -> Query[Article]:
    article = yield from articles.by_id(article_id)
    if article is None:
        raise NotFound("There is no such article.")
    yield from articles.set_open(article_id, replies=replies, pings=pings)
    return article
