"""When a source is looked at again by itself: ever more rarely, one source at a time."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from zlib import crc32

from moderation.domain.clock import Clock
from moderation.domain.comment import Comment, Status
from moderation.domain.ids import new_id
from moderation.domain.job import Job
from moderation.domain.ping import PingState
from moderation.domain.site import Site
from moderation.flow.hear import verify_job
from moderation.flow.worker import Later
from moderation.net.contract import Version
from moderation.store import comments, jobs, pings, watching
from moderation.store.contract import Query, Store
from moderation.store.watching import Watched

EVERY = (timedelta(days=1), timedelta(days=7), timedelta(days=30), timedelta(days=90))
SPREAD = 0.1  # part of a time by which it is shorter or longer, so that crowds come apart
PAUSE = timedelta(minutes=3)  # between two looks at any sources: 480 a day, however many wait
IDLE = timedelta(hours=1)  # at the most, where nothing is due
SLICE = 50  # rows looked through at a time
# No look is put off for longer: what lies beyond was set under a clock that was ahead.
LONGEST = EVERY[-1] * 1.2
# Until its look has set it again; and of what nobody sees, which may be seen by then.
UNTIL_LOOKED, UNSEEN = timedelta(days=7), timedelta(days=1)
KEY = "next"


def until(comment_id: str, looks: int) -> timedelta:
    """The time from one look to the next, the same whenever it is asked."""
    share = crc32(f"{comment_id}:{looks}".encode()) / 0xFFFFFFFF  # 0.0 to 1.0
    every = EVERY[min(looks, len(EVERY) - 1)]
    return every * (1 - SPREAD + 2 * SPREAD * share)


def seen(
    comment_id: str, version: Version, sketch: Sequence[int], now: datetime, *, judged: bool
) -> Query[None]:
    """The link was seen: look more rarely. `judged`: what the page is now was ruled on."""
    known = yield from watching.of(comment_id)
    looks = 0 if known is None else known.looks + 1
    old = known.sketch if known is not None and not judged else ()
    watched = Watched(
        comment_id,
        now + until(comment_id, looks),
        looks,
        page=version.url,
        etag=version.etag,
        last_modified=version.last_modified,
        sketch=old or sketch,
    )
    yield from watching.put(watched)


def unchanged(comment_id: str, now: datetime) -> Query[None]:
    """Its server says that it is what it was: look more rarely."""
    known = yield from watching.of(comment_id)
    if known is not None:
        yield from _set(known, known.looks + 1, now)


def missed(comment_id: str, now: datetime) -> Query[None]:
    """Nobody could tell: try on as for a new one, where the time between looks was long."""
    known = yield from watching.of(comment_id)
    if known is not None:
        steady = known.looks >= len(EVERY) - 1
        yield from _set(known, 0 if steady else known.looks + 1, now)


def gone(comment_id: str, now: datetime, *, already: bool) -> Query[None]:
    """It is not there: it may come back, soon or never."""
    known = yield from watching.of(comment_id)
    if known is not None:
        yield from _set(known, known.looks + 1 if already else 0, now)


def _set(known: Watched, looks: int, now: datetime) -> Query[None]:
    due_at = now + until(known.comment_id, looks)
    yield from watching.put(replace(known, looks=looks, due_at=due_at))


class Watch:
    """The job `recheck`: it asks for the look that is most overdue, and for itself again."""

    def __init__(self, store: Store, sites: Sequence[Site], clock: Clock) -> None:
        self._store = store
        self._sites = frozenset(site.id for site in sites if site.pings.recheck)
        self._clock = clock

    async def start(self) -> None:
        """Ask for the first round, if none is asked for."""
        now = self._clock.now()
        await self._store.write(
            jobs.add, new_id(now), "recheck", KEY, {}, due_at=now + PAUSE, now=now
        )

    async def __call__(self, job: Job) -> None:
        due_at = await self._store.write(self._next, self._clock.now())
        raise Later(due_at, "", counted=False)

    def _next(self, now: datetime) -> Query[datetime]:
        """Ask for one look; when to ask for the next."""
        yield from watching.bring_back(now, latest=now + LONGEST)
        for watched in (yield from watching.due(now, limit=SLICE)):
            ident = watched.comment_id
            comment = yield from comments.by_id(ident)
            if comment is None or not (yield from self._is_worth(comment)):
                yield from watching.postpone(ident, now + UNSEEN)
                continue
            yield from watching.postpone(ident, now + UNTIL_LOOKED)
            yield from verify_job(ident, now, by_itself=True)
            return now + PAUSE
        soonest = yield from watching.next_due()
        return min(max(soonest or now + IDLE, now + PAUSE), now + IDLE)

    def _is_worth(self, comment: Comment) -> Query[bool]:
        """Whether anybody sees it, or would if its source came back."""
        if comment.site not in self._sites:
            return False
        if comment.status is Status.TRASH:
            record = yield from pings.by_comment(comment.id)
            return record is not None and record.state is PingState.GONE
        return comment.status is Status.APPROVED
