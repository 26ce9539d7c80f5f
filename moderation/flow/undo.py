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

SLICE = 100  # of what a rule was applied to, in one commit
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
        What was applied to many is taken back in slices; where one of them fails, the rest can
        be taken back by another undo.
        """
        now = self._clock.now()
        undo_id, after = new_id(now), ""
        done: list[Comment] = []
        refused: list[tuple[str, Fault]] = []
        while True:
            part, last = await self._store.write(
                self._take_back, decision_id, actor, sites, undo_id, now, after
            )
            done += part.done
            refused += part.refused
            if last is None:
                break
            after = last
        if not done:
            raise refused[0][1]
        return Outcome(undo_id, tuple(done), tuple(refused))

    def _take_back(
        self,
        decision_id: str,
        actor: Actor,
        sites: frozenset[str],
        undo_id: str,
        now: datetime,
        after: str,
    ) -> Query[tuple[Outcome, str | None]]:
        """Take a decision back, or a slice of it behind a comment's id; the last one's id where
        there is more.
        """
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
        if not after:
            _check_undo(entries, now)
        by_rule = entries[0].action is Action.RULE
        entries = [e for e in entries if e.comment_id > after and e.undone_by is None]
        more = by_rule and len(entries) > SLICE
        entries = entries[:SLICE] if by_rule else entries
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
        if not done:  # nothing else is changed then
            return Outcome(undo_id, (), tuple(refused)), entries[-1].comment_id if more else None
        yield from jobs.drop_of_decision(decision_id, [comment.id for comment in done])
        yield from lift_of_decision(decision_id, actor, now, sites)
        for comment in done:
            if by_rule:  # which taught nothing
                yield from forgive(comment.id, now)
                continue
            if self._school is not None:
                yield from self._school.take_back(comment.id, decision_id, now)
            yield from self._follow(comment, undo_id, now)
        yield from release_followers(decision_id, actor.name, now, sites)
        last = entries[-1].comment_id if more else None
        return Outcome(undo_id, tuple(done), tuple(refused)), last

    def _follow(self, comment: Comment, undo_id: str, now: datetime) -> Query[None]:
        """Un-teach what was taught, and take up again what a comment had been waiting for."""
        if self._corrects:
            yield from teach(comment.id, Label.UNDONE, undo_id, now, self._undo_time)
        if comment.waiting_for is WaitingFor.SOURCE:
            yield from verify_job(comment.id, now)


def is_taken_back(entries: Sequence[LogEntry]) -> bool:
    """Whether nothing of a decision is left to be taken back; what was applied goes in parts."""
    parts = [e.undone_by is not None for e in entries]
    return all(parts) if entries[0].action is Action.RULE else any(parts)


def _check_undo(entries: Sequence[LogEntry], now: datetime) -> None:
    if is_taken_back(entries):
        raise IllegalMove("This was taken back already.")
    if any(e.action not in UNDOABLE for e in entries):
        raise IllegalMove("This cannot be taken back.")
    if now - entries[0].at > UNDO_DAYS:
        raise IllegalMove("This is more than 30 days ago and cannot be taken back any more.")
