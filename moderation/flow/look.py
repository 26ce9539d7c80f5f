"""Look at an article's own page: does it exist, what is its title, since when."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from moderation.domain.article import Article, Existence
from moderation.domain.clock import Clock
from moderation.domain.job import Job
from moderation.domain.ping import ArticleFacts
from moderation.domain.site import Site
from moderation.flow import follow, rule
from moderation.flow.follow import Features
from moderation.flow.places import Place
from moderation.flow.rule import FOUND
from moderation.flow.settle import settle
from moderation.flow.worker import Later
from moderation.net.contract import Fetcher, NotReadable, Reader, TooBusy
from moderation.store import articles, comments
from moderation.store.contract import Query, Store

MISSING_AGAIN = timedelta(minutes=10)  # until a missing page is looked at again
AGAIN = (1, 10, 60, 360, 1440)  # minutes between looks at a page that cannot be reached

SAYS = {Existence.FOUND: FOUND, **rule.SAYS}


class Look:
    """The job `look`: readers' fields never name an article, its own page does."""

    def __init__(
        self,
        store: Store,
        sites: Sequence[Site],
        fetcher: Fetcher,
        reader: Reader,
        clock: Clock,
        on: Features,
    ) -> None:
        self._store = store
        self._sites = tuple(sites)
        self._fetcher = fetcher
        self._reader = reader
        self._clock = clock
        self._on = on

    async def __call__(self, job: Job) -> None:
        """Fetch one article's page. Raises `Later` while it cannot be reached."""
        article = await self._store.read(articles.by_id, str(job.payload["article"]))
        if article is None:
            return
        existence, facts, reason = await self._fetch(article)
        await self._store.write(self._keep, article, existence, facts)
        if existence is Existence.UNREACHABLE and job.attempts <= len(AGAIN):
            due_at = self._clock.now() + timedelta(minutes=AGAIN[job.attempts - 1])
            raise Later(due_at, reason)

    async def _fetch(self, article: Article) -> tuple[Existence, ArticleFacts, str]:
        try:
            page = await self._fetcher.fetch(article.url, purpose="reading the title")
            return Existence.FOUND, await self._reader.read_article(page), ""
        except TooBusy as busy:
            moment = self._clock.now() + timedelta(seconds=busy.retry_after)
            raise Later(moment, "waiting for a place", counted=False) from busy
        except NotReadable as error:
            existence = Existence.MISSING if error.gone else Existence.UNREACHABLE
            return existence, ArticleFacts(), error.reason

    def _keep(self, article: Article, existence: Existence, facts: ArticleFacts) -> Query[None]:
        now = self._clock.now()
        yield from articles.describe(
            article.id,
            title=facts.title or None,
            published_at=facts.published_at,
            existence=existence,
        )
        for comment_id in (yield from comments.held_in(article.id)):
            yield from settle(comment_id, [SAYS[existence]], self._sites, self._on, now)


async def look_again(store: Store, place: Place, now: datetime) -> None:
    """Where a page was missing, ask for another look in a while: it may be there by then."""
    article = place.article
    if article is not None and article.existence is Existence.MISSING:
        await store.write(follow.look, article, now, now + MISSING_AGAIN)
