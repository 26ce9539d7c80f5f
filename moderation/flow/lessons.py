"""What decisions teach the learned check: written with them, and read back in order of commit."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from moderation.checks.contract import Case
from moderation.domain.article import Article
from moderation.domain.comment import Comment
from moderation.domain.ids import new_id
from moderation.domain.lesson import Evidence, Lesson, Teaching
from moderation.domain.site import Site
from moderation.flow.cases import case_of
from moderation.flow.teach import Label
from moderation.store import articles, comments, evidence, jobs, journal, snapshots
from moderation.store.contract import Query, Store

READ = 200  # lines at once
RELEARN = "relearn"  # the kind of the job that makes tokens where they are missing
TEACHES = {Label.SPAM: Teaching.SPAM, Label.HAM: Teaching.HAM}
NOT_READ = Evidence(0, ())  # its tokens are still to be made


class PastLessons:
    """`Lessons` of the checks' contract."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def since(self, after: int) -> Sequence[Lesson]:
        return await self._store.read(journal.since, after, limit=READ)

    async def standing(self, after: int) -> Sequence[Lesson]:
        return await self._store.read(journal.standing, after, limit=READ)

    async def lines(self, numbers: Collection[int]) -> Sequence[Lesson]:
        return await self._store.read(journal.by_numbers, numbers) if numbers else ()

    async def last(self) -> int:
        return await self._store.read(journal.last)

    async def kept(self, scope: str) -> tuple[int, str, bytes] | None:
        found = await self._store.read(snapshots.of, scope)
        return (found.sequence, found.form, found.model) if found is not None else None


class Learner(Protocol):
    """The check that learns."""

    @property
    def features(self) -> int:
        """The version of its tokens."""
        ...

    async def evidence(self, case: Case) -> Evidence:
        """What a comment can teach."""
        ...


@dataclass(frozen=True, slots=True)
class Prepared:
    """Evidence made just before a decision, of a comment's version."""

    version: int
    evidence: Evidence


class School:
    """Teaches what people decide, in the commit of the decision."""

    def __init__(self, store: Store, sites: Sequence[Site], learner: Learner) -> None:
        self._store = store
        self._sites = {site.id: site for site in sites}
        self._learner = learner

    async def prepare(self, ids: Iterable[str]) -> Mapping[str, Prepared]:
        """Make the tokens of those that have none yet, or old ones: not while writing."""
        made = {}
        for comment, article in await self._store.read(self._unread, tuple(ids)):
            site = self._sites.get(comment.site)
            if site is not None:
                found = await self._learner.evidence(case_of(comment, article, site))
                made[comment.id] = Prepared(comment.version, found)
        return made

    def _unread(self, ids: Sequence[str]) -> Query[list[tuple[Comment, Article]]]:
        known = yield from evidence.of_many(ids)
        missing = [i for i in ids if i not in known or not self._is_current(known[i])]
        found = []
        for comment in (yield from comments.by_ids(missing)).values():
            article = yield from articles.by_id(comment.article_id)
            if article is not None:
                found.append((comment, article))
        return found

    def _is_current(self, found: Evidence) -> bool:
        return found.features == self._learner.features

    def teach(
        self,
        comment: Comment,
        label: Label | None,
        decision_id: str,
        now: datetime,
        prepared: Mapping[str, Prepared],
    ) -> Query[None]:
        """Write what a person's decision on `comment`, given as it was before, says of it.

        What says no more than stands already is not written.
        """
        if label not in TEACHES:
            return
        kept = (yield from evidence.of_many([comment.id])).get(comment.id)
        if kept is None or not self._is_current(kept):
            made = prepared.get(comment.id)
            kept = made.evidence if made and made.version == comment.version else NOT_READ
            if not self._is_current(kept):  # changed a moment ago
                yield from ask_to_relearn(now)
        teaching = TEACHES[label]
        stands = yield from journal.standing_of(comment.id)
        same = stands is not None and stands.teaching is teaching
        if same and stands is not None and stands.evidence.tokens == kept.tokens:
            return
        yield from journal.teach(comment.site, comment.id, teaching, kept, decision_id, now)

    def take_back(self, comment_id: str, decision_id: str, now: datetime) -> Query[None]:
        """Withdraw what a decision taught: the model is the one that never knew it."""
        yield from journal.take_back(comment_id, decision_id, now)


def ask_to_relearn(now: datetime) -> Query[None]:
    yield from jobs.add(new_id(now), RELEARN, RELEARN, {}, due_at=now, now=now)
