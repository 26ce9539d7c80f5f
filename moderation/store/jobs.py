"""Jobs: rows that somebody asked for, to be seen, retried, dropped and counted."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, case, delete, func, null, select, update

from moderation.domain.job import Job, JobState
from moderation.store.contract import Query, Row, Soon
from moderation.store.tables import job
from moderation.store.upsert import upsert

COLUMNS = (
    job.c.id,
    job.c.kind,
    job.c.key,
    job.c.payload,
    job.c.state,
    job.c.due_at,
    job.c.attempts,
    job.c.last_error,
    job.c.created_at,
    job.c.decision_id,
)


def as_job(row: Row) -> Job:
    return Job(*row)


_insert = upsert(job)
# The same work asked for twice is one job. Asked for while it runs, it runs once more
# afterwards: what made the second asker ask may have come too late for the first run.
ADD = _insert.on_conflict_do_update(
    index_elements=[job.c.kind, job.c.key],
    set_={
        "again_at": case((job.c.lease_until.is_not(None), _insert.excluded.due_at), else_=null()),
        "payload": _insert.excluded.payload,
        "decision_id": _insert.excluded.decision_id,  # the last who asked, to be undone alone
        "due_at": case(
            (job.c.lease_until.is_not(None), job.c.due_at),
            (job.c.state == JobState.FAILED, _insert.excluded.due_at),
            (job.c.due_at < _insert.excluded.due_at, job.c.due_at),
            else_=_insert.excluded.due_at,
        ),
        "asked_at": _insert.excluded.asked_at,
        "attempts": case((job.c.state == JobState.FAILED, 0), else_=job.c.attempts),
        "state": JobState.QUEUED,
    },
)


def add(
    job_id: str,
    kind: str,
    key: str,
    payload: dict[str, Any],
    *,
    due_at: datetime,
    now: datetime,
    decision_id: str | None = None,
) -> Query[None]:
    """Ask for work. `key` says what it is about: the same work twice is one job."""
    yield Soon(
        ADD,
        {
            "id": job_id,
            "kind": kind,
            "key": key,
            "payload": payload,
            "state": JobState.QUEUED,
            "due_at": due_at,
            "asked_at": now,
            "attempts": 0,
            "lease_owner": None,
            "lease_until": None,
            "again_at": None,
            "last_error": "",
            "created_at": now,
            "decision_id": decision_id,
        },
    )


DROP_OF_DECISION = (
    delete(job)
    .where(
        job.c.decision_id == bindparam("decision"),
        job.c.key.in_(bindparam("keys", expanding=True)),
        job.c.lease_until.is_(None),
    )
    .returning(job.c.kind)
)


def drop_of_decision(decision_id: str, keys: Sequence[str]) -> Query[Sequence[str]]:
    """Unsend what has not left yet about `keys`; the kinds of the jobs that went."""
    if not keys:
        return []
    rows = yield DROP_OF_DECISION, {"decision": decision_id, "keys": keys}
    return [row[0] for row in rows]


LIST = (
    select(*COLUMNS)
    .where(job.c.id > bindparam("after"))
    .order_by(job.c.id)
    .limit(bindparam("limit"))
)


def page(*, after: str = "", limit: int = 100) -> Query[Sequence[Job]]:
    rows = yield LIST, {"after": after, "limit": limit}
    return [as_job(row) for row in rows]


RETRY = (
    update(job)
    .where(job.c.id == bindparam("job"), job.c.lease_until.is_(None))
    .values(state=JobState.QUEUED, due_at=bindparam("now"), asked_at=bindparam("asked"), attempts=0)
    .returning(job.c.id)
)


def retry(job_id: str, now: datetime) -> Query[bool]:
    rows = yield RETRY, {"job": job_id, "now": now, "asked": now}
    return bool(rows)


DROP = delete(job).where(job.c.id == bindparam("job")).returning(job.c.id)


def drop(job_id: str) -> Query[bool]:
    rows = yield DROP, {"job": job_id}
    return bool(rows)


STATES = select(job.c.state, func.count(), func.min(job.c.due_at)).group_by(job.c.state)


def states() -> Query[dict[JobState, tuple[int, datetime]]]:
    """How many jobs are in each state, and the oldest due of them."""
    rows = yield STATES, {}
    return {row[0]: (row[1], row[2]) for row in rows}


COUNT = (
    select(func.count())
    .select_from(job)
    .where(job.c.kind == bindparam("kind"), job.c.state == JobState.QUEUED)
)


def count(kind: str) -> Query[int]:
    """How many jobs of a kind are still to be done."""
    rows = yield COUNT, {"kind": kind}
    return int(rows[0][0])
