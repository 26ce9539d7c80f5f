"""One article's rows given to another: its comments, pings and addresses."""

from collections.abc import Sequence

from sqlalchemy import BindParameter, bindparam, delete, select, update

from moderation.domain.comment import Comment
from moderation.store.comments import COLUMNS, as_comment
from moderation.store.contract import Query
from moderation.store.tables import alias, article, comment, ping, receipt

_into: dict[str, BindParameter[str]] = {"article_id": bindparam("into_id")}
ALL = select(*COLUMNS).where(comment.c.article_id == bindparam("id"))
ANCHORS = select(comment.c.anchor).where(comment.c.article_id == bindparam("id"))
PINGS = select(ping.c.source, ping.c.comment_id).where(ping.c.article_id == bindparam("id"))
GIVE_ALIASES = update(alias).where(alias.c.article_id == bindparam("from_id")).values(_into)
GIVE_PINGS = update(ping).where(ping.c.article_id == bindparam("from_id")).values(_into)
GIVE_COMMENT = (
    update(comment)
    .where(comment.c.id == bindparam("comment"))
    .values(_into | {"fingerprint": bindparam("new_fingerprint")})
)
FOLLOW = (
    update(comment)
    .where(comment.c.parent_id == bindparam("gone"))
    .values(parent_id=bindparam("new_parent"))
)
GIVE_RECEIPTS = (
    update(receipt)
    .where(receipt.c.comment_id == bindparam("gone"))
    .values(comment_id=bindparam("stays"))
)
GONE = delete(article).where(article.c.id == bindparam("id"))


def comments_in(article_id: str) -> Query[Sequence[Comment]]:
    """All comments of an article, whatever their status."""
    rows = yield ALL, {"id": article_id}
    return sorted((as_comment(row) for row in rows), key=lambda c: c.id)


def anchors_in(article_id: str) -> Query[frozenset[str]]:
    rows = yield ANCHORS, {"id": article_id}
    return frozenset(row[0] for row in rows)


def pings_in(article_id: str) -> Query[dict[str, str]]:
    """The comments of an article's pings, by source."""
    rows = yield PINGS, {"id": article_id}
    return {row[0]: row[1] for row in rows}


def give_comment(comment_id: str, into_id: str, fingerprint: str | None) -> Query[None]:
    """Give one comment to another article, with what makes it one there."""
    values = {"comment": comment_id, "into_id": into_id, "new_fingerprint": fingerprint}
    yield GIVE_COMMENT, values


def give_rest(from_id: str, into_id: str) -> Query[None]:
    """Give the pings and all addresses, and delete what is an empty article then."""
    yield GIVE_PINGS, {"from_id": from_id, "into_id": into_id}
    yield GIVE_ALIASES, {"from_id": from_id, "into_id": into_id}
    yield GONE, {"id": from_id}


def follow(gone_id: str, parent_id: str) -> Query[None]:
    """Hang the answers to one comment below another."""
    yield FOLLOW, {"gone": gone_id, "new_parent": parent_id}


def give_receipts(gone_id: str, stays_id: str) -> Query[None]:
    """Give the arrivals of one mention to another."""
    yield GIVE_RECEIPTS, {"gone": gone_id, "stays": stays_id}
