"""Take a decision back: what it did is undone, what has not left the house is not sent."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from moderation.domain.clock import Clock
from moderation.domain.comment import Comment, WaitingFor
from moderation.domain.decision import Action, Actor, LogEntry
from moderation.domain.errors import Fault, IllegalMove, NotFound
from moderation.domain.ids import new_id
from moderation.flow.apply import forgive
from moderation.flow.block import lift_of_decision
from moderation.flow.decide import Outcome
from moderation.flow.followers import release_followers
from moderation.flow.hear import verify_job
from moderation.flow.lessons import School
from moderation.flow.moves import move_back, stale
from moderation.flow.teach import UNDO_TIME, Label, teach
from moderation.store import articles, comments, jobs, log
from moderation.store.contract import Query, Store

UNDO_DAYS = timedelta(days=30)  # a decision can be taken back this long
UNDOABLE = frozenset(
    {Action.APPROVE, Action.HOLD, Action.SPAM, Action.TRASH, Action.RESTORE, Action.HAM}
    | {Action.RULE}
)


class Undo:
    """Undo is a decision like any other: in the log, and only of what was not changed since."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        *,
        undo_time: timedelta = UNDO_TIME,
        corrects: bool = False,
        school: School | None = None,
    ) -> None:
        self._store = store
        self._clock = clock
        self._undo_time = undo_time
        self._corrects = corrects  # there is a remote check to be corrected
        self._school = school  # there is a check that learns

    async def decision(
        self, decision_id: str, actor: Actor, *, sites: frozenset[str] = frozenset()
    ) -> Outcome:
        """Take a decision back: statuses as before, and what has not left yet is not sent.

        Raises NotFound for an unknown decision, IllegalMove where it is too old, undone
        already, or cannot be undone; comments changed since by somebody else are refused.
        """
        now = self._clock.now()
        return await self._store.write(self._take_back, decision_id, actor, sites, new_id(now), now)

    def _take_back(
        self,
        decision_id: str,
        actor: Actor,
        sites: frozenset[str],
        undo_id: str,
        now: datetime,
    ) -> Query[Outcome]:
        entries = yield from log.of_decision(decision_id)
        yield from articles.lock_of(*(e.comment_id for e in entries))
        known = yield from comments.by_ids(e.comment_id for e in entries)
        entries = [
            e
            for e in entries
            if not sites or (e.comment_id in known and known[e.comment_id].site in sites)
        ]
        if not entries:
            raise NotFound("There is no such decision.")
        _check_undo(entries, now)
        done: list[Comment] = []
        refused: list[tuple[str, Fault]] = []
        for entry in entries:
            comment = known.get(entry.comment_id)
            if comment is None:
                refused.append((entry.comment_id, NotFound("It is deleted.")))
            elif comment.version != entry.version:
                refused.append((comment.id, (yield from stale(comment))))
            else:
                yield from log.mark_undone(entry.id, undo_id)
                done.append((yield from move_back(comment, entry, actor, undo_id=undo_id, now=now)))
        if not done:
            raise refused[0][1]
        yield from jobs.drop_of_decision(decision_id, [comment.id for comment in done])
        yield from lift_of_decision(decision_id, actor, now, sites)
        by_rule = entries[0].action is Action.RULE
        for comment in done:
            if by_rule:  # which taught nothing
                yield from forgive(comment.id, now)
                continue
            if self._school is not None:
                yield from self._school.take_back(comment.id, decision_id, now)
            yield from self._follow(comment, undo_id, now)
        yield from release_followers(decision_id, actor.name, now, sites)
        return Outcome(undo_id, tuple(done), tuple(refused))

    def _follow(self, comment: Comment, undo_id: str, now: datetime) -> Query[None]:
        """Un-teach what was taught, and take up again what a comment had been waiting for."""
        if self._corrects:
            yield from teach(comment.id, Label.UNDONE, undo_id, now, self._undo_time)
        if comment.waiting_for is WaitingFor.SOURCE:
            yield from verify_job(comment.id, now)


def _check_undo(entries: Sequence[LogEntry], now: datetime) -> None:
    if any(e.undone_by for e in entries):
        raise IllegalMove("This was taken back already.")
    if any(e.action not in UNDOABLE for e in entries):
        raise IllegalMove("This cannot be taken back.")
    if now - entries[0].at > UNDO_DAYS:
        raise IllegalMove("This is more than 30 days ago and cannot be taken back any more.")
