"""The log: every transition of every comment, who made it and by which door, for ever."""

from collections.abc import Sequence

from sqlalchemy import bindparam, insert, select, update

from moderation.domain.decision import Actor, LogEntry
from moderation.store.contract import Query, Row, Soon
from moderation.store.tables import log

_COLUMNS = (
    log.c.id,
    log.c.decision_id,
    log.c.comment_id,
    log.c.at,
    log.c.actor_name,
    log.c.door,
    log.c.actor_id,
    log.c.action,
    log.c.from_status,
    log.c.to_status,
    log.c.from_waiting_for,
    log.c.from_status_before,
    log.c.version,
    log.c.reason,
    log.c.before,
    log.c.undone_by,
)


def _entry(row: Row) -> LogEntry:
    return LogEntry(*(*row[:4], Actor(*row[4:7]), *row[7:]))


ADD = insert(log)


def add(entry: LogEntry) -> Query[None]:
    yield Soon(
        ADD,
        {
            "id": entry.id,
            "decision_id": entry.decision_id,
            "comment_id": entry.comment_id,
            "at": entry.at,
            "actor_id": entry.actor.id,
            "actor_name": entry.actor.name,
            "door": entry.actor.door,
            "action": entry.action,
            "from_status": entry.from_status,
            "to_status": entry.to_status,
            "from_waiting_for": entry.from_waiting_for,
            "from_status_before": entry.from_status_before,
            "version": entry.version,
            "reason": entry.reason,
            "before": entry.before,
            "undone_by": entry.undone_by,
        },
    )


OF_COMMENT = (
    select(*_COLUMNS)
    .where(log.c.comment_id == bindparam("id"))
    .order_by(log.c.at, log.c.version, log.c.id)
)


def of_comment(comment_id: str) -> Query[Sequence[LogEntry]]:
    """A comment's whole story, oldest first."""
    rows = yield OF_COMMENT, {"id": comment_id}
    return [_entry(row) for row in rows]


OF_DECISION = (
    select(*_COLUMNS).where(log.c.decision_id == bindparam("id")).order_by(log.c.comment_id)
)


def of_decision(decision_id: str) -> Query[Sequence[LogEntry]]:
    """What one decision did, in order of comment."""
    rows = yield OF_DECISION, {"id": decision_id}
    return [_entry(row) for row in rows]


MARK_UNDONE = (
    update(log)
    .where(log.c.id == bindparam("entry"), log.c.undone_by.is_(None))
    .values(undone_by=bindparam("undo"))
    .returning(log.c.id)
)


def mark_undone(entry_id: str, undo_id: str) -> Query[bool]:
    """Note that an entry was taken back; False where it had been already."""
    rows = yield MARK_UNDONE, {"entry": entry_id, "undo": undo_id}
    return bool(rows)


FORGET_WORDS = (
    update(log)
    .where(log.c.comment_id == bindparam("comment"), log.c.before != "")
    .values(before="")
)


def forget_words(comment_id: str) -> Query[None]:
    """Keep who did what to a comment that is deleted, and not what it said."""
    yield FORGET_WORDS, {"comment": comment_id}


LAST = (
    select(*_COLUMNS)
    .where(log.c.id < bindparam("before_id"))
    .order_by(log.c.id.desc())
    .limit(bindparam("limit"))
)


def last(*, before_id: str = "~", limit: int = 50) -> Query[Sequence[LogEntry]]:
    """The newest entries, from the one before `before_id` backwards."""
    rows = yield LAST, {"before_id": before_id, "limit": limit}
    return [_entry(row) for row in rows]
