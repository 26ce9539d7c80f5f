"""Jobs: rows that are leased, run, repeated after a failure, and given up aloud."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, case, delete, func, null, or_, select, update

from moderation.domain.job import Job, JobState
from moderation.store.contract import Query, Row
from moderation.store.tables import job
from moderation.store.upsert import upsert

_COLUMNS = (
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


def _job(row: Row) -> Job:
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
    yield (
        ADD,
        {
            "id": job_id,
            "kind": kind,
            "key": key,
            "payload": payload,
            "state": JobState.QUEUED,
            "due_at": due_at,
            "attempts": 0,
            "lease_owner": None,
            "lease_until": None,
            "again_at": None,
            "last_error": "",
            "created_at": now,
            "decision_id": decision_id,
        },
    )


_candidates = (
    select(job.c.id)
    .where(
        job.c.state == JobState.QUEUED,
        job.c.due_at <= bindparam("now_due", type_=job.c.due_at.type),
        or_(
            job.c.lease_until.is_(None),
            job.c.lease_until < bindparam("now_lease", type_=job.c.due_at.type),
        ),
    )
    .order_by(job.c.due_at, job.c.id)
    .limit(bindparam("limit"))
    .with_for_update(skip_locked=True)
)
CLAIM = (
    update(job)
    .where(job.c.id.in_(_candidates.scalar_subquery()))
    .values(
        lease_owner=bindparam("owner"),
        lease_until=bindparam("until"),
        attempts=job.c.attempts + 1,
    )
    .returning(*_COLUMNS)
)


def claim(owner: str, *, now: datetime, until: datetime, limit: int) -> Query[Sequence[Job]]:
    """Lease due jobs to `owner` until a moment; a lease that ran out is free again."""
    rows = yield (
        CLAIM,
        {"now_due": now, "now_lease": now, "limit": limit, "owner": owner, "until": until},
    )
    return sorted((_job(row) for row in rows), key=lambda j: (j.due_at, j.id))


NEXT = select(func.min(job.c.due_at)).where(
    job.c.state == JobState.QUEUED,
    or_(
        job.c.lease_until.is_(None),
        job.c.lease_until < bindparam("now", type_=job.c.due_at.type),
    ),
)


def next_due(now: datetime) -> Query[datetime | None]:
    """When the next job that nobody has leased is due."""
    rows = yield NEXT, {"now": now}
    value: datetime | None = rows[0][0]
    return value


EXTEND = (
    update(job)
    .where(job.c.id == bindparam("job"), job.c.lease_owner == bindparam("owner"))
    .values(lease_until=bindparam("until"))
    .returning(job.c.id)
)


def extend(job_id: str, owner: str, until: datetime) -> Query[bool]:
    """Hold a lease longer; False where it was lost."""
    rows = yield EXTEND, {"job": job_id, "owner": owner, "until": until}
    return bool(rows)


_of_owner = (job.c.id == bindparam("job"), job.c.lease_owner == bindparam("owner"))
AGAIN = (
    update(job)
    .where(*_of_owner, job.c.again_at.is_not(None))
    .values(due_at=job.c.again_at, again_at=None, lease_owner=None, lease_until=None, attempts=0)
    .returning(job.c.id)
)
DONE = delete(job).where(*_of_owner)


def done(job_id: str, owner: str) -> Query[None]:
    """A job is finished: it goes, or runs once more if it was asked for meanwhile."""
    rows = yield AGAIN, {"job": job_id, "owner": owner}
    if not rows:
        yield DONE, {"job": job_id, "owner": owner}


RELEASE = (
    update(job)
    .where(*_of_owner)
    .values(
        state=bindparam("new_state"),
        due_at=bindparam("new_due"),
        attempts=job.c.attempts - bindparam("uncounted"),
        last_error=bindparam("error"),
        lease_owner=None,
        lease_until=None,
        again_at=None,
    )
)


def later(
    job_id: str, owner: str, *, due_at: datetime, error: str, counted: bool = True
) -> Query[None]:
    """Put a job back for later; `counted=False` where it was not its own fault."""
    yield (
        RELEASE,
        {
            "job": job_id,
            "owner": owner,
            "new_state": JobState.QUEUED,
            "new_due": due_at,
            "uncounted": 0 if counted else 1,
            "error": error,
        },
    )


def give_up(job_id: str, owner: str, *, now: datetime, error: str) -> Query[None]:
    """Stop trying; it stays to be seen, retried or dropped. Asked for meanwhile, it runs again."""
    rows = yield AGAIN, {"job": job_id, "owner": owner}
    if rows:
        return
    yield (
        RELEASE,
        {
            "job": job_id,
            "owner": owner,
            "new_state": JobState.FAILED,
            "new_due": now,
            "uncounted": 0,
            "error": error,
        },
    )


HAND_BACK = (
    update(job)
    .where(job.c.lease_owner == bindparam("owner"))
    .values(lease_owner=None, lease_until=None, attempts=job.c.attempts - 1)
)


def hand_back(owner: str) -> Query[None]:
    """Free all leases of a worker that stops."""
    yield HAND_BACK, {"owner": owner}


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
    select(*_COLUMNS)
    .where(job.c.id > bindparam("after"))
    .order_by(job.c.id)
    .limit(bindparam("limit"))
)


def page(*, after: str = "", limit: int = 100) -> Query[Sequence[Job]]:
    rows = yield LIST, {"after": after, "limit": limit}
    return [_job(row) for row in rows]


RETRY = (
    update(job)
    .where(job.c.id == bindparam("job"), job.c.lease_until.is_(None))
    .values(state=JobState.QUEUED, due_at=bindparam("now"), attempts=0)
    .returning(job.c.id)
)


def retry(job_id: str, now: datetime) -> Query[bool]:
    rows = yield RETRY, {"job": job_id, "now": now}
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
