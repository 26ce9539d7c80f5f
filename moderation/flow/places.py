"""Where an address leads: the site it belongs to, its canonical form, and its article if known."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from moderation.domain.article import Article, Existence
from moderation.domain.errors import Busy, Closed, Malformed, UnknownArticle
from moderation.domain.ids import new_id
from moderation.domain.site import Articles, Site
from moderation.store import articles
from moderation.store.contract import Query, Store
from moderation.text import urls


@dataclass(frozen=True, slots=True)
class Place:
    """An address under a site; `article` is None for one never seen."""

    site: Site
    url: str  # canonical
    article: Article | None


def find(sites: Sequence[Site], address: str) -> Query[Place]:
    """Look an address up as alias, then by its canonical form under a site.

    Raises Malformed for no address at all and UnknownArticle outside every site.
    """
    try:
        given = urls.as_given(address)
    except ValueError:
        raise Malformed("No article was named by its address.") from None
    site = urls.find_site(address, sites)
    canonical = urls.canonical(address, site) if site is not None else None
    wanted = [url for url in (given, canonical) if url]
    known = yield from articles.by_addresses(wanted)
    by_id = {s.id: s for s in sites}
    for url in wanted:
        article = known.get(url)
        if article is not None and article.site in by_id:
            return Place(by_id[article.site], article.url, article)
    if site is None or canonical is None:
        raise UnknownArticle
    return Place(site, canonical, None)


async def locate(store: Store, sites: Sequence[Site], address: str) -> Place:
    """`find`, asked by itself."""
    return await store.read(find, sites, address)


def new_article(place: Place, now: datetime) -> Article:
    """The row of an address that is kept for the first time."""
    found = place.site.articles is Articles.ANY
    return Article(
        id=new_id(now),
        site=place.site.id,
        url=place.url,
        title=None,
        published_at=None,
        existence=Existence.FOUND if found else Existence.UNKNOWN,
        open=True,
        pings_open=True,
        revision=1,
        count=0,
        created_at=now,
    )


def ensure(sites: Sequence[Site], place: Place, now: datetime) -> Query[Article]:
    """The article of a place; where it has no row yet, one is made, by us or who was quicker."""
    if place.article is not None:
        return place.article
    article = new_article(place, now)
    if (yield from articles.add(article)):
        return article
    again = yield from find(sites, place.url)
    if again.article is None:
        raise Busy
    return again.article


def check_open(place: Place, now: datetime, *, pings: bool = False) -> None:
    """Raise UnknownArticle or Closed unless the place takes replies (or pings)."""
    article = place.article
    if article is None:
        if place.site.articles is Articles.KNOWN:
            raise UnknownArticle
        return
    if article.existence is Existence.MISSING:
        raise UnknownArticle
    if not (article.pings_open if pings else article.open) or too_old(place, now):
        raise Closed("This article takes no more pings." if pings else None)


def takes_pings(place: Place, now: datetime) -> bool:
    """Whether pings of any protocol that the site speaks are taken there."""
    try:
        check_open(place, now, pings=True)
    except (Closed, UnknownArticle):
        return False
    return place.article is not None or not is_front(place)


def is_front(place: Place) -> bool:
    """Whether the address is the site's own, where its articles are only listed.

    A site that takes any page for an article has no such page.
    """
    front = urls.canonical(place.site.url, place.site)
    return place.site.articles is not Articles.ANY and place.url == front


def closes_at(place: Place) -> datetime | None:
    """When the site closes an article for its age; None for never."""
    days = place.site.moderation.close_after_days
    published = place.article.published_at if place.article is not None else None
    return published + timedelta(days=days) if days and published is not None else None


def too_old(place: Place, now: datetime) -> bool:
    """Whether the site closes articles of this age."""
    until = closes_at(place)
    return until is not None and now > until
