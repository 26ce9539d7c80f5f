"""A rule put on many that wait, and taken off again: slice by slice, whatever comes between."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest

from moderation.checks.contract import Case
from moderation.domain.comment import Status
from moderation.domain.decision import Action
from moderation.domain.errors import Busy, IllegalMove, VersionStale
from moderation.domain.opinion import Opinion
from moderation.flow import apply, undo
from moderation.flow.screen import Screen
from moderation.store import log, opinions, queue
from moderation.store.contract import Query

from .applying import PILLS, rule, say
from .conftest import ANA, BEN, Journey


async def test_what_is_decided_on_meanwhile_is_left_and_told(
    journey: Journey, monkeypatch: pytest.MonkeyPatch
) -> None:
    comment = await say(journey, PILLS)
    made = await rule(journey)
    ask = Screen.ask

    async def be_first(screen: Screen, name: str, case: Case) -> list[Opinion]:
        await journey.house.decide.one(comment.id, Action.APPROVE, BEN)
        return await ask(screen, name, case)

    monkeypatch.setattr(Screen, "ask", be_first)
    applied = await journey.house.rules.apply.to_waiting(made.id, ANA)
    ((refused, fault),) = applied.refused
    assert (refused, applied.decision_id) == (comment.id, "")
    assert str(fault).startswith("Ben was first")
    assert (await journey.again(comment.id)).status is Status.APPROVED


async def test_many_go_slice_by_slice_as_one_decision_and_what_is_too_many_is_told(
    journey: Journey, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(apply, "SLICE", 2)
    monkeypatch.setattr(apply, "MOST", 3)
    for number in range(5):
        await say(journey, PILLS, number)
    made = await rule(journey)
    applied = await journey.house.rules.apply.to_waiting(made.id, ANA)
    assert (len(applied.spam), applied.left) == (3, 2)
    undone = await journey.house.undo.decision(applied.decision_id, ANA)
    assert len(undone.done) == 3
    assert len((await journey.house.rules.apply.to_waiting(made.id, ANA)).spam) == 2


async def test_many_are_taken_back_slice_by_slice_and_what_was_left_by_another_undo(
    journey: Journey, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(undo, "SLICE", 2)
    for number in range(5):
        await say(journey, PILLS, number)
    made = await rule(journey)
    applied = await journey.house.rules.apply.to_waiting(made.id, ANA)
    changed = applied.spam[0]
    await journey.house.decide.one(changed.id, Action.TRASH, BEN, version=changed.version)
    turns: list[str] = []

    def fails_once(comment_id: str, now: datetime) -> Query[None]:
        turns.append(comment_id)
        if len(turns) == 3:
            raise Busy
        return apply.forgive(comment_id, now)

    monkeypatch.setattr("moderation.flow.undo.forgive", fails_once)
    with pytest.raises(Busy):
        await journey.house.undo.decision(applied.decision_id, ANA)

    rest = await journey.house.undo.decision(applied.decision_id, ANA)

    held = queue.Filter(status=Status.HELD)
    assert (await journey.house.store.read(queue.total, held)).number == 4
    assert [ident for ident, _ in rest.refused] == [changed.id]
    with pytest.raises(VersionStale):  # of all that is left somebody decided otherwise
        await journey.house.undo.decision(applied.decision_id, ANA)


async def test_what_was_taken_back_whole_is_taken_back_once(journey: Journey) -> None:
    await say(journey, PILLS)
    made = await rule(journey)
    applied = await journey.house.rules.apply.to_waiting(made.id, ANA)
    await journey.house.undo.decision(applied.decision_id, ANA)
    with pytest.raises(IllegalMove, match="taken back already"):
        await journey.house.undo.decision(applied.decision_id, ANA)


async def test_an_undo_between_two_slices_ends_it(
    journey: Journey, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(apply, "SLICE", 1)
    for number in range(3):
        await say(journey, PILLS, number)
    made = await rule(journey)
    ask = Screen.ask

    async def regret(screen: Screen, name: str, case: Case) -> list[Opinion]:
        journey.clock.turn(timedelta(seconds=1))
        last = (await journey.house.store.read(log.last, limit=1))[0]
        if last.action is Action.RULE:
            await journey.house.undo.decision(last.decision_id, ANA)
        return await ask(screen, name, case)

    monkeypatch.setattr(Screen, "ask", regret)
    journey.clock.turn(timedelta(seconds=1))
    applied = await journey.house.rules.apply.to_waiting(made.id, ANA)
    assert (len(applied.spam), len(applied.refused)) == (1, 2)
    held = queue.Filter(status=Status.HELD)
    assert (await journey.house.store.read(queue.total, held)).number == 3


async def test_where_the_service_is_busy_in_the_middle_the_rest_is_told(
    journey: Journey, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(apply, "SLICE", 1)
    for number in range(2):
        await say(journey, PILLS, number)
    made = await rule(journey)
    put = opinions.put
    turns: list[int] = []

    def full(comment_id: str, said: Sequence[Opinion], at: datetime) -> Query[None]:
        turns.append(1)
        if len(turns) > 1:
            raise Busy
        return put(comment_id, said, at)

    monkeypatch.setattr(opinions, "put", full)
    applied = await journey.house.rules.apply.to_waiting(made.id, ANA)
    assert (len(applied.spam), len(applied.refused)) == (1, 1)
    assert str(applied.refused[0][1]) == apply.NO_ROOM
