"""Stored comments combed with rules, slice by slice: nobody waits for it."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from moderation.checks._rulebook import Hit
from moderation.checks.contract import Case
from moderation.domain.article import Article
from moderation.domain.comment import Comment
from moderation.domain.site import Site
from moderation.flow.cases import case_of
from moderation.store import articles, queue
from moderation.store.contract import Query, Store

SLICE = 200


class Book(Protocol):
    """What finds something in a comment."""

    def hits(self, case: Case, now: datetime) -> list[Hit]: ...


@dataclass(frozen=True, slots=True)
class Fit:
    """A comment that something fits."""

    comment: Comment
    case: Case
    hits: Sequence[Hit]


class Comb:
    """Goes through what a filter finds, the newest first."""

    def __init__(self, store: Store, sites: Sequence[Site]) -> None:
        self._store = store
        self._sites = {site.id: site for site in sites}

    async def through(
        self, wanted: queue.Filter, book: Book, now: datetime, *, most: int
    ) -> AsyncIterator[tuple[int, list[Fit]]]:
        """How many comments each slice had, and what fits of them; `most` or a few more in all."""
        after: queue.Mark | None = None
        looked_at = 0
        while looked_at < most:
            cases = await self._store.read(self._slice, wanted, after)
            if not cases:
                return
            yield len(cases), await asyncio.to_thread(_look, book, cases, now)
            looked_at += len(cases)
            last = cases[-1][0]
            after = queue.Mark(last.received_at, last.id)
            if len(cases) < SLICE:
                return

    def _slice(
        self, wanted: queue.Filter, after: queue.Mark | None
    ) -> Query[list[tuple[Comment, Case | None]]]:
        found = yield from queue.page(wanted, order="newest", after=after, limit=SLICE)
        known = yield from articles.by_ids(comment.article_id for comment in found)
        return [(comment, self._case(comment, known)) for comment in found]

    def _case(self, comment: Comment, known: Mapping[str, Article]) -> Case | None:
        site = self._sites.get(comment.site)
        return case_of(comment, known[comment.article_id], site) if site is not None else None


def _look(book: Book, cases: Sequence[tuple[Comment, Case | None]], now: datetime) -> list[Fit]:
    looked = (
        Fit(comment, case, book.hits(case, now)) for comment, case in cases if case is not None
    )
    return [fit for fit in looked if fit.hits]
