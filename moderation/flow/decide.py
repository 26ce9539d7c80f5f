"""A moderator's decision: is it legal, is it about what was seen, and what follows from it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from moderation.domain.clock import Clock
from moderation.domain.comment import Comment, Status, WaitingFor
from moderation.domain.decision import TARGETS, Action, Actor, check_move
from moderation.domain.errors import Fault, IllegalMove, NotFound, VersionRequired
from moderation.domain.ids import new_id
from moderation.domain.opinion import Ruling, Verdict, settle
from moderation.domain.site import Site
from moderation.flow.lessons import Prepared, School
from moderation.flow.moves import delete, move, stale
from moderation.flow.rule import is_proven
from moderation.flow.teach import UNDO_TIME, label_of, teach
from moderation.store import articles, comments, opinions
from moderation.store.contract import Query, Store


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a decision did; `refused` says why to each comment it did not touch."""

    decision_id: str
    done: tuple[Comment, ...]
    refused: tuple[tuple[str, Fault], ...] = ()


@dataclass(frozen=True, slots=True)
class Aim:
    """One comment to decide on, in the version that was seen."""

    comment_id: str
    version: int | None = None


@dataclass(frozen=True, slots=True)
class Deed:
    """What is done, by whom, as which decision."""

    action: Action
    actor: Actor
    reason: str
    decision_id: str
    now: datetime
    prepared: Mapping[str, Prepared]  # what each can teach, where that was not kept


class Decide:
    """Approve, hold, spam, trash, restore, ham, delete."""

    def __init__(
        self,
        store: Store,
        sites: Sequence[Site],
        clock: Clock,
        *,
        undo_time: timedelta = UNDO_TIME,
        corrects: bool = False,
        school: School | None = None,
    ) -> None:
        self._store = store
        self._sites = {site.id: site for site in sites}
        self._clock = clock
        self._undo_time = undo_time
        self._corrects = corrects  # there is a remote check to be corrected
        self._school = school  # there is a check that learns

    async def one(
        self,
        comment_id: str,
        action: Action,
        actor: Actor,
        *,
        version: int | None = None,
        reason: str = "",
        sites: frozenset[str] = frozenset(),
    ) -> Outcome:
        """Decide on one comment.

        `sites` limits whose comments the actor may touch (empty: all). Raises NotFound,
        IllegalMove, VersionStale, VersionRequired (only a held comment is decided without
        a version) and Busy.
        """
        aims = [Aim(comment_id, version)]
        outcome = await self.many(aims, action, actor, reason=reason, sites=sites)
        if outcome.refused:
            raise outcome.refused[0][1]
        return outcome

    async def many(
        self,
        aims: Sequence[Aim],
        action: Action,
        actor: Actor,
        *,
        reason: str = "",
        sites: frozenset[str] = frozenset(),
    ) -> Outcome:
        """Decide on several as one decision with one undo; those that cannot be are reported."""
        deed = await self.prepared(aims, action, actor, reason)
        return await self._store.write(self.carried_out, tuple(aims), deed, sites)

    async def prepared(
        self, aims: Sequence[Aim], action: Action, actor: Actor, reason: str = ""
    ) -> Deed:
        """What is about to be done, with all that is needed for it."""
        now = self._clock.now()
        prepared: Mapping[str, Prepared] = {}
        if self._school is not None and action is not Action.DELETE:
            prepared = await self._school.prepare(aim.comment_id for aim in aims)
        return Deed(action, actor, reason, new_id(now), now, prepared)

    def carried_out(self, aims: Sequence[Aim], deed: Deed, sites: frozenset[str]) -> Query[Outcome]:
        """The write of `many`, for those that do more in the same.

        It reads and judges all first, then changes: a refusal leaves nothing half done.
        """
        unique = {aim.comment_id: aim for aim in reversed(aims)}  # of a repeated one the first
        yield from articles.lock_of(*unique)
        known = yield from comments.by_ids(unique)
        agreed: list[Comment] = []
        refused: list[tuple[str, Fault]] = []
        for aim in reversed(unique.values()):
            comment = known.get(aim.comment_id)
            try:
                if comment is None or (sites and comment.site not in sites):
                    raise NotFound
                yield from self._judge(comment, deed.action, aim.version)
                agreed.append(comment)
            except Fault as fault:
                refused.append((aim.comment_id, fault))
        done = []
        for comment in agreed:
            done.append((yield from self._carry_out(comment, deed)))
        return Outcome(deed.decision_id, tuple(done), tuple(refused))

    def _judge(self, comment: Comment, action: Action, version: int | None) -> Query[None]:
        """Raise unless this may be done to the comment as it is now."""
        if version is not None and version != comment.version:
            raise (yield from stale(comment))
        if version is None and comment.status is not Status.HELD:
            raise VersionRequired
        check_move(comment.status, action)

    def _carry_out(self, comment: Comment, deed: Deed) -> Query[Comment]:
        action, actor, decision_id, now = deed.action, deed.actor, deed.decision_id, deed.now
        if action is Action.DELETE:
            return (yield from delete(comment, actor, decision_id, now, deed.reason))
        to, waiting_for = yield from self._target(comment, action)
        changed = yield from move(
            comment,
            to,
            waiting_for,
            action,
            actor,
            decision_id=decision_id,
            now=now,
            reason=deed.reason,
        )
        label = label_of(comment.status, to)
        if self._corrects and label is not None:
            yield from teach(comment.id, label, decision_id, now, self._undo_time)
        if self._school is not None:
            yield from self._school.teach(comment, label, decision_id, now, deed.prepared)
        return changed

    def _target(self, comment: Comment, action: Action) -> Query[tuple[Status, WaitingFor | None]]:
        """The status a move leads to."""
        if action is Action.HAM:
            said = yield from opinions.of(comment.id)
            others = [o for o in said if o.verdict is not Verdict.SPAM]
            site = self._sites.get(comment.site)
            if site is None:
                return Status.HELD, WaitingFor.MODERATOR
            ruling = settle(others, site.moderation.hold, proven=is_proven(others))
            to = Status.APPROVED if ruling is Ruling.APPROVE else Status.HELD
        elif action is Action.RESTORE:
            to = comment.status_before or Status.HELD
        elif action in TARGETS:
            to = TARGETS[action]
        else:
            raise IllegalMove
        return to, WaitingFor.MODERATOR if to is Status.HELD else None
