"""A model kept up to date with the journal: all that was decided is in it before it weighs."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from itertools import count

from moderation.checks.contract import Lessons
from moderation.checks.learned._quiet import uncollected
from moderation.checks.learned.fold import Fold, Judgement, NotHeld
from moderation.checks.learned.keeping import BadSnapshot
from moderation.checks.learned.model import NO_STARTER, Model
from moderation.domain.lesson import Lesson, Teaching

PATIENCE = 1.0  # seconds that somebody waits for what is being learnt
MANY = 500  # lessons: a fold of more makes so many objects that it is kept from the collector
PAUSE = 50e-6  # seconds after each slice of a fold in a thread: others go on
JUDGING = {Teaching.SPAM: True, Teaching.HAM: False}


class Mind:
    """The fold of one scope's lessons: of a site, or of all ("").

    Whoever asks for the model gets one that knows every line that was committed before the
    question. Lines are added in passing; what goes far back is folded in a thread, so that
    nothing else waits for it.
    """

    def __init__(
        self,
        lessons: Lessons,
        scope: str,
        form: str,
        starter: Callable[[], Mapping[str, float]] = lambda: NO_STARTER,
    ) -> None:
        self._lessons = lessons
        self._scope = scope
        self.form = form  # of kept models: what they must have been made with to be begun with
        self._starter = starter
        self._fold: Fold | None = None
        self._read = 0  # the last line of the journal that was looked at
        self._lock = asyncio.Lock()
        self._in_thread = False
        self._tickets = count(1)
        self._began = 0  # the ticket with which the last catching up began
        self._tasks: set[asyncio.Task[None]] = set()

    async def model(
        self, *, patience: float | None = PATIENCE, newest: int | None = None
    ) -> Model | None:
        """The model, up to date; None where that takes longer than `patience` seconds.

        `newest`: the last line of the journal, where the caller has just looked.
        """
        if newest is not None and newest <= self._read and self._rests:
            return self._fold.model if self._fold is not None else None
        try:
            async with asyncio.timeout(patience):
                while True:
                    await asyncio.shield(self._begin_to_catch_up())
                    if self._fold is not None and not self._in_thread:
                        return self._fold.model
        except TimeoutError:
            return None

    @property
    def _rests(self) -> bool:
        """Whether there is a model and nobody is changing it."""
        settled = self._fold is not None and not self._fold.behind
        return settled and not self._in_thread and not self._lock.locked()

    def _begin_to_catch_up(self) -> asyncio.Task[None]:
        """Catch up in a task of its own: it goes on when who waits for it goes away."""
        task = asyncio.create_task(self._catch_up(next(self._tickets)))
        self._tasks.add(task)
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled():
            task.exception()  # told to who waits; nobody may be waiting any more

    async def kept(self) -> tuple[int, bytes]:
        """The model as bytes, and the last line in it, to begin with another time."""
        while True:
            await self.model(patience=None)
            async with self._lock:
                if self._fold is not None:
                    return self._read, await asyncio.to_thread(self._fold.dump)

    async def _catch_up(self, ticket: int) -> None:
        async with self._lock:
            if self._began > ticket:
                return  # somebody began after us, and is done
            self._began = next(self._tickets)
            try:
                if self._fold is None:
                    await self._begin()
                await self._follow()
            except NotHeld:  # it reaches back to before what we began with
                await self._begin(kept=False)
                await self._follow()

    async def _begin(self, *, kept: bool = True) -> None:
        """Begin with the kept model, where there is one, or with the first lesson."""
        if self._fold is not None:
            old, self._fold = self._fold, None
            await asyncio.to_thread(old.let_go)
        starter = await asyncio.to_thread(self._starter)
        found = await self._lessons.kept(self._scope) if kept else None
        if found is not None and found[1] == self.form:
            try:
                with uncollected(found[0] > MANY):
                    self._fold = await asyncio.to_thread(Fold.load, found[2], starter)
                self._read = found[0]
                return
            except BadSnapshot:
                pass  # damaged: what it was made of is there
        fold, at = Fold(starter), 0
        last = await self._lessons.last()
        with uncollected(last > MANY):
            while lessons := await self._lessons.standing(at):
                await asyncio.to_thread(self._take_all, fold, lessons)  # nobody sees it yet
                at = lessons[-1].sequence
            await asyncio.to_thread(fold.settle, pause=PAUSE)
        self._fold, self._read = fold, last

    async def _follow(self) -> None:
        """Read on in the journal, to its end."""
        while lines := await self._lessons.since(self._read):
            if any(line.teaching is Teaching.ANEW for line in lines):
                await self._begin()
            else:
                await self._apply(lines)
                self._read = lines[-1].sequence
        if self._fold is not None:
            await self._settle(self._fold)

    async def _settle(self, fold: Fold) -> None:
        if fold.settled:
            return
        if fold.quick:
            fold.settle()
        else:
            self._in_thread = True  # nobody may look at the model meanwhile
            try:
                with uncollected(fold.behind > MANY):
                    await asyncio.to_thread(fold.settle, pause=PAUSE)
            finally:
                self._in_thread = False
        if fold.littered:
            await asyncio.to_thread(fold.tidy)

    async def _apply(self, lines: Sequence[Lesson]) -> None:
        """Add lessons; of what was withdrawn, what stood before it."""
        fold = self._fold
        if fold is None:
            return
        taken = {line.undoes for line in lines if line.teaching is Teaching.WITHDRAWN}
        undone = await self._lessons.lines({number for number in taken if number})
        before = {lesson.sequence: lesson.undoes for lesson in undone}
        again = await self._lessons.lines({n for n in before.values() if n is not None})
        restored = {lesson.sequence: lesson for lesson in again}
        for line in lines:
            if line.teaching is not Teaching.WITHDRAWN:
                self._take(fold, line)
            elif self._is_ours(line):
                fold.withdraw(line.comment_id)
                stood = restored.get(before.get(line.undoes or 0) or 0)
                if stood is not None:
                    self._take(fold, stood)

    def _take_all(self, fold: Fold, lessons: Sequence[Lesson]) -> None:
        for lesson in lessons:
            self._take(fold, lesson)

    def _take(self, fold: Fold, lesson: Lesson) -> None:
        if self._is_ours(lesson) and lesson.teaching in JUDGING:
            spam = JUDGING[lesson.teaching]
            tokens = lesson.evidence.tokens
            fold.add(Judgement(lesson.sequence, lesson.comment_id, spam, tokens))

    def _is_ours(self, lesson: Lesson) -> bool:
        return not self._scope or lesson.site == self._scope
