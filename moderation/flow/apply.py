"""Rules put on what waits already: it is ruled on again as if they had been there before."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from moderation.checks._rulebook import Rulebook, lists_in
from moderation.domain.clock import Clock
from moderation.domain.comment import Comment, Status, WaitingFor
from moderation.domain.decision import Action, Actor
from moderation.domain.errors import Busy, Fault, IllegalMove, NotFound
from moderation.domain.ids import new_id
from moderation.domain.opinion import Opinion, Ruling, Verdict, score, settle
from moderation.domain.rule import Rule, What
from moderation.domain.site import Site
from moderation.flow.comb import Comb, Fit
from moderation.flow.listed import Listed
from moderation.flow.moves import move, stale
from moderation.flow.rule import is_proven
from moderation.flow.screen import Screen
from moderation.flow.settle import decided_by_person
from moderation.store import articles, comment_changes, comments, log, opinions, queue, rules
from moderation.store.contract import Query, Store

CHECK = "rules"  # whose opinion it becomes
LOOKED_AT = 10_000  # that wait, the newest
MOST = 1000  # comments of one application, which has one undo
SLICE = 100  # of one commit: the writer is not held up for longer
SHOWN = 25
NO_ROOM = "The service was busy when its turn came; apply the rule again in a moment."
OFF = "The check “rules” is switched off in the settings: no rule looks at anything."


@dataclass(frozen=True, slots=True)
class Waiting:
    """What rules fit of that which waits and was there before them."""

    looked_at: int
    fits: tuple[Fit, ...]
    whole: bool  # all that waits was looked at

    @property
    def number(self) -> int:
        return len(self.fits)

    @property
    def shown(self) -> tuple[Fit, ...]:
        return self.fits[:SHOWN]


@dataclass(frozen=True, slots=True)
class Applied:
    """What came of it."""

    decision_id: str  # what to undo; "" where nothing became spam
    spam: tuple[Comment, ...] = ()
    kept: tuple[Comment, ...] = ()  # wait on, with the reason beside them
    refused: tuple[tuple[str, Fault], ...] = ()  # changed meanwhile
    left: int = 0  # fit as well, and are for another application


@dataclass(frozen=True, slots=True)
class Judged:
    """A comment as it was read, and what the rules say of it now."""

    comment: Comment
    site: Site
    said: Opinion


class Apply:
    """Counts what waits and fits rules, and has it ruled on again.

    What a person has decided on, or its writer has changed, is left as it is, and so is what
    a rule has looked at already. Nothing is taught by it: no person looked at the comments.
    """

    def __init__(
        self, store: Store, comb: Comb, listed: Listed, screen: Screen, clock: Clock
    ) -> None:
        self._store = store
        self._comb = comb
        self._listed = listed
        self._screen = screen
        self._clock = clock

    async def waiting(self, rule: Rule, *, sites: frozenset[str] = frozenset()) -> Waiting:
        """What waits on some sites (empty: all) and fits a rule, in force or not yet."""
        return await self._fitting([rule], sites)

    async def waiting_for_all(self, *, sites: frozenset[str] = frozenset()) -> Waiting:
        """What waits and fits a rule in force; who may touch some sites has the rules of these."""
        return await self._fitting(await self._all(sites), sites)

    async def _all(self, sites: frozenset[str]) -> Sequence[Rule]:
        _, live = await self._store.read(rules.live)
        return [rule for rule in live if rule.is_of(sites)]

    async def _fitting(self, of: Sequence[Rule], sites: frozenset[str]) -> Waiting:
        now = self._clock.now()
        counting = [rule for rule in of if rule.what is not What.WAVE and rule.holds_at(now)]
        if not counting or not self._is_on():
            return Waiting(0, (), whole=True)
        lists = await self._listed.of(lists_in(counting))
        book = await asyncio.to_thread(Rulebook, counting, lists)
        wanted = queue.Filter(status=Status.HELD, waiting_for=WaitingFor.MODERATOR, sites=sites)
        looked_at, found = 0, list[Fit]()
        async for number, fits in self._comb.through(wanted, book, now, most=LOOKED_AT):
            looked_at += number
            if fits:
                found += await self._store.read(_untouched, fits)
        return Waiting(looked_at, tuple(found), whole=looked_at < LOOKED_AT)

    async def to_waiting(
        self, rule_id: str, actor: Actor, *, sites: frozenset[str] = frozenset()
    ) -> Applied:
        """Apply a rule in force, in slices, as one decision with one undo.

        Raises NotFound, IllegalMove for a rule that is not in force, and Busy.
        """
        rule = await self._in_force(rule_id, self._clock.now())
        return await self._carry_out(await self._fitting([rule], sites), actor)

    async def all_to_waiting(self, actor: Actor, *, sites: frozenset[str] = frozenset()) -> Applied:
        """Apply all rules in force in the same way. Raises IllegalMove, and Busy."""
        if not self._is_on():
            raise IllegalMove(OFF)
        return await self._carry_out(await self.waiting_for_all(sites=sites), actor)

    async def _carry_out(self, found: Waiting, actor: Actor) -> Applied:
        now = self._clock.now()
        decision_id = new_id(now)
        spam, kept = list[Comment](), list[Comment]()
        refused: list[tuple[str, Fault]] = []
        aims = found.fits[:MOST]
        for at in range(0, len(aims), SLICE):
            judged = [await self._judged(fit) for fit in aims[at : at + SLICE]]
            try:
                part = await self._store.write(self._slice, judged, actor, decision_id, now)
            except Busy as busy:
                if not (spam or kept):
                    raise
                told = Busy(NO_ROOM, retry_after=busy.retry_after)
                refused += [(fit.comment.id, told) for fit in aims[at:]]
                break
            spam += part.spam
            kept += part.kept
            refused += part.refused
        return Applied(
            decision_id if spam else "",
            tuple(spam),
            tuple(kept),
            tuple(refused),
            left=found.number - len(aims),
        )

    def _is_on(self) -> bool:
        return any(check.name == CHECK for check in self._screen.local)

    async def _in_force(self, rule_id: str, now: datetime) -> Rule:
        """A rule that can be applied. Raises NotFound and IllegalMove."""
        rule = await self._store.read(rules.by_id, rule_id)
        if rule is None:
            raise NotFound("There is no such rule.")
        if not self._is_on():
            raise IllegalMove(OFF)
        if rule.what is What.WAVE:
            raise IllegalMove("A wave is what comes; what waits of it is decided on as a group.")
        if not rule.holds_at(now):
            raise IllegalMove("This rule is not in force any more.")
        return rule

    async def _judged(self, fit: Fit) -> Judged:
        (said,) = await self._screen.ask(CHECK, fit.case)
        return Judged(fit.comment, fit.case.site, said)

    def _slice(
        self,
        judged: Sequence[Judged],
        actor: Actor,
        decision_id: str,
        now: datetime,
    ) -> Query[Applied]:
        yield from articles.lock_of(*(one.comment.id for one in judged))
        if any(entry.undone_by for entry in (yield from log.of_decision(decision_id))):
            taken_back = IllegalMove("It was taken back meanwhile.")
            return Applied("", refused=tuple((one.comment.id, taken_back) for one in judged))
        known = yield from comments.by_ids(one.comment.id for one in judged)
        spam, kept = list[Comment](), list[Comment]()
        refused: list[tuple[str, Fault]] = []
        for one in judged:
            comment = known.get(one.comment.id)
            if comment is None:
                refused.append((one.comment.id, NotFound("It is deleted.")))
            elif comment.version != one.comment.version:
                refused.append((comment.id, (yield from stale(comment))))
            elif one.said.verdict in (Verdict.SPAM, Verdict.HOLD):  # else the rule is gone
                done = yield from _ruled(comment, one, actor, decision_id, now)
                (spam if done.status is Status.SPAM else kept).append(done)
        return Applied(decision_id, tuple(spam), tuple(kept), tuple(refused))


def _untouched(fits: Sequence[Fit]) -> Query[list[Fit]]:
    """Those that no person has decided on and that a rule fits which has not looked at them."""
    hit = yield from rules.hits_of(fit.comment.id for fit in fits)
    free = []
    for fit in fits:
        new = [found for found in fit.hits if (found.rule.id, fit.comment.id) not in hit]
        if new and not (yield from decided_by_person(fit.comment.id)):
            free.append(replace(fit, hits=new))
    return free


def _ruled(
    comment: Comment, judged: Judged, actor: Actor, decision_id: str, now: datetime
) -> Query[Comment]:
    yield from opinions.put(comment.id, [judged.said], now)
    everything = yield from opinions.of(comment.id)
    yield from comment_changes.set_score(comment.id, score(everything))
    ruling = settle(everything, judged.site.moderation.hold, proven=is_proven(everything))
    if ruling is not Ruling.SPAM:
        return comment
    return (
        yield from move(
            comment,
            Status.SPAM,
            None,
            Action.RULE,
            actor,
            decision_id=decision_id,
            now=now,
            reason=judged.said.because,
        )
    )


def forgive(comment_id: str, now: datetime) -> Query[None]:
    """An application was taken back: what the rules said of a comment is as good as unsaid."""
    because = "A rule was applied to what waited, and that was taken back."
    yield from opinions.put(comment_id, [Opinion(CHECK, Verdict.UNSURE, because)], now)
    yield from comment_changes.set_score(comment_id, score((yield from opinions.of(comment_id))))
