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
FORGET_ANSWERS = delete(answered).where(
    answered.c.at < bindparam("before", type_=answered.c.at.type)
)
SENT = insert_or_leave(sent)
SENT_BY = select(sent.c.by).where(sent.c.key == bindparam("key"))
FORGET_SENT = delete(sent).where(sent.c.at < bindparam("before", type_=sent.c.at.type))


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


def forget(*, answers_before: datetime, sent_before: datetime) -> Query[None]:
    """Drop what nobody will repeat any more."""
    yield FORGET_ANSWERS, {"before": answers_before}
    yield FORGET_SENT, {"before": sent_before}
