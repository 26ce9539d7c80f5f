"""Articles and their addresses."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import bindparam, delete, func, select, update

from moderation.domain.article import Article, Existence
from moderation.store.contract import Changed, Query, Row
from moderation.store.tables import alias, article, comment
from moderation.store.tables.articles import ANY
from moderation.store.upsert import insert_or_leave

_COLUMNS = (
    article.c.id,
    article.c.site,
    article.c.url,
    article.c.title,
    article.c.published_at,
    article.c.existence,
    article.c.open,
    article.c.pings_open,
    article.c.revision,
    article.c.count,
    article.c.created_at,
)


def _article(row: Row) -> Article:
    return Article(*row)


BY_ID = select(*_COLUMNS).where(article.c.id == bindparam("id"))


def by_id(article_id: str) -> Query[Article | None]:
    rows = yield BY_ID, {"id": article_id}
    return _article(rows[0]) if rows else None


BY_IDS = select(*_COLUMNS).where(article.c.id.in_(bindparam("ids", expanding=True)))


def by_ids(ids: Iterable[str]) -> Query[dict[str, Article]]:
    wanted = sorted(set(ids))
    if not wanted:
        return {}
    rows = yield BY_IDS, {"ids": wanted}
    return {row[0]: _article(row) for row in rows}


BY_ADDRESS = (
    select(alias.c.url, *_COLUMNS)
    .join_from(alias, article, alias.c.article_id == article.c.id)
    .where(alias.c.url.in_(bindparam("urls", expanding=True)))
)


def by_addresses(addresses: Iterable[str]) -> Query[dict[str, Article]]:
    """Find the articles of addresses, canonical or alias, keyed by the address."""
    wanted = sorted(set(addresses))
    if not wanted:
        return {}
    rows = yield BY_ADDRESS, {"urls": wanted}
    return {row[0]: _article(row[1:]) for row in rows}


ADDRESSES = select(alias.c.url).where(alias.c.article_id == bindparam("id")).order_by(alias.c.url)


def addresses(article_id: str) -> Query[tuple[str, ...]]:
    """List every address of an article: a ping may link to any of them."""
    rows = yield ADDRESSES, {"id": article_id}
    return tuple(row[0] for row in rows)


INSERT = insert_or_leave(article).returning(article.c.id)
LOCK = select(article.c.id).where(article.c.id == bindparam("id")).with_for_update()


def lock(article_id: str) -> Query[None]:
    """Take an article's row first, so that writers in other processes wait in one order."""
    yield LOCK, {"id": article_id}


LOCK_OF = (
    select(article.c.id)
    .where(
        article.c.id.in_(
            select(comment.c.article_id).where(
                comment.c.id.in_(bindparam("comments", expanding=True))
            )
        )
    )
    .order_by(article.c.id)
    .with_for_update()
)


def lock_of(*comment_ids: str) -> Query[None]:
    """Take the articles of comments, in order: what is read after this is decided by nobody else.

    Ask for it before the comments are read; a comment that was read before may have been
    changed by another process while its article was waited for.
    """
    if comment_ids:
        yield LOCK_OF, {"comments": sorted(set(comment_ids))}


def add(new: Article) -> Query[bool]:
    """Add an article and its canonical address; False where another process was quicker."""
    rows = yield INSERT, {c.name: getattr(new, c.name) for c in _COLUMNS}
    if rows:
        yield from add_alias(new.url, new.id)
    return bool(rows)


INSERT_ALIAS = insert_or_leave(alias).returning(alias.c.url)


def add_alias(url: str, article_id: str) -> Query[bool]:
    """Give an article one more address; False where the address is taken."""
    rows = yield INSERT_ALIAS, {"url": url, "article_id": article_id}
    return bool(rows)


REMOVE_ALIAS = delete(alias).where(
    alias.c.url == bindparam("url"), alias.c.article_id == bindparam("id")
)

SHIFT = (
    update(article)
    .where(article.c.id == bindparam("article"))
    .values(
        revision=article.c.revision + 1,
        count=article.c.count + bindparam("by"),
    )
    .returning(article.c.revision)
)


def shift(article_id: str, by: int = 0, *, automatic: bool = False) -> Query[int]:
    """Say that readers see something else now, and `by` more or fewer comments.

    `automatic`: all they see is more, and no person decided it; see `Changed`.
    """
    rows = yield SHIFT, {"article": article_id, "by": by}
    revision: int = rows[0][0]
    yield Changed(article_id, revision, automatic)
    return revision


DESCRIBE = (
    update(article)
    .where(article.c.id == bindparam("article"))
    .values(
        title=func.coalesce(bindparam("new_title", type_=article.c.title.type), article.c.title),
        published_at=func.coalesce(
            bindparam("new_published_at", type_=article.c.published_at.type), article.c.published_at
        ),
        existence=bindparam("new_existence"),
    )
)


def describe(
    article_id: str, *, title: str | None, published_at: datetime | None, existence: Existence
) -> Query[None]:
    """Keep what a fetch found; what it did not find leaves what was known."""
    yield (
        DESCRIBE,
        {
            "article": article_id,
            "new_title": title,
            "new_published_at": published_at,
            "new_existence": existence,
        },
    )
    yield from shift(article_id)


SET_OPEN = (
    update(article)
    .where(article.c.id == bindparam("article"))
    .values(open=bindparam("is_open"), pings_open=bindparam("are_pings_open"))
)


def set_open(article_id: str, *, replies: bool, pings: bool) -> Query[None]:
    """Open or close an article for replies and for pings."""
    yield SET_OPEN, {"article": article_id, "is_open": replies, "are_pings_open": pings}
    yield from shift(article_id)


SET_URL = (
    update(article)
    .where(article.c.id == bindparam("article"))
    .values(
        url=bindparam("new_url"),
        title=func.coalesce(bindparam("new_title", type_=article.c.title.type), article.c.title),
    )
)


def move(article_id: str, url: str, *, title: str | None = None) -> Query[None]:
    """Give an article another canonical address; the old one stays as alias."""
    yield SET_URL, {"article": article_id, "new_url": url, "new_title": title}
    yield from add_alias(url, article_id)
    yield from shift(article_id)


LIST = (
    select(*_COLUMNS)
    .where(article.c.site == bindparam("site"), article.c.id > bindparam("after"))
    .order_by(article.c.id)
    .limit(bindparam("limit"))
)


def page(site: str, *, after: str = "", limit: int = 100) -> Query[Sequence[Article]]:
    """List a site's articles by id, from the one after `after`."""
    rows = yield LIST, {"site": site, "after": after, "limit": limit}
    return [_article(row) for row in rows]


COUNTS = (
    select(article.c.url, article.c.count)
    .where(article.c.site == bindparam("site"), ANY)
    .order_by(article.c.url)
)


def counts(site: str) -> Query[dict[str, int]]:
    """Count the approved comments of a site's articles that have any, by address."""
    rows = yield COUNTS, {"site": site}
    return {row[0]: row[1] for row in rows}
