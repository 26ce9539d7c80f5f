"""Background work on what was learnt: tokens that are missing or old, and models to begin with."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from moderation.checks.learned import Learned
from moderation.domain.clock import Clock
from moderation.domain.comment import Comment, Status
from moderation.domain.decision import Action, Door, LogEntry
from moderation.domain.job import Job
from moderation.domain.lesson import Evidence, Lesson, Teaching
from moderation.domain.site import Site
from moderation.flow.cases import case_of
from moderation.flow.lessons import ask_to_relearn
from moderation.flow.rehearse import rehearsed, standing
from moderation.store import articles, comments, journal, journal_views, log, snapshots
from moderation.store.contract import Query, Store
from moderation.store.snapshots import Snapshot

SLICE = 100  # comments a commit
KEEP_AFTER = 200  # lines since a model was kept last
PEOPLE = frozenset({Door.DASHBOARD, Door.API, Door.MAIL, Door.CLI})
NOBODYS = frozenset({Action.UNDO, Action.RULE})  # no person looked at the comment
OF_STATUS = {Status.SPAM: Teaching.SPAM, Status.APPROVED: Teaching.HAM}


@dataclass(frozen=True, slots=True)
class Relearnt:
    """What there was to do."""

    adopted: int = 0  # decisions of the log that were not in the journal
    renewed: int = 0  # lessons with tokens of another version
    rehearsed: int = 0  # lessons of which it was not known what was thought before


class Relearn:
    """The job `relearn`, and keeping models."""

    def __init__(
        self, store: Store, sites: Sequence[Site], learned: Learned | None, clock: Clock
    ) -> None:
        self._store = store
        self._sites = {site.id: site for site in sites}
        self._learned = learned
        self._clock = clock

    async def start(self) -> None:
        """Begin to fold, and ask for the job where there is something to do."""
        if self._learned is None:
            return
        for scope in self._scopes(self._learned):
            mind = await self._learned.mind(scope)
            await mind.model(patience=0.001)  # it goes on by itself
        old = await self._store.read(journal.of_other_features, self._learned.features, 0, limit=1)
        if old or not await self._store.read(journal.last):
            await self._store.write(ask_to_relearn, self._clock.now())

    async def settled(self) -> None:
        """Wait until what `start` began is folded, however long that takes."""
        if self._learned is None:
            return
        for scope in self._scopes(self._learned):
            mind = await self._learned.mind(scope)
            await mind.model(patience=None)

    async def job(self, job: Job) -> None:
        await self.everything()

    async def everything(self, *, anew: bool = False) -> Relearnt:
        """Learn what the log knows and the journal does not, renew old tokens, keep the models.

        `anew`: have every process start afresh, even where nothing was changed.
        """
        if self._learned is None:
            return Relearnt()
        adopted = await self._adopt(self._learned)
        renewed = await self._renew(self._learned)
        if renewed or anew:
            await self._store.write(journal.anew, self._clock.now())
        rehearsed = await self._rehearse(self._learned)
        await self.keep(least=0)
        return Relearnt(adopted, renewed, rehearsed)

    async def keep(self, *, least: int = KEEP_AFTER) -> None:
        """Keep each model that knows more than `least` lines above the one kept last."""
        if self._learned is None:
            return
        last = await self._store.read(journal.last)
        for scope in self._scopes(self._learned):
            kept = await self._store.read(snapshots.of, scope)
            if last - (kept.sequence if kept else 0) <= least:
                continue
            mind = await self._learned.mind(scope)
            sequence, model = await mind.kept()
            snapshot = Snapshot(sequence, mind.form, model)
            await self._store.write(snapshots.put, scope, snapshot, self._clock.now())

    def _scopes(self, learned: Learned) -> list[str]:
        return sorted({learned.scope(site) for site in self._sites})

    async def _adopt(self, learned: Learned) -> int:
        """Teach what people decided before anything was taught."""
        after, number = "", 0
        while found := await self._store.read(journal_views.untaught, after, limit=SLICE):
            after = found[-1]
            decided = await self._store.read(_decided_by_people, found)
            made = {
                comment.id: replace(await self._evidence(learned, comment), probability=None)
                for comment, _ in decided
            }
            number += await self._store.write(_adopt, decided, made, self._clock.now())
        return number

    async def _renew(self, learned: Learned) -> int:
        """Make the tokens of lessons anew; of comments that are gone the old ones have to do."""
        after, number = 0, 0
        while found := await self._store.read(
            journal.of_other_features, learned.features, after, limit=SLICE
        ):
            after = found[-1].sequence
            known = await self._store.read(comments.by_ids, [one.comment_id for one in found])
            made = {}
            for lesson in found:
                comment = known.get(lesson.comment_id)
                made[lesson.sequence] = (
                    await self._evidence(learned, comment)
                    if comment is not None
                    else replace(lesson.evidence, features=learned.features)
                )
            number += await self._store.write(_renew, made)
        return number

    async def _evidence(self, learned: Learned, comment: Comment) -> Evidence:
        article = await self._store.read(articles.by_id, comment.article_id)
        site = self._sites.get(comment.site) or Site(comment.site, "")
        if article is None:
            return Evidence(learned.features, ())
        return await learned.evidence(case_of(comment, article, site))

    async def _rehearse(self, learned: Learned) -> int:
        """Find out what would have been thought of comments of which that is not known."""
        number = 0
        for scope in self._scopes(learned):
            if not await self._any_unknown(scope):
                continue
            with_starter = await learned.has_starter(scope)
            async for lessons, said in rehearsed(self._store, scope, with_starter=with_starter):
                found = {o.sequence: said[o.sequence] for o in lessons if _is_unknown(o)}
                if found:
                    await self._store.write(_rehearsed, found)
                number += len(found)
        return number

    async def _any_unknown(self, scope: str) -> bool:
        async for lessons in standing(self._store, scope):
            if any(map(_is_unknown, lessons)):
                return True
        return False


def _is_unknown(lesson: Lesson) -> bool:
    return lesson.evidence.probability is None


def _decided_by_people(ids: Sequence[str]) -> Query[list[tuple[Comment, LogEntry]]]:
    """Of some comments those that a person gave the status they have."""
    found = []
    for comment in (yield from comments.by_ids(ids)).values():
        story = yield from log.of_comment(comment.id)
        moves = [entry for entry in story if entry.action is not Action.EDIT]
        if moves and moves[-1].actor.door in PEOPLE and moves[-1].action not in NOBODYS:
            found.append((comment, moves[-1]))
    return sorted(found, key=lambda one: one[1].at)


def _adopt(
    decided: Sequence[tuple[Comment, LogEntry]], made: Mapping[str, Evidence], now: datetime
) -> Query[int]:
    number = 0
    yield from articles.lock_of(*(comment.id for comment, _ in decided))
    for comment, entry in decided:
        current = yield from comments.by_id(comment.id)
        if current is None or current.version != comment.version:
            continue  # decided on meanwhile, which taught by itself
        if (yield from journal.standing_of(comment.id)) is not None:
            continue
        teaching = OF_STATUS[comment.status]
        yield from journal.teach(
            comment.site, comment.id, teaching, made[comment.id], entry.decision_id, now
        )
        number += 1
    return number


def _renew(made: Mapping[int, Evidence]) -> Query[int]:
    for line, found in made.items():
        yield from journal.renew(line, found)
    return len(made)


def _rehearsed(said: Mapping[int, float]) -> Query[None]:
    for line, probability in said.items():
        yield from journal.rehearsed(line, probability)
