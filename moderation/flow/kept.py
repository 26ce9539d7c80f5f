"""Answers kept ready: bounded by bytes, made once for all who wait, forgotten with a change."""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from moderation.domain.clock import Clock
from moderation.flow.grouped import Grouped
from moderation.flow.ready import LAG, Asked, Ready
from moderation.store.contract import Changed

REMEMBERED = 10_000  # articles whose last change is known
UNKNOWN_TIME = 5.0  # seconds that an answer for an address with nothing stored is kept
UNKNOWN = 256  # such answers: anybody may ask for as many addresses as they like

Make = Callable[[Asked], Awaitable[Ready]]


@dataclass(frozen=True, slots=True)
class Load:
    """An answer being made, and the epoch and the moment it began in."""

    epoch: int
    began: float  # seconds of the monotonic clock
    task: asyncio.Task[Ready]


class Kept:
    """Ready answers by what was asked. What was begun before a commit is never kept after it.

    An epoch ends with each commit. Who asks is given nothing of an article that changed
    between the beginning of what they were given and their asking.

    There is one exception. Where comments come thick and fast and nobody decides on them,
    a thread is not made anew for each: what was begun less than LAG ago does for so long.
    So whatever was quiet is made at once, and what is not, once in LAG. No timer runs:
    whoever asks after that has it made.

    Most pages of a blog have no comment yet: nothing is stored of them that could change.
    Their answers go with the next change of anything, and after UNKNOWN_TIME.
    """

    def __init__(self, make: Make, clock: Clock, *, limit: int) -> None:
        self._make = make
        self._clock = clock
        self._limit = limit  # bytes
        self._ready: OrderedDict[Asked, Ready] = OrderedDict()
        self._of_article = Grouped[Asked]()  # None: nothing is stored
        self._loading: dict[Asked, Load] = {}
        self._weight = 0
        self._epoch = 0
        self._changed: dict[str, int] = {}  # article -> epoch of its last change
        self._grown: dict[str, int] = {}  # the same for changes that may be late
        self._floor = 0  # of an article that is not there
        self._dropped: list[Callable[[Ready], None]] = []

    @property
    def weight(self) -> int:
        """Bytes of memory, about, of all that is kept."""
        return self._weight

    def on_drop(self, listener: Callable[[Ready], None]) -> None:
        """Call `listener` with each answer that is not kept any more, at once."""
        self._dropped.append(listener)

    def evict(self, changes: Sequence[Changed]) -> None:
        """Forget what was made of these articles; called after each commit, before its answers."""
        self._epoch += 1
        if len(self._changed) + len(self._grown) > REMEMBERED:
            self._changed.clear()
            self._grown.clear()
            self._floor = self._epoch
        fresh = self._clock.monotonic() - LAG
        for asked in self._of_article.of(None) if changes else ():
            self._drop(asked)
        for change in changes:
            last = self._grown if change.automatic else self._changed
            last[change.article_id] = self._epoch
            for asked in self._of_article.of(change.article_id):
                ready = self._ready[asked]
                if change.automatic and ready.began > fresh:
                    ready.stale = True
                else:
                    self._drop(asked)

    def find(self, asked: Asked) -> Ready | None:
        """What is ready, without waiting."""
        ready = self._ready.get(asked)
        return ready if ready is not None and self.holds(asked, ready) else None

    def holds(self, asked: Asked, ready: Ready) -> bool:
        """Whether a kept answer is still true by the clock; it is dropped where it is not."""
        if ready.stale and self._is_late(ready.began):
            self._drop(asked)
            return False
        if ready.article_id is None and self._clock.monotonic() > ready.began + UNKNOWN_TIME:
            self._drop(asked)
            return False
        if ready.until is not None and self._clock.now() > ready.until:
            self._drop(asked)
            return False
        ready.used = True
        return True

    async def get(self, asked: Asked) -> Ready:
        """What is ready, or is being made, or is made now. Raises what making it raises."""
        entered = self._epoch
        while True:
            ready = self.find(asked)
            if ready is not None:
                return ready
            load = self._loading.get(asked) or self._begin(asked)
            try:
                ready = await asyncio.shield(load.task)
            except Exception:
                if load.epoch >= entered:
                    raise
                continue  # a commit since then may have made it possible
            # Waiting for what is under way and asking again makes two loads at the most,
            # however often others change: beginning anew at each commit makes a herd.
            if load.epoch >= entered or self._is_true(ready, load):
                return ready

    def weigh(self, asked: Asked, ready: Ready) -> None:
        """Count an answer again that has grown."""
        if self._ready.get(asked) is ready:
            self._count(asked, ready)

    def _is_late(self, began: float) -> bool:
        return self._clock.monotonic() >= began + LAG

    def _is_true(self, ready: Ready, load: Load) -> bool:
        """Whether what a load gave may be shown to who asked after its beginning."""
        if ready.article_id is None:  # any commit may have made the article
            return load.epoch >= self._epoch
        if load.epoch < self._changed.get(ready.article_id, self._floor):
            return False
        return not (self._has_grown(ready.article_id, load) and self._is_late(load.began))

    def _has_grown(self, article_id: str, load: Load) -> bool:
        return load.epoch < self._grown.get(article_id, self._floor)

    def _begin(self, asked: Asked) -> Load:
        epoch, began = self._epoch, self._clock.monotonic()
        task = asyncio.create_task(self._load(asked))
        load = self._loading[asked] = Load(epoch, began, task)
        return load

    async def _load(self, asked: Asked) -> Ready:
        load = self._loading[asked]
        try:
            ready = await self._make(asked)
            ready.began = load.began
            if self._is_true(ready, load):
                self._keep(asked, ready, load)
            return ready
        finally:
            del self._loading[asked]

    def _keep(self, asked: Asked, ready: Ready, load: Load) -> None:
        article_id = ready.article_id
        ready.stale = article_id is not None and self._has_grown(article_id, load)
        self._drop(asked)
        self._ready[asked] = ready
        self._of_article.add(article_id, asked)
        self._count(asked, ready)
        if article_id is None and len(unknown := self._of_article.of(None)) > UNKNOWN:
            self._drop(unknown[0])

    def _count(self, asked: Asked, ready: Ready) -> None:
        """Bring the sum up to date, and make room: who was not used goes first."""
        weight = ready.weight(asked)
        self._weight += weight - ready.counted
        ready.counted = weight
        if weight > self._limit:
            self._drop(asked)
        while self._weight > self._limit:
            first, oldest = next(iter(self._ready.items()))
            if oldest.used or oldest is ready:
                oldest.used = False
                self._ready.move_to_end(first)
            else:
                self._drop(first)

    def _drop(self, asked: Asked) -> None:
        gone = self._ready.pop(asked, None)
        if gone is None:
            return
        self._weight -= gone.counted
        gone.counted = 0
        self._of_article.discard(gone.article_id, asked)
        for listener in self._dropped:
            listener(gone)
