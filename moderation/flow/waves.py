"""Waves of nearly identical comments: shown as groups, decided on as one."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

from moderation.domain.clock import Clock
from moderation.domain.comment import Status
from moderation.domain.decision import Action, Actor
from moderation.domain.errors import Busy, Malformed, NotFound
from moderation.domain.rule import Rule, What
from moderation.domain.wave import Group
from moderation.flow.decide import Aim, Decide, Deed, Outcome
from moderation.flow.followers import let_follow
from moderation.store import rules, waves
from moderation.store.contract import Query, Store

MOST = 300  # comments of one decision
SLICE = 100  # of one commit: the writer is not held up for longer
LASTS = timedelta(hours=24)  # what follows is spam for this long
FEWEST = 2  # comments that are a group
NO_ROOM = "The service was busy when its turn came; decide on it again in a moment."


class Waves:
    """Groups, and decisions on them."""

    def __init__(self, store: Store, decide: Decide, clock: Clock) -> None:
        self._store = store
        self._decide = decide
        self._clock = clock

    async def groups(self, ids: Sequence[str], status: Status) -> Mapping[str, Group]:
        """The group of each comment that is shown for one, by the comment's id."""
        return await self._store.read(self._groups, tuple(ids), status)

    def _groups(self, ids: Sequence[str], status: Status) -> Query[Mapping[str, Group]]:
        found: dict[str, Group] = {}
        of = yield from waves.of_comments(ids)
        for comment_id, wave in of.items():
            group = yield from self._group(wave, status)
            if group.total >= FEWEST:
                found[comment_id] = group
        return found

    async def group(self, wave: str, status: Status) -> Group:
        """All of a wave that has a status; it may be empty."""
        return await self._store.read(self._group, wave, status)

    def _group(self, wave: str, status: Status) -> Query[Group]:
        group = yield from waves.group(wave, status, limit=MOST)
        return replace(group, follow=(yield from self._followed(wave)))

    def _followed(self, wave: str) -> Query[Rule | None]:
        now = self._clock.now()
        about = yield from rules.of_key(What.WAVE, wave)
        return next((rule for rule in about if rule.holds_at(now)), None)

    async def decide(
        self, wave: str, aims: Sequence[Aim], action: Action, actor: Actor, *, follow: bool
    ) -> Outcome:
        """Decide on those of a wave that were seen, as one decision with one undo.

        With `follow` what comes and is of the wave is spam for 24 hours. Raises Malformed
        for none or too many; those that cannot be decided on are reported, and so are those
        for which there was no room any more; where that is all of them the first one's Fault
        is raised.
        """
        if not 0 < len(aims) <= MOST:
            raise Malformed(f"From 1 to {MOST} comments are decided on at once.")
        reason = f"One of {len(aims)} that are nearly identical."
        follows = wave if follow and action is Action.SPAM else ""
        outcome: Outcome | None = None
        for at in range(0, len(aims), SLICE):
            part = aims[at : at + SLICE]
            deed = await self._decide.prepared(part, action, actor, reason)
            if outcome is not None:
                deed = replace(deed, decision_id=outcome.decision_id)
            try:
                new = await self._store.write(self._slice, tuple(part), deed, follows, len(aims))
            except Busy as busy:
                if outcome is None or not outcome.done:
                    raise
                told = Busy(NO_ROOM, retry_after=busy.retry_after)
                left = ((aim.comment_id, told) for aim in aims[at:])
                return replace(outcome, refused=(*outcome.refused, *left))
            follows = "" if new.done else follows
            done = (*outcome.done, *new.done) if outcome is not None else new.done
            refused = (*outcome.refused, *new.refused) if outcome is not None else new.refused
            outcome = Outcome(new.decision_id, done, refused)
        if outcome is None or not outcome.done:
            raise outcome.refused[0][1] if outcome is not None else NotFound
        return outcome

    def _slice(self, aims: Sequence[Aim], deed: Deed, follows: str, number: int) -> Query[Outcome]:
        """A slice of the decision, and in the first that does anything what follows it."""
        outcome = yield from self._decide.carried_out(aims, deed, frozenset())
        if follows and outcome.done:
            yield from let_follow(follows, number, deed, LASTS)
        return outcome
