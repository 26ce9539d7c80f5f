"""Forget in time: addresses are made coarse, old trash and spam go, and so do old sessions.

A clock that leaps ahead must not make us forget what is young: time that went by in the store
and that this process has not lived through is believed a day later, when it still stands.
"""

from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta

from moderation.domain.clock import Clock
from moderation.domain.comment import Status
from moderation.domain.ids import new_id
from moderation.domain.job import Job
from moderation.flow import arrivals, follow, trust
from moderation.flow.moves import delete
from moderation.flow.recount import recount
from moderation.flow.undo import UNDO_DAYS
from moderation.flow.worker import Later
from moderation.logs import get
from moderation.settings import Settings
from moderation.store import (
    akismet_records,
    articles,
    blocks,
    comments,
    jobs,
    journal,
    once,
    pings,
    retention,
    rules,
    sessions,
    waves,
)
from moderation.store.contract import Query, Store
from moderation.text.addresses import coarse

SLICE = 100  # rows a commit: a sweep never holds up a reply ...
DELETED = 25  # ... of comments, each of which takes some twenty other rows with it
EVERY = timedelta(hours=1)
ANSWERS = timedelta(hours=24)  # an Idempotency-Key is remembered this long
SENT = timedelta(days=7)
SESSION = timedelta(days=7)
ENDED = timedelta(days=30)  # a block that has run out is shown this long
RULES = timedelta(days=90)  # after they were removed or ended
WAVES = timedelta(days=90)  # what is like a comment is found for this long
DAY = timedelta(days=1)  # more than an hour late is usual: nobody serves at night, say
NIGHT = 3  # the hour of the sweep that counts all there is, UTC
KEY = "hourly"
logger = get("sweep")


class Sweep:
    """The job `sweep`: it asks for itself again an hour later."""

    def __init__(
        self,
        store: Store,
        settings: Settings,
        clock: Clock,
        *,
        keep_models: Callable[[], Awaitable[None]],
    ) -> None:
        self._store = store
        self._settings = settings
        self._clock = clock
        self._keep_models = keep_models
        self._lived_since = clock.monotonic()

    async def start(self) -> None:
        """Ask for the first sweep, if none is asked for."""
        now = self._clock.now()
        await self._store.write(
            jobs.add, new_id(now), "sweep", KEY, {}, due_at=now + timedelta(minutes=1), now=now
        )

    async def __call__(self, job: Job) -> None:
        now, lived = self._clock.now(), self._lived()
        if now - job.due_at > lived + DAY:
            logger.warning("a leap in time: nothing is forgotten for a day", since=str(job.due_at))
            raise Later(now + DAY, "waits whether the clock is right", counted=False)
        await self.once()
        raise Later(self._clock.now() + EVERY, "", counted=False)

    def _lived(self) -> timedelta:
        """How long this process has lived since the last sweep that it made."""
        now = self._clock.monotonic()
        lived, self._lived_since = now - self._lived_since, now
        return timedelta(seconds=lived)

    async def once(self) -> None:
        """Forget all that is due, slice by slice."""
        keep = self._settings.retention
        for status, days in ((Status.TRASH, keep.trash_days), (Status.SPAM, keep.spam_days)):
            while days and await self._store.write(self._delete_old, status, days):
                pass
        while self._settings.privacy.keep_addresses_days and await self._store.write(self._coarsen):
            pass
        await self._drop_receipts()
        while await self._store.write(waves.forget, self._clock.now() - WAVES, limit=SLICE):
            pass
        await self._forget()
        while await self._store.write(trust.catch_up, SLICE):
            pass
        await self._keep_models()
        if self._clock.now().hour == NIGHT:
            await recount(self._store)

    def _delete_old(self, status: Status, days: int) -> Query[bool]:
        now = self._clock.now()
        old = yield from retention.older(status, now - timedelta(days=days), limit=DELETED)
        decision = new_id(now)
        reason = f"{days} days in {'the trash' if status is Status.TRASH else 'spam'}"
        yield from articles.lock_of(*(comment.id for comment in old))
        still = yield from comments.by_ids(comment.id for comment in old)
        for comment in still.values():
            if comment.status is status:  # nobody has just brought it back
                yield from delete(comment, follow.MACHINE, decision, now, reason)
        return len(old) == DELETED

    def _coarsen(self) -> Query[bool]:
        days = timedelta(days=self._settings.privacy.keep_addresses_days)
        before = self._clock.now() - days
        full = yield from retention.full_addresses(before, limit=SLICE)
        for comment_id, address in full:
            yield from retention.set_address(comment_id, coarse(address))
        receipts = yield from retention.full_receipt_addresses(before, limit=SLICE)
        for receipt_id, address in receipts:
            yield from retention.set_receipt_address(receipt_id, coarse(address))
        records = yield from akismet_records.forget_sent(before, limit=SLICE)
        return SLICE in (len(full), len(receipts), records)

    async def _forget(self) -> None:
        now, store = self._clock.now(), self._store
        old = {"answers_before": now - ANSWERS, "sent_before": now - SENT}
        while await store.write(once.forget, **old, limit=SLICE):
            pass
        await store.write(sessions.end_old, now - SESSION)
        while fallen := await store.read(journal.fallen, now - UNDO_DAYS, limit=SLICE):
            await store.write(journal.forget_tokens, fallen)
        await store.write(blocks.forget_ended, now - ENDED)
        while await store.write(rules.forget, now - RULES, limit=SLICE):
            pass

    async def _drop_receipts(self) -> None:
        """Of pings that arrived again and again keep few receipts, and the count.

        A ping that arrives drops its own; these are of former releases. A reader finds them.
        """
        while many := await self._store.read(
            pings.with_many_receipts, arrivals.MOST, limit=DELETED
        ):
            await self._store.write(_keep_few, many)


def _keep_few(many: Sequence[str]) -> Query[None]:
    for comment_id in many:
        yield from arrivals.keep_few(comment_id)
