"""Comments: adding them, and finding them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, select

from moderation.domain.clock import to_micros
from moderation.domain.comment import (
    REACTIONS,
    Author,
    Client,
    Comment,
    Status,
    WaitingFor,
)
from moderation.store import search_index
from moderation.store.contract import Query, Row
from moderation.store.lists import lists_of
from moderation.store.tables import comment
from moderation.store.upsert import insert_or_leave

LATE = timedelta(minutes=1)  # a comment that is kept so long after it came is not a new one
COLUMNS = (
    comment.c.id,
    comment.c.site,
    comment.c.article_id,
    comment.c.anchor,
    comment.c.kind,
    comment.c.via,
    comment.c.type,
    comment.c.status,
    comment.c.waiting_for,
    comment.c.version,
    comment.c.parent_id,
    comment.c.author_name,
    comment.c.author_email,
    comment.c.author_url,
    comment.c.author_id,
    comment.c.source,
    comment.c.text,
    comment.c.format,
    comment.c.html,
    comment.c.received_at,
    comment.c.published_at,
    comment.c.edited_at,
    comment.c.status_before,
    comment.c.address,
    comment.c.user_agent,
    comment.c.referrer,
    comment.c.language,
    comment.c.title,
    comment.c.verified_at,
    comment.c.score,
    comment.c.badge,
)


def as_comment(row: Row) -> Comment:
    """Make a comment of a row of COLUMNS."""
    author, client = Author(*row[11:14]), Client(*row[23:26])
    return Comment(*(*row[:11], author, *row[14:23], client, *row[26:31]))


@dataclass(frozen=True, slots=True)
class Derived:
    """What is kept beside a comment and made from it."""

    fingerprint: str | None  # two comments with one are the same said twice
    words: str  # folded text of all its fields, for search
    words_hash: str  # of the folded text alone
    render_version: int


INSERT = insert_or_leave(comment).returning(comment.c.id)


def add(new: Comment, derived: Derived, *, at: datetime, told: bool = False) -> Query[bool]:
    """Add a comment; False where the same was said already (its fingerprint is taken).

    `told`: moderators are told of it in the same commit; see `comment_changes.tell`.
    """
    rows = yield (
        INSERT,
        _values(new, derived)
        | {
            "status_at": at,
            "approved_at": at if new.status is Status.APPROVED else None,
            "told_at": at if told else None,
        },
    )
    if rows and at - new.received_at > LATE:
        yield from search_index.came_late(to_micros(new.received_at))
    return bool(rows)


def _values(new: Comment, derived: Derived) -> dict[str, object]:
    return {
        "id": new.id,
        "site": new.site,
        "article_id": new.article_id,
        "anchor": new.anchor,
        "kind": new.kind,
        "via": new.via,
        "type": new.type,
        "status": new.status,
        "waiting_for": new.waiting_for,
        "version": new.version,
        "parent_id": new.parent_id,
        "author_name": new.author.name,
        "author_email": new.author.email,
        "author_url": new.author.url,
        "author_id": new.author_id,
        "source": new.source,
        "text": new.text,
        "format": new.format,
        "html": new.html,
        "received_at": new.received_at,
        "published_at": new.published_at,
        "edited_at": new.edited_at,
        "status_before": new.status_before,
        "address": new.client.address,
        "user_agent": new.client.user_agent,
        "referrer": new.client.referrer,
        "language": new.language,
        "title": new.title,
        "verified_at": new.verified_at,
        "score": new.score,
        "badge": new.badge,
        "fingerprint": derived.fingerprint,
        "words": derived.words,
        "words_hash": derived.words_hash,
        "render_version": derived.render_version,
    }


BY_ID = select(*COLUMNS).where(comment.c.id == bindparam("id"))


def by_id(comment_id: str) -> Query[Comment | None]:
    rows = yield BY_ID, {"id": comment_id}
    return as_comment(rows[0]) if rows else None


BY_IDS = select(*COLUMNS).where(comment.c.id.in_(bindparam("ids", expanding=True)))


def by_ids(ids: Iterable[str]) -> Query[dict[str, Comment]]:
    found = {}
    for some in lists_of(ids):
        rows = yield BY_IDS, {"ids": some}
        found.update({row[0]: as_comment(row) for row in rows})
    return found


BY_ANCHOR = select(*COLUMNS).where(
    comment.c.article_id == bindparam("article_id"), comment.c.anchor == bindparam("anchor")
)


def by_anchor(article_id: str, anchor: str) -> Query[Comment | None]:
    rows = yield BY_ANCHOR, {"article_id": article_id, "anchor": anchor}
    return as_comment(rows[0]) if rows else None


BY_FINGERPRINT = select(*COLUMNS).where(comment.c.fingerprint == bindparam("fingerprint"))


def by_fingerprint(fingerprint: str) -> Query[Comment | None]:
    rows = yield BY_FINGERPRINT, {"fingerprint": fingerprint}
    return as_comment(rows[0]) if rows else None


NEWEST = (
    select(*COLUMNS)
    .where(
        comment.c.article_id == bindparam("article_id"),
        comment.c.status == Status.APPROVED,
        comment.c.type.not_in(sorted(REACTIONS)),
    )
    .order_by(comment.c.published_at.desc(), comment.c.id.desc())
    .limit(bindparam("limit"))
)


def newest_in(article_id: str, limit: int) -> Query[Sequence[Comment]]:
    """The last comments that readers see of an article, newest first; no reactions."""
    rows = yield NEWEST, {"article_id": article_id, "limit": limit}
    return [as_comment(row) for row in rows]


UNDER = select(comment.c.id).where(comment.c.parent_id == bindparam("parent_id")).limit(1)


def has_replies(comment_id: str) -> Query[bool]:
    """Whether anything hangs below a comment: readers may see the place it stands for."""
    rows = yield UNDER, {"parent_id": comment_id}
    return bool(rows)


HELD_OF_ARTICLE = select(comment.c.id).where(
    comment.c.article_id == bindparam("article_id"),
    comment.c.status == Status.HELD,
    comment.c.waiting_for == WaitingFor.MODERATOR,
)


def held_in(article_id: str) -> Query[Sequence[str]]:
    """List what waits on an article: looked at again once the article is known."""
    rows = yield HELD_OF_ARTICLE, {"article_id": article_id}
    return [row[0] for row in rows]


BY_AUTHOR = (
    select(*COLUMNS)
    .where(comment.c.author_id == bindparam("author_id"))
    .order_by(comment.c.received_at.desc(), comment.c.id.desc())
    .limit(bindparam("limit"))
)


def by_author(author_id: str, *, limit: int = 100) -> Query[Sequence[Comment]]:
    """List a proven author's own, newest first."""
    rows = yield BY_AUTHOR, {"author_id": author_id, "limit": limit}
    return [as_comment(row) for row in rows]


APPROVED_AT = select(comment.c.approved_at).where(comment.c.id == bindparam("id"))


def approved_at(comment_id: str) -> Query[datetime | None]:
    rows = yield APPROVED_AT, {"id": comment_id}
    return rows[0][0] if rows else None
