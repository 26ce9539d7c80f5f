"""Find one comment that readers may see."""

from collections.abc import Sequence

from moderation.domain.comment import Comment, Status
from moderation.domain.errors import NotFound
from moderation.domain.ids import is_id
from moderation.domain.site import Site
from moderation.flow import places
from moderation.store import articles, comments
from moderation.store.contract import Query, Store

ANCHOR_LIMIT = 200  # characters; none that was imported is longer


class Find:
    """The address on the article's page of a comment that is shown."""

    def __init__(self, store: Store, sites: Sequence[Site]) -> None:
        self._store = store
        self._sites = tuple(sites)

    async def by_id(self, comment_id: str) -> str:
        """Raises NotFound for anything that is not approved."""
        if not is_id(comment_id):
            raise NotFound("There is no such comment.")
        return await self._store.read(_by_id, comment_id)

    async def by_anchor(self, address: str, anchor: str) -> str:
        """Raises NotFound, UnknownArticle and Malformed."""
        if not anchor.isprintable() or len(anchor) > ANCHOR_LIMIT:
            raise NotFound("There is no such comment.")
        return await self._store.read(self._by_anchor, address, anchor)

    def _by_anchor(self, address: str, anchor: str) -> Query[str]:
        place = yield from places.find(self._sites, address)
        if place.article is None:
            raise NotFound
        found = yield from comments.by_anchor(place.article.id, anchor)
        return _address(found, place.article.url)


def _by_id(comment_id: str) -> Query[str]:
    found = yield from comments.by_id(comment_id)
    article = None
    if found is not None:
        article = yield from articles.by_id(found.article_id)
    return _address(found, article.url if article is not None else "")


def _address(found: Comment | None, url: str) -> str:
    if found is None or found.status is not Status.APPROVED:
        raise NotFound("There is no such comment.")
    return f"{url}#{found.anchor}"
