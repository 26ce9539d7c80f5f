"""One decision on many comments: on those that were there when somebody looked, on no others."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from moderation.domain.clock import Clock
from moderation.domain.comment import Comment
from moderation.domain.decision import Action, Actor, check_move
from moderation.domain.errors import FieldFault, InvalidFields
from moderation.flow.decide import Aim, Decide, Outcome
from moderation.store import comments, queue
from moderation.store.contract import Query, Store

SLICE = 100  # comments of one decision: the writer is not held up for longer
SETTLED = timedelta(seconds=30)  # what came before this is committed, and can be seen
FRESH = 200  # comments remembered by name, of those that came or changed since


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What could be seen at a moment.

    A comment bears the time at which it came to the door and is stored a little later, so
    a time alone does not tell what was there to be seen. What nothing happened to since
    `calm` is known by that; what is newer, by id and version.
    """

    calm: datetime
    fresh: tuple[tuple[str, int], ...]


class Crowd:
    """Decisions on all that a filter finds."""

    def __init__(self, store: Store, decide: Decide, clock: Clock) -> None:
        self._store = store
        self._decide = decide
        self._clock = clock

    async def snapshot(self, wanted: queue.Filter) -> Snapshot:
        """Remember what a filter finds now."""
        calm = self._clock.now() - SETTLED
        if wanted.status is None:
            return Snapshot(calm, ())  # nothing can be decided on by it
        found = await self._store.read(queue.stirred, wanted, calm, limit=FRESH)
        return Snapshot(calm, tuple((c.id, c.version) for c in found))

    async def carry_out(
        self,
        wanted: queue.Filter,
        snapshot: Snapshot,
        action: Action,
        actor: Actor,
        *,
        reason: str = "",
        sites: frozenset[str] = frozenset(),
    ) -> tuple[Outcome | None, int]:
        """Decide on at most 100 of what the snapshot holds; the outcome, and how many are left.

        What came, was decided or edited since the snapshot is left alone. Raises
        InvalidFields for a filter without a status, IllegalMove and Busy.
        """
        if wanted.status is None:
            message = "Name the status of the comments to decide on."
            raise InvalidFields([FieldFault("query", "missing", message)])
        check_move(wanted.status, action)
        targets, number = await self._store.read(_targets, wanted, snapshot)
        if not targets:
            return None, number
        aims = [Aim(comment.id, comment.version) for comment in targets]
        outcome = await self._decide.many(aims, action, actor, reason=reason, sites=sites)
        return outcome, max(0, number - len(targets))


def _targets(wanted: queue.Filter, snapshot: Snapshot) -> Query[tuple[Sequence[Comment], int]]:
    """The next slice, and how many there are in all."""
    versions = dict(snapshot.fresh)
    known = yield from comments.by_ids(versions)
    # The same version is the same status and words: it is still what the filter found.
    fresh = [c for c in known.values() if c.version == versions[c.id] and _fits(c, wanted)]
    calm = replace(wanted, calm_since=snapshot.calm)
    found = yield from queue.page(calm, order="oldest", limit=SLICE)
    targets = [*fresh, *found][:SLICE]
    total = yield from queue.total(calm)
    number = len(fresh) + total.number
    # More than could be counted: at the least those, and one.
    return targets, number if total.exact else max(number, len(targets) + 1)


def _fits(comment: Comment, wanted: queue.Filter) -> bool:
    """Whether one of the snapshot is the asker's, and of the status the move was judged by."""
    allowed = not wanted.sites or comment.site in wanted.sites
    return allowed and comment.status is wanted.status
