"""Rules tried on past comments before they count: what they would have caught."""

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from moderation.checks._rulebook import Hit, Rulebook, lists_in
from moderation.domain.clock import Clock
from moderation.domain.comment import Comment, Status
from moderation.domain.rule import Rule
from moderation.flow.comb import Comb
from moderation.flow.listed import Listed
from moderation.store import queue

LOOKED_AT = 2000  # past comments, the newest
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

    def __init__(self, comb: Comb, listed: Listed, clock: Clock) -> None:
        self._comb = comb
        self._listed = listed
        self._clock = clock

    async def of(self, rules: Sequence[Rule], *, sites: frozenset[str] = frozenset()) -> Tried:
        """Try rules on the comments of some sites (empty: all)."""
        lists = await self._listed.of(lists_in(rules))
        book = await asyncio.to_thread(Rulebook, rules, lists)
        looked_at = 0
        caught: list[Caught] = []
        by_rule: dict[str, Counter[Status]] = {rule.id: Counter() for rule in rules}
        wanted, now = queue.Filter(sites=sites), self._clock.now()
        async for number, fits in self._comb.through(wanted, book, now, most=LOOKED_AT):
            looked_at += number
            for fit in fits:
                caught.append(Caught(fit.comment, fit.hits[0]))
                for hit in fit.hits:
                    by_rule[hit.rule.id][fit.comment.status] += 1
        order = (Status.APPROVED, Status.HELD, Status.TRASH, Status.SPAM)
        caught.sort(key=lambda one: order.index(one.comment.status))
        return Tried(
            looked_at=looked_at,
            by_status=Counter(one.comment.status for one in caught),
            by_rule=by_rule,
            shown=tuple(caught[:SHOWN]),
        )
