"""The demo blog: pages of our own with real threads, until a site is configured."""

from dataclasses import dataclass

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from moderation.domain.errors import NotFound
from moderation.domain.site import Site
from moderation.text import discovery
from moderation.web.pages import Pages


@dataclass(frozen=True, slots=True)
class DemoArticle:
    """One page; its text is ``templates/demo/SLUG.html``."""

    slug: str
    title: str
    lead: str

    @property
    def path(self) -> str:
        """Below the site's address: the first article is the blog's front page."""
        return "" if self is ARTICLES[0] else f"{self.slug}/"


ARTICLES = (
    DemoArticle("margins", "In praise of margins", "A page to try the comments with"),
    DemoArticle("small-sites", "Why I still keep a small website", "On doors, and who comes in"),
    DemoArticle("night-train", "The night train to Ljubljana", "Seven people at a window"),
    DemoArticle("weather", "Ten years of writing down the weather", "3,609 lines of a text file"),
    DemoArticle("bicycle-bell", "Mending a bicycle bell", "Two wheels no bigger than lentils"),
)


class Demo:
    """``/demo/`` and the pages below it; the front page leads there."""

    def __init__(self, site: Site, pages: Pages) -> None:
        self._site = site
        self._pages = pages

    def routes(self) -> list[Route]:
        return [
            Route("/", self.front, methods=["GET"]),
            Route("/demo", self.front, methods=["GET"]),
            Route("/demo/", self.article, methods=["GET"]),
            Route("/demo/{slug}/", self.article, methods=["GET"]),
        ]

    async def front(self, request: Request) -> Response:
        return RedirectResponse(self._site.url, 303)

    async def article(self, request: Request) -> Response:
        """The page advertises all three protocols, in its header too."""
        path = f"{request.path_params['slug']}/" if "slug" in request.path_params else ""
        article = next((a for a in ARTICLES if a.path == path), None)
        if article is None:
            raise NotFound
        url = f"{self._site.url}{article.path}"
        public_url = self._pages.addresses.public_url
        doors = discovery.doors(self._site.pings, public_url, url, article.title)
        response = self._pages.page(
            "demo",
            site=self._site,
            title=article.title,
            lead=article.lead,
            slug=article.slug,
            url=url,
            discovery=Markup("\n").join(discovery.link_elements(doors)),
            rdf=discovery.rdf(doors),
            others=[a for a in ARTICLES if a is not article],
        )
        response.headers.update(dict(discovery.header_lines(doors)))
        return response
