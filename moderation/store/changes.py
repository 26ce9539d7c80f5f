"""The stream of changes: rows that tell every process which articles look different now."""

import asyncio
import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime

from sqlalchemy import bindparam, delete, func, insert, select

from moderation.store.contract import Changed, Query
from moderation.store.engine import Announcer, Errand, Reader
from moderation.store.tables import article, change

KEEP = 100_000  # rows of the stream; who was away for longer is told of every article
HOLD_SECONDS = 0.1  # for which what others say may wait for a commit of ours
_PRUNE_EVERY = 1_000

Listener = Callable[[Sequence[Changed]], None]
logger = logging.getLogger(__name__)

ADD = insert(change)
NEWEST = select(change.c.seq).order_by(change.c.seq.desc()).limit(bindparam("limit"))
PRUNE = delete(change).where(change.c.seq <= bindparam("before"))
LAST = select(func.max(change.c.seq))
FIRST = select(func.min(change.c.seq))
SINCE = (
    select(change.c.seq, change.c.article_id, change.c.revision)
    .where(change.c.seq > bindparam("after"))
    .order_by(change.c.seq)
    .limit(bindparam("limit"))
)
EVERY = select(article.c.id, article.c.revision)


def latest(changes: Iterable[Changed]) -> list[Changed]:
    """Keep the last word on each article; it is automatic where all that was said of it is."""
    found: dict[str, Changed] = {}
    for changed in changes:
        before = found.get(changed.article_id)
        if changed.automatic and before is not None and not before.automatic:
            changed = replace(changed, automatic=False)
        found[changed.article_id] = changed
    return list(found.values())


def add(changes: Sequence[Changed], now: datetime) -> Query[list[int]]:
    """Add rows to the stream and give their numbers; cut off its far end now and then.

    Nobody else draws a number meanwhile: the newest rows are ours.
    """
    yield (
        ADD,
        [
            {"article_id": changed.article_id, "revision": changed.revision, "at": now}
            for changed in changes
        ],
    )
    rows = yield NEWEST, {"limit": len(changes)}
    numbers: list[int] = [row[0] for row in rows]
    if any(number % _PRUNE_EVERY == 0 for number in numbers):
        yield PRUNE, {"before": numbers[0] - KEEP}
    return numbers


def last() -> Query[int]:
    """The number of the newest row, 0 before the first."""
    rows = yield LAST, {}
    return rows[0][0] or 0


def since(after: int, *, limit: int = 1000) -> Query[list[tuple[int, Changed]]]:
    """List what came after a number, oldest first.

    Where rows are missing in between because they were cut off, every article is listed.
    """
    rows = yield SINCE, {"after": after, "limit": limit}
    found = [(row[0], Changed(row[1], row[2])) for row in rows]
    if found and found[0][0] > after + 1:
        first = yield FIRST, {}
        if first[0][0] == found[0][0] and first[0][0] > KEEP:
            every = yield EVERY, {}
            found = [(after, Changed(*row)) for row in every] + found
    return found


async def catch_up(reader: Reader, announcer: Announcer) -> None:
    """Announce what came since the last time."""
    while True:
        (found,) = await reader.read([Errand.of(since, announcer.heard)])
        if found.error is not None:
            raise found.error
        if not found.value:
            return
        announcer.others(found.value)


class Listeners:
    """Calls the listeners, and knows which rows of the stream they have heard of already.

    The stream may bring a commit of ours before we are told its numbers. What it brings
    while one is under way is held back for that moment: taken for another process's, it
    would be announced without what is known of ours (`Changed.automatic`), and twice.
    """

    def __init__(self) -> None:
        self._listeners: list[Listener] = []
        self._own: set[int] = set()
        self._held: list[tuple[int, Changed]] = []
        self._committing = False
        self.heard = 0  # the newest number read from the stream

    def add(self, listener: Listener) -> None:
        self._listeners.append(listener)

    @contextmanager
    def committing(self) -> Iterator[None]:
        """Enclose a commit, up to `own`."""
        self._committing = True
        late = asyncio.get_running_loop().call_later(HOLD_SECONDS, self._release)
        try:
            yield
        finally:
            late.cancel()
            self._release()

    def _release(self) -> None:
        """Announce what was held back; a commit that takes long keeps nobody waiting."""
        self._committing = False
        held, self._held = self._held, []
        self._tell(latest(changed for _, changed in held))

    def own(self, changes: Sequence[Changed], numbers: Iterable[int]) -> None:
        """Announce what this process committed, unless the stream was quicker."""
        mine = set(numbers)
        is_news = any(number > self.heard for number in mine)
        is_news |= any(number in mine for number, _ in self._held)
        self._held = [(number, changed) for number, changed in self._held if number not in mine]
        self._own = {number for number in self._own | mine if number > self.heard}
        if is_news:
            self._tell(changes)

    def others(self, found: Sequence[tuple[int, Changed]]) -> None:
        """Announce what the stream brought, less what was ours."""
        if not found:
            return
        self.heard = max(self.heard, found[-1][0])
        self._held += [(number, changed) for number, changed in found if number not in self._own]
        if not self._committing:
            self._release()

    def _tell(self, changes: Sequence[Changed]) -> None:
        if not changes:
            return
        for listener in self._listeners:
            try:
                listener(changes)
            except Exception:
                logger.exception("a listener failed on %d changes", len(changes))
