"""The owner's pages as their owner names them: made known, renamed, closed, moved."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from moderation.domain.article import Article, Existence
from moderation.domain.clock import Clock
from moderation.domain.errors import Duplicate, FieldFault, InvalidFields, NotFound, UnknownArticle
from moderation.domain.site import Site
from moderation.flow import places
from moderation.flow.follow import Features
from moderation.flow.look import SAYS
from moderation.flow.places import new_article
from moderation.flow.settle import settle
from moderation.store import articles, comments
from moderation.store.contract import Query, Store
from moderation.text import urls


@dataclass(frozen=True, slots=True)
class Listed:
    """An article with its other addresses, which lead to it too."""

    article: Article
    aliases: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """What is to be different about an article; None leaves it, `aliases` are added."""

    title: str | None = None
    published_at: datetime | None = None
    open: bool | None = None
    pings_open: bool | None = None
    url: str | None = None
    aliases: tuple[str, ...] = ()


class Catalogue:
    """Articles. `within` names the sites that may be seen and touched (empty: all)."""

    def __init__(self, store: Store, sites: Sequence[Site], clock: Clock, on: Features) -> None:
        self._store = store
        self._sites = tuple(sites)
        self._clock = clock
        self._on = on

    def allowed(self, within: frozenset[str]) -> tuple[Site, ...]:
        """The sites among `within`."""
        return tuple(site for site in self._sites if not within or site.id in within)

    async def page(self, site_id: str, *, after: str = "", limit: int) -> list[Listed]:
        """List a site's articles by id, from the one after `after`."""
        return await self._store.read(_page, site_id, after, limit)

    async def one(self, article_id: str, *, within: frozenset[str] = frozenset()) -> Listed:
        """Raises NotFound."""
        return await self._store.read(self._one, article_id, within)

    def _one(self, article_id: str, within: frozenset[str]) -> Query[Listed]:
        article = yield from articles.by_id(article_id)
        if article is None or article.site not in {s.id for s in self.allowed(within)}:
            raise NotFound("There is no such article.")
        return (yield from _listed(article))

    async def at(self, address: str, *, within: frozenset[str] = frozenset()) -> Listed | None:
        """The article of an address, None while it has none.

        Raises Malformed for what is no address, UnknownArticle outside the sites.
        """
        return await self._store.read(_at, self.allowed(within), address)

    async def know(
        self,
        address: str,
        *,
        title: str | None = None,
        published_at: datetime | None = None,
        within: frozenset[str] = frozenset(),
    ) -> tuple[Listed, bool]:
        """Make an article known: it exists from now on. True where it had no row before.

        Raises Malformed, UnknownArticle and Busy.
        """
        change = Change(title=title, published_at=published_at)
        return await self._store.write(self._know, address, change, within, self._clock.now())

    def _know(
        self, address: str, change: Change, within: frozenset[str], now: datetime
    ) -> Query[tuple[Listed, bool]]:
        place = yield from places.find(self.allowed(within), address)
        if place.article is not None:
            yield from articles.lock(place.article.id)
            yield from self._describe(place.article, change, now)
            return (yield from self._one(place.article.id, within)), False
        article = replace(
            new_article(place, now),
            title=change.title,
            published_at=change.published_at,
            existence=Existence.FOUND,
        )
        yield from articles.add(article)
        return Listed(article, ()), True

    async def change(
        self, article_id: str, change: Change, *, within: frozenset[str] = frozenset()
    ) -> Listed:
        """Rename, date, close, open or move an article, or give it more addresses.

        A new `url` becomes the canonical address and the old one stays as alias. Raises
        NotFound, InvalidFields for an address that cannot be this article's, Duplicate
        for one that is another article's, and Busy.
        """
        return await self._store.write(self._change, article_id, change, within, self._clock.now())

    def _change(
        self, article_id: str, change: Change, within: frozenset[str], now: datetime
    ) -> Query[Listed]:
        article = (yield from self._one(article_id, within)).article
        url, added = self._addresses(article, change)
        yield from articles.lock(article_id)
        yield from _check_free([*added, *([url] if url else [])], article_id)
        if change.title is not None or change.published_at is not None:
            yield from self._describe(article, change, now)
        is_open = article.open if change.open is None else change.open
        pings_open = article.pings_open if change.pings_open is None else change.pings_open
        if (is_open, pings_open) != (article.open, article.pings_open):
            yield from articles.set_open(article_id, replies=is_open, pings=pings_open)
        for address in added:
            yield from self._leave(address, article_id)
            yield from articles.add_alias(address, article_id)
        if url is not None and url != article.url:
            yield from articles.move(article_id, url)
        return (yield from self._one(article_id, within))

    def _leave(self, address: str, article_id: str) -> Query[None]:
        """Who has found another article by this address is to see that it leads elsewhere now."""
        try:
            place = yield from places.find(self._sites, address)
        except UnknownArticle:
            return
        if place.article is not None and place.article.id != article_id:
            yield from articles.shift(place.article.id)

    def _describe(self, article: Article, change: Change, now: datetime) -> Query[None]:
        """Keep what the owner says; a page the owner names exists, whatever a fetch found."""
        wanted = replace(
            article,
            title=article.title if change.title is None else change.title,
            published_at=change.published_at or article.published_at,
            existence=Existence.FOUND,
        )
        if wanted == article:
            return
        yield from articles.describe(
            article.id,
            title=wanted.title,
            published_at=wanted.published_at,
            existence=Existence.FOUND,
        )
        if article.existence is not Existence.FOUND:
            for comment_id in (yield from comments.held_in(article.id)):
                yield from settle(comment_id, [SAYS[Existence.FOUND]], self._sites, self._on, now)

    def _addresses(self, article: Article, change: Change) -> tuple[str | None, list[str]]:
        """The new canonical address and the new aliases. Raises InvalidFields."""
        errors: list[FieldFault] = []
        url = None
        if change.url is not None:
            site = urls.find_site(change.url, self._sites)
            url = urls.canonical(change.url, site) if site is not None else None
            if site is None or site.id != article.site or url is None:
                message = "This is no address under the article's site."
                errors.append(FieldFault("url", "malformed", message))
        added = []
        for address in change.aliases:
            try:
                added.append(self._alias(article, address))
            except ValueError as error:
                errors.append(FieldFault("aliases", "malformed", str(error)))
        if errors:
            raise InvalidFields(errors)
        return url, added

    def _alias(self, article: Article, address: str) -> str:
        """How an alias is kept: canonical, unless that would lose what its query says.

        Raises ValueError for what is no address, and for one under another site.
        """
        given = urls.as_given(address)
        site = urls.find_site(address, self._sites)
        if site is None:
            return given
        if site.id != article.site:
            raise ValueError("An address of another site cannot be an alias here.")
        canonical = urls.canonical(address, site)
        same_query = canonical is not None and ("?" in canonical) == ("?" in given)
        return canonical if canonical is not None and same_query else given


def _page(site_id: str, after: str, limit: int) -> Query[list[Listed]]:
    found = yield from articles.page(site_id, after=after, limit=limit)
    listed = []
    for article in found:
        listed.append((yield from _listed(article)))
    return listed


def _at(sites: Sequence[Site], address: str) -> Query[Listed | None]:
    place = yield from places.find(sites, address)
    return None if place.article is None else (yield from _listed(place.article))


def _listed(article: Article) -> Query[Listed]:
    addresses = yield from articles.addresses(article.id)
    return Listed(article, tuple(address for address in addresses if address != article.url))


def _check_free(addresses: Sequence[str], article_id: str) -> Query[None]:
    known = yield from articles.by_addresses(addresses)
    if any(article.id != article_id for article in known.values()):
        raise Duplicate("Another article has this address already.")
