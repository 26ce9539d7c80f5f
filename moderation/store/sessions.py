"""Signed-in browsers: rows that can be ended, keyed by the hash of a cookie."""

from datetime import datetime

from sqlalchemy import bindparam, delete, insert, select, update

from moderation.domain.moderator import Session
from moderation.store.contract import Query
from moderation.store.moderators import COLUMNS, as_moderator
from moderation.store.tables import moderator, session

ADD = insert(session)
FIND = (
    select(session.c.csrf_token, session.c.created_at, session.c.seen_at, *COLUMNS)
    .join_from(session, moderator, session.c.moderator_id == moderator.c.id)
    .where(session.c.hash == bindparam("hash"), ~moderator.c.disabled)
)
SEEN = (
    update(session)
    .where(session.c.hash == bindparam("session"))
    .values(seen_at=bindparam("new_seen_at"))
)
END = delete(session).where(session.c.hash == bindparam("hash"))
END_ALL = delete(session).where(session.c.moderator_id == bindparam("moderator_id"))
END_OLD = delete(session).where(
    session.c.seen_at < bindparam("before", type_=session.c.seen_at.type)
)


def add(session_hash: str, moderator_id: str, csrf_token: str, now: datetime) -> Query[None]:
    yield (
        ADD,
        {
            "hash": session_hash,
            "moderator_id": moderator_id,
            "csrf_token": csrf_token,
            "created_at": now,
            "seen_at": now,
        },
    )


def find(session_hash: str) -> Query[Session | None]:
    """A session of a moderator who may still sign in; its age is the caller's to judge."""
    rows = yield FIND, {"hash": session_hash}
    if not rows:
        return None
    csrf_token, created_at, seen_at, *rest = rows[0]
    return Session(as_moderator(tuple(rest)), csrf_token, created_at, seen_at)


def seen(session_hash: str, now: datetime) -> Query[None]:
    yield SEEN, {"session": session_hash, "new_seen_at": now}


def end(session_hash: str) -> Query[None]:
    yield END, {"hash": session_hash}


def end_all(moderator_id: str) -> Query[None]:
    """End every session of a moderator: the password changed, or the account is closed."""
    yield END_ALL, {"moderator_id": moderator_id}


def end_old(before: datetime) -> Query[None]:
    yield END_OLD, {"before": before}
