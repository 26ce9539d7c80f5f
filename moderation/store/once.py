"""What must happen only once: answers given under an Idempotency-Key, and mails sent."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, insert, select

from moderation.store.contract import Query
from moderation.store.tables import answered, sent
from moderation.store.upsert import insert_or_leave

ANSWER = select(answered.c.body_hash, answered.c.answer).where(answered.c.key == bindparam("key"))
KEEP_ANSWER = insert(answered)
OLD_ANSWERS = (
    select(answered.c.key)
    .where(answered.c.at < bindparam("before", type_=answered.c.at.type))
    .order_by(answered.c.at)
    .limit(bindparam("limit"))
)
FORGET_ANSWERS = delete(answered).where(answered.c.key.in_(bindparam("keys", expanding=True)))
SENT = insert_or_leave(sent)
SENT_BY = select(sent.c.by).where(sent.c.key == bindparam("key"))
OLD_SENT = (
    select(sent.c.key)
    .where(sent.c.at < bindparam("before", type_=sent.c.at.type))
    .order_by(sent.c.at)
    .limit(bindparam("limit"))
)
FORGET_SENT = delete(sent).where(sent.c.key.in_(bindparam("keys", expanding=True)))


def answer(key: str) -> Query[tuple[str, Mapping[str, Any]] | None]:
    """The body's hash and the answer kept under a key."""
    rows = yield ANSWER, {"key": key}
    return (rows[0][0], rows[0][1]) if rows else None


def keep_answer(key: str, body_hash: str, given: Mapping[str, Any], now: datetime) -> Query[None]:
    yield KEEP_ANSWER, {"key": key, "body_hash": body_hash, "answer": given, "at": now}


def first_time(key: str, by: str, now: datetime) -> Query[bool]:
    """Note that `by` does something; False where somebody else did it before.

    The same `by` again may: it tried and cannot say whether it came to the end.
    """
    yield SENT, {"key": key, "by": by, "at": now}
    rows = yield SENT_BY, {"key": key}
    return bool(rows) and rows[0][0] == by


def forget(*, answers_before: datetime, sent_before: datetime, limit: int) -> Query[bool]:
    """Drop so much of what nobody will repeat any more; whether there may be more."""
    answers = yield OLD_ANSWERS, {"before": answers_before, "limit": limit}
    if answers:
        yield FORGET_ANSWERS, {"keys": [row[0] for row in answers]}
    done = yield OLD_SENT, {"before": sent_before, "limit": limit}
    if done:
        yield FORGET_SENT, {"keys": [row[0] for row in done]}
    return limit in (len(answers), len(done))
