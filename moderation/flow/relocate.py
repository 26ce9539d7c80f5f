"""An article at another address: it moved, or two addresses were one page all along."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from moderation.domain.article import Article
from moderation.domain.clock import Clock
from moderation.domain.comment import Comment, Status
from moderation.domain.errors import IllegalMove, UnknownArticle
from moderation.domain.ids import new_id
from moderation.domain.site import Site
from moderation.flow import arrivals, follow, places, prepare
from moderation.flow.moves import delete
from moderation.flow.settle import left_by_person
from moderation.store import articles, comments, merging, ping_names
from moderation.store.contract import Query, Store
from moderation.text import urls
from moderation.text.pair import same_source


@dataclass(frozen=True, slots=True)
class _Both:
    source: Article
    target: Article


class Relocate:
    """Moving and merging articles; every address that ever led to one still does."""

    def __init__(self, store: Store, sites: Sequence[Site], clock: Clock) -> None:
        self._store = store
        self._sites = tuple(sites)
        self._clock = clock

    async def move(self, old: str, new: str) -> Article:
        """Give an article another canonical address under its site; the old one stays as alias.

        Raises UnknownArticle where nothing is known under `old` or `new` is outside its
        site, and IllegalMove where `new` is another article's already.
        """
        return await self._store.write(self._move, old, new)

    def _move(self, old: str, new: str) -> Query[Article]:
        article = yield from self._known(old)
        place = yield from places.find(self._sites, new)
        if place.site.id != article.site:
            raise UnknownArticle(f"{new} is not under the site of {article.url}.")
        if place.article is not None and place.article.id != article.id:
            raise IllegalMove(f"{place.article.url} has a thread of its own; merge them.")
        # Found by one of its aliases, the place tells its present address, not the one asked for.
        canonical = place.url if place.article is None else _canonical(new, place.site)
        yield from articles.lock(article.id)
        yield from articles.move(article.id, canonical)
        return (yield from articles.by_id(article.id)) or article

    async def merge(self, source: str, target: str) -> Article:
        """Give all that `source` has to `target`: comments, pings, addresses.

        Of a page that pinged both, the mention readers see stays. Raises UnknownArticle,
        and IllegalMove for articles of two sites, or with comments at the same anchor.
        """
        now = self._clock.now()
        return await self._store.write(self._merge, source, target, now)

    def _merge(self, source: str, target: str, now: datetime) -> Query[Article]:
        both = _Both((yield from self._known(source)), (yield from self._known(target)))
        if both.source.id == both.target.id:
            raise IllegalMove("These are two addresses of one article already.")
        if both.source.site != both.target.site:
            raise IllegalMove("These are articles of two sites.")
        moving = yield from merging.comments_in(both.source.id)
        taken = yield from merging.anchors_in(both.target.id)
        twice = sorted(taken & {c.anchor for c in moving})
        if twice:
            raise IllegalMove(f"Both have comments at #{twice[0]}: links to them would be lost.")
        for article_id in sorted((both.source.id, both.target.id)):
            yield from articles.lock(article_id)
        yield from self._one_mention(both, now)
        for comment in (yield from merging.comments_in(both.source.id)):
            yield from _give(comment, both.target.id)
        yield from _account(both)
        yield from ping_names.give(both.source.id, both.target.id)
        yield from merging.give_rest(both.source.id, both.target.id)
        return (yield from articles.by_id(both.target.id)) or both.target

    def _one_mention(self, both: _Both, now: datetime) -> Query[None]:
        """Of two mentions by one page keep the better one, with the arrivals of both."""
        here = _by_page((yield from merging.pings_in(both.source.id)))
        there = _by_page((yield from merging.pings_in(both.target.id)))
        for page in sorted(here.keys() & there.keys()):
            found = yield from comments.by_ids((here[page], there[page]))
            own, other = found[there[page]], found[here[page]]
            better = (yield from _worth(other)) > (yield from _worth(own))
            stays, goes = (other, own) if better else (own, other)
            yield from merging.follow(goes.id, stays.id)
            for protocol in goes.via:
                stays = yield from arrivals.note_door(stays, protocol)
            yield from merging.give_receipts(goes.id, stays.id)
            yield from arrivals.keep_few(stays.id)
            yield from follow.revise(goes, goes.status, Status.TRASH)
            reason = "Two addresses it mentioned are one article now."
            yield from delete(goes, follow.MACHINE, new_id(now), now, reason)

    def _known(self, address: str) -> Query[Article]:
        place = yield from places.find(self._sites, address)
        if place.article is None:
            raise UnknownArticle(f"Nothing is known of {place.url}.")
        return place.article


def _canonical(address: str, site: Site) -> str:
    return urls.canonical(address, site) or address


def _by_page(mentions: Mapping[str, str]) -> dict[str, str]:
    """The comments of mentions by what is equal for all addresses of one page."""
    return {same_source(source): comment_id for source, comment_id in mentions.items()}


def _worth(mention: Comment) -> Query[int]:
    """Which of two mentions by one page is kept: that which readers see, else a person's
    decision, else what waits."""
    if mention.status is Status.APPROVED:
        return 3
    if (yield from left_by_person(mention.id)):
        return 2
    return 1 if mention.status is Status.HELD else 0


def _give(comment: Comment, into_id: str) -> Query[None]:
    """Move one comment; the same said by the same author on both is two comments from now on."""
    fingerprint = None
    if not comment.kind.is_ping and comment.status is not Status.TRASH:
        mark = prepare.fingerprint(into_id, comment.parent_id, comment.author, comment.text)
        taken = yield from comments.by_fingerprint(mark)
        fingerprint = mark if taken is None else None
    yield from merging.give_comment(comment.id, into_id, fingerprint)


def _account(both: _Both) -> Query[None]:
    """Count what moved on the other side, and tell readers of both that something changed."""
    source = (yield from articles.by_id(both.source.id)) or both.source
    yield from articles.shift(source.id, -source.count)
    yield from articles.shift(both.target.id, source.count)
    if both.target.title is None and source.title is not None:
        yield from articles.describe(
            both.target.id,
            title=source.title,
            published_at=both.target.published_at or source.published_at,
            existence=both.target.existence,
        )
