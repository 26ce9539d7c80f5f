"""Authors: people who proved to be the same as before, by a key or by a confirmed address."""

from datetime import datetime

from sqlalchemy import bindparam, func, insert, select

from moderation.domain.comment import MOST_APPROVED, Status
from moderation.domain.decision import Action, Door
from moderation.store.contract import Query
from moderation.store.tables import author, author_address, author_key, comment, log
from moderation.store.upsert import insert_or_leave

ADD = insert(author)
ADD_KEY = insert(author_key)
BY_KEY = select(author_key.c.author_id).where(author_key.c.hash == bindparam("hash"))
BY_ADDRESS = select(author_address.c.author_id).where(author_address.c.email == bindparam("email"))
CONFIRM = insert_or_leave(author_address).returning(author_address.c.author_id)


def add(author_id: str, now: datetime) -> Query[None]:
    yield ADD, {"id": author_id, "created_at": now}


def add_key(author_id: str, key_hash: str, now: datetime) -> Query[None]:
    """Give an author a key; only its hash is kept."""
    yield ADD_KEY, {"hash": key_hash, "author_id": author_id, "created_at": now}


def by_key(key_hash: str) -> Query[str | None]:
    """The author whose key this is."""
    rows = yield BY_KEY, {"hash": key_hash}
    return rows[0][0] if rows else None


def by_address(email: str) -> Query[str | None]:
    """The author who confirmed this address (folded to lower case)."""
    rows = yield BY_ADDRESS, {"email": email}
    return rows[0][0] if rows else None


def confirm(email: str, author_id: str, now: datetime) -> Query[str]:
    """Tie an address to an author; the author it is tied to, who may be an earlier one."""
    yield CONFIRM, {"email": email, "author_id": author_id, "confirmed_at": now}
    owner = yield from by_address(email)
    return owner or author_id


_approved = (
    select(comment.c.author_id)
    .where(comment.c.author_id == bindparam("author_id"), comment.c.status == Status.APPROVED)
    .limit(MOST_APPROVED)
    .subquery()
)
APPROVED_BY = select(func.count()).select_from(_approved)


def approved_by(author_id: str) -> Query[int]:
    """Count an author's approved comments, on all sites, MOST_APPROVED of them at the most."""
    rows = yield APPROVED_BY, {"author_id": author_id}
    return int(rows[0][0])


LAST_REJECTION = (
    select(func.max(log.c.at))
    .select_from(log)
    .join(comment, comment.c.id == log.c.comment_id)
    .where(
        comment.c.author_id == bindparam("author_id"),
        log.c.action == Action.SPAM,
        log.c.door != Door.MACHINE,
        log.c.undone_by.is_(None),
    )
)


def last_rejection_of(author_id: str) -> Query[datetime | None]:
    """When a moderator last marked one of the author's comments as spam."""
    rows = yield LAST_REJECTION, {"author_id": author_id}
    value: datetime | None = rows[0][0]
    return value
