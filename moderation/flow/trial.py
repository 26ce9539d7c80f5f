"""Rules tried on past comments before they count: what they would have caught."""

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from moderation.checks._rulebook import Hit, Rulebook
from moderation.checks.contract import Case
from moderation.domain.article import Article
from moderation.domain.clock import Clock
from moderation.domain.comment import Comment, Status
from moderation.domain.rule import Rule
from moderation.domain.site import Site
from moderation.flow.cases import case_of
from moderation.store import articles, queue
from moderation.store.contract import Query, Store

LOOKED_AT = 2000  # past comments, the newest
SLICE = 200
SHOWN = 25  # of what was caught


@dataclass(frozen=True, slots=True)
class Caught:
    """A past comment that the rules fit."""

    comment: Comment
    hit: Hit


@dataclass(frozen=True, slots=True)
class Tried:
    """What rules would have caught."""

    looked_at: int
    by_status: Mapping[Status, int]
    by_rule: Mapping[str, Mapping[Status, int]]
    shown: tuple[Caught, ...]  # the first of them, what readers see before spam

    @property
    def number(self) -> int:
        return sum(self.by_status.values())


class Trial:
    """Looks through the newest comments with rules that are not in force."""

    def __init__(self, store: Store, sites: Sequence[Site], clock: Clock) -> None:
        self._store = store
        self._sites = {site.id: site for site in sites}
        self._clock = clock

    async def of(self, rules: Sequence[Rule]) -> Tried:
        """Try rules; reading is sliced and matching done aside, so that nobody waits for it."""
        book = await asyncio.to_thread(Rulebook, rules)
        now = self._clock.now()
        looked_at = 0
        caught: list[Caught] = []
        by_rule: dict[str, Counter[Status]] = {rule.id: Counter() for rule in rules}
        after: queue.Mark | None = None
        while looked_at < LOOKED_AT:
            cases = await self._store.read(self._slice, after)
            if not cases:
                break
            for comment, hits in await asyncio.to_thread(_look, book, cases, now):
                caught.append(Caught(comment, hits[0]))
                for hit in hits:
                    by_rule[hit.rule.id][comment.status] += 1
            looked_at += len(cases)
            last = cases[-1][0]
            after = queue.Mark(last.received_at, last.id)
            if len(cases) < SLICE:
                break
        order = (Status.APPROVED, Status.HELD, Status.TRASH, Status.SPAM)
        caught.sort(key=lambda one: order.index(one.comment.status))
        return Tried(
            looked_at=looked_at,
            by_status=Counter(one.comment.status for one in caught),
            by_rule=by_rule,
            shown=tuple(caught[:SHOWN]),
        )

    def _slice(self, after: queue.Mark | None) -> Query[list[tuple[Comment, Case | None]]]:
        found = yield from queue.page(queue.Filter(), order="newest", after=after, limit=SLICE)
        known = yield from articles.by_ids(comment.article_id for comment in found)
        return [(comment, self._case(comment, known)) for comment in found]

    def _case(self, comment: Comment, known: Mapping[str, Article]) -> Case | None:
        site = self._sites.get(comment.site)
        return case_of(comment, known[comment.article_id], site) if site is not None else None


def _look(
    book: Rulebook, cases: Sequence[tuple[Comment, Case | None]], now: datetime
) -> list[tuple[Comment, list[Hit]]]:
    looked = ((comment, book.hits(case, now)) for comment, case in cases if case is not None)
    return [(comment, hits) for comment, hits in looked if hits]
