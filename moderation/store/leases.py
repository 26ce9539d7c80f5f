"""Leases of jobs: who runs what, for how long, and what becomes of the jobs of who is gone.

No clock is compared with another here. A lease stands while its row moves: whoever runs
the job writes a new `lease_until` every few seconds, and who watches counts by its own
monotonic clock how long that has stood still. So clocks that are set, or differ between
machines, neither end a lease nor keep one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, delete, func, select, update

from moderation.domain.job import Job, JobState
from moderation.store.contract import Query
from moderation.store.jobs import COLUMNS, as_job
from moderation.store.tables import job

# How far the clocks of machines may differ. What was asked for later than that from now was
# asked for under another clock.
SKEW = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Lease:
    """A job that somebody runs, as its row stood when it was looked at."""

    job_id: str
    owner: str
    until: datetime  # a mark that moves while the owner lives, and no moment to wait for


# By a name of its own it is looked up once: as a part of the condition PostgreSQL may look it up
# for each job of a small table, and lease as many more each time.
_candidates = (
    select(job.c.id)
    .where(
        job.c.state == JobState.QUEUED,
        job.c.due_at <= bindparam("now_due", type_=job.c.due_at.type),
        job.c.lease_owner.is_(None),
    )
    .order_by(job.c.due_at, job.c.id)
    .limit(bindparam("limit"))
    .with_for_update(skip_locked=True)
    .cte("candidates")
)
CLAIM = (
    update(job)
    .where(job.c.id.in_(select(_candidates.c.id)))
    .values(
        lease_owner=bindparam("owner"),
        lease_until=bindparam("until"),
        attempts=job.c.attempts + 1,
    )
    .returning(*COLUMNS)
)


def claim(owner: str, *, now: datetime, until: datetime, limit: int) -> Query[Sequence[Job]]:
    """Lease due jobs that nobody has to `owner`."""
    rows = yield CLAIM, {"now_due": now, "limit": limit, "owner": owner, "until": until}
    return sorted((as_job(row) for row in rows), key=lambda j: (j.due_at, j.id))


NEXT = select(func.min(job.c.due_at)).where(
    job.c.state == JobState.QUEUED, job.c.lease_owner.is_(None)
)


def next_due() -> Query[datetime | None]:
    """When the next job that nobody has leased is due."""
    rows = yield NEXT, {}
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
        asked_at=bindparam("asked"),
        attempts=job.c.attempts - bindparam("uncounted"),
        last_error=bindparam("error"),
        lease_owner=None,
        lease_until=None,
        again_at=None,
    )
)


def later(
    job_id: str,
    owner: str,
    *,
    due_at: datetime,
    now: datetime,
    error: str,
    counted: bool = True,
) -> Query[None]:
    """Put a job back for later; `counted=False` where it was not its own fault."""
    yield (
        RELEASE,
        {
            "job": job_id,
            "owner": owner,
            "new_state": JobState.QUEUED,
            "new_due": due_at,
            "asked": now,
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
            "asked": now,
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


LEASED = select(job.c.id, job.c.lease_owner, job.c.lease_until).where(job.c.lease_owner > "")


def leased() -> Query[Sequence[Lease]]:
    """List what is being run, or was by somebody who is gone: a few for each process."""
    rows = yield LEASED, {}
    return [Lease(*row) for row in rows]


TAKE_BACK = (
    update(job)
    .where(*_of_owner, job.c.lease_until == bindparam("seen", type_=job.c.due_at.type))
    .values(lease_owner=None, lease_until=None)
    .returning(job.c.id)
)


def take_back(leases: Sequence[Lease]) -> Query[int]:
    """Free leases that still stand as they were seen; how many. Their attempts count."""
    freed = 0
    for lease in leases:
        values = {"job": lease.job_id, "owner": lease.owner, "seen": lease.until}
        rows = yield TAKE_BACK, values
        freed += len(rows)
    return freed


# Along the index, of those whose time has not come only.
ASTRAY = (
    select(job.c.id, job.c.due_at, job.c.asked_at)
    .where(
        job.c.state == JobState.QUEUED,
        job.c.due_at > bindparam("late", type_=job.c.due_at.type),
        job.c.asked_at > bindparam("asked_late", type_=job.c.due_at.type),
        job.c.lease_owner.is_(None),
    )
    .limit(bindparam("limit"))
)
SET_RIGHT = (
    update(job)
    .where(
        job.c.id == bindparam("job"),
        job.c.due_at == bindparam("old_due", type_=job.c.due_at.type),
        job.c.lease_owner.is_(None),
    )
    .values(due_at=bindparam("new_due"), asked_at=bindparam("new_asked"))
)


def astray(now: datetime, *, limit: int) -> Query[Sequence[tuple[str, datetime, datetime]]]:
    """List jobs that were asked for under a clock that was ahead: id, due, asked for."""
    latest = now + SKEW
    rows = yield ASTRAY, {"late": latest, "asked_late": latest, "limit": limit}
    return [(row[0], row[1], row[2]) for row in rows]


def set_right(now: datetime, *, limit: int) -> Query[int]:
    """Have them wait from now on for as long as they were to wait; how many.

    Else a clock that is set back would hold them up for as long as it was ahead.
    """
    found = yield from astray(now, limit=limit)
    for job_id, due_at, asked_at in found:
        new_due = now + max(due_at - asked_at, timedelta(0))
        values = {"job": job_id, "old_due": due_at, "new_due": new_due, "new_asked": now}
        yield SET_RIGHT, values
    return len(found)
