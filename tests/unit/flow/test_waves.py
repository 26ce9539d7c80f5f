"""A wave is decided on in slices: what there was no room for any more is told."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import pytest

from moderation.domain.decision import Action, Actor, Door
from moderation.domain.errors import Busy
from moderation.flow.decide import Aim, Deed, Outcome
from moderation.flow.waves import NO_ROOM, SLICE, Waves

NOW = datetime(2026, 11, 22, tzinfo=UTC)
ANA = Actor("ana", Door.DASHBOARD)
AIMS = [Aim(f"c{number}", 1) for number in range(SLICE + 5)]


class FullStore:
    """Has room for so many writes."""

    def __init__(self, room: int) -> None:
        self._room = room

    async def write(self, _make: object, aims: Sequence[Aim], deed: Deed, *_: object) -> Outcome:
        if self._room == 0:
            raise Busy(retry_after=7)
        self._room -= 1
        done: Any = tuple(aim.comment_id for aim in aims)  # only their number counts here
        return Outcome(deed.decision_id, done)


class ReadyDecide:
    async def prepared(self, _aims: object, action: Action, actor: Actor, reason: str) -> Deed:
        return Deed(action, actor, reason, "d1", NOW, {})


def waves(room: int) -> Waves:
    store: Any = FullStore(room)
    decide: Any = ReadyDecide()
    clock: Any = None
    return Waves(store, decide, clock)


async def test_where_there_is_room_for_a_slice_only_the_rest_is_told_as_not_done() -> None:
    outcome = await waves(1).decide("w1", AIMS, Action.SPAM, ANA, follow=False)
    assert outcome.decision_id == "d1"
    assert len(outcome.done) == SLICE
    assert [comment for comment, _ in outcome.refused] == [aim.comment_id for aim in AIMS[SLICE:]]
    assert {str(fault) for _, fault in outcome.refused} == {NO_ROOM}


async def test_where_there_is_room_for_none_of_it_nothing_was_done() -> None:
    with pytest.raises(Busy) as raised:
        await waves(0).decide("w1", AIMS, Action.SPAM, ANA, follow=False)
    assert raised.value.retry_after == 7
