"""Decisions: who was first, what follows, and taking them back."""

import asyncio

import pytest

from moderation.domain.comment import Author, Badge, Status, WaitingFor
from moderation.domain.decision import Action
from moderation.domain.errors import VersionStale
from moderation.domain.site import Articles, Hold, Moderation
from moderation.flow.decide import Aim
from moderation.flow.revise import Words
from moderation.store import log

from .conftest import ANA, BEN, Journey, Open


async def test_undo_takes_an_approval_back(journey: Journey) -> None:
    await journey.reply()
    comment = await journey.only()
    outcome = await journey.house.decide.one(comment.id, Action.APPROVE, ANA)
    assert "margins too" in (await journey.thread()).text

    undone = await journey.house.undo.decision(outcome.decision_id, ANA)

    assert undone.done[0].status is Status.HELD
    assert undone.done[0].waiting_for is WaitingFor.MODERATOR
    assert "margins too" not in (await journey.thread()).text


async def test_the_second_moderator_is_told_who_was_first(journey: Journey) -> None:
    await journey.reply()
    comment = await journey.only()
    await journey.house.decide.one(comment.id, Action.APPROVE, ANA, version=1)

    with pytest.raises(VersionStale, match="Ana was first: this comment was approved"):
        await journey.house.decide.one(comment.id, Action.SPAM, BEN, version=1)

    assert (await journey.again(comment.id)).status is Status.APPROVED


async def test_of_two_decisions_at_once_one_wins(journey: Journey) -> None:
    await journey.reply()
    comment = await journey.only()
    results = await asyncio.gather(
        journey.house.decide.one(comment.id, Action.APPROVE, ANA, version=1),
        journey.house.decide.one(comment.id, Action.SPAM, BEN, version=1),
        return_exceptions=True,
    )

    assert sum(isinstance(r, VersionStale) for r in results) == 1


async def test_a_moderators_edit_is_in_the_next_read_and_in_the_log(journey: Journey) -> None:
    await journey.reply()
    comment = await journey.only()
    await journey.house.decide.one(comment.id, Action.APPROVE, ANA)
    await journey.house.revise.edit(comment.id, Words(text="Edited."), ANA, version=2)

    assert "Edited." in (await journey.thread()).text
    story = (await journey.house.see.comment(comment.id)).story
    assert [e.action for e in story] == [Action.RECEIVE, Action.APPROVE, Action.EDIT]
    assert "I keep *my* notes" in story[-1].before


async def test_the_owners_answer_approves_what_it_answers(journey: Journey) -> None:
    await journey.reply()
    comment = await journey.only()
    await journey.house.answer.reply(
        comment.id,
        "Thank you!",
        ANA,
        author=Author("Ana", "", "https://blog.example/"),
        badge=Badge.OWNER,
    )

    shown = (await journey.thread("thread.json")).json()
    assert shown["count"] == 2
    assert shown["comments"][0]["replies"][0]["author"]["name"] == "Ana"
    assert shown["comments"][0]["replies"][0]["author"]["badge"] == "owner"
    assert shown["comments"][0]["author"]["badge"] is None


async def thread_of_three(journey: Journey) -> list[str]:
    """A reply, an answer to it and an answer to that, all shown; their ids."""
    ids: list[str] = []
    for text in ("One.", "Two.", "Three."):
        parent = {"parent": ids[-1]} if ids else {}
        answer = (await journey.json_reply(text=text, **parent)).json()
        await journey.house.decide.one(answer["id"], Action.APPROVE, ANA)
        ids.append(answer["id"])
    return ids


async def test_of_a_comment_named_twice_in_one_decision_the_first_counts(journey: Journey) -> None:
    await journey.reply()
    comment = await journey.only()
    aims = [Aim(comment.id, 1), Aim(comment.id, 1)]
    outcome = await journey.house.decide.many(aims, Action.APPROVE, ANA)

    assert [c.version for c in outcome.done] == [2]
    assert outcome.refused == ()


async def test_answers_to_what_is_deleted_hang_where_it_hung(journey: Journey) -> None:
    first, second, third = await thread_of_three(journey)
    decide = journey.house.decide
    await decide.many([Aim(first, 2), Aim(second, 2)], Action.TRASH, ANA)
    await decide.many([Aim(first, 3), Aim(second, 3)], Action.DELETE, ANA)

    assert (await journey.again(third)).parent_id is None


async def test_deleting_what_stood_for_its_answers_is_seen_at_once(journey: Journey) -> None:
    first, second, _ = await thread_of_three(journey)
    decide = journey.house.decide
    await decide.many([Aim(first, 2), Aim(second, 2)], Action.TRASH, ANA)
    assert first in (await journey.thread("thread.json")).text
    await decide.one(first, Action.DELETE, ANA, version=3)

    assert first not in (await journey.thread("thread.json")).text


async def test_the_log_of_what_is_deleted_keeps_who_and_not_what(journey: Journey) -> None:
    await journey.reply()
    comment = await journey.only()
    await journey.house.revise.edit(comment.id, Words(text="Edited."), ANA, version=1)
    await journey.house.decide.one(comment.id, Action.TRASH, ANA, version=2)
    await journey.house.decide.one(comment.id, Action.DELETE, ANA, version=3)
    story = await journey.house.store.read(log.of_comment, comment.id)

    assert [e.action for e in story][1:] == [Action.EDIT, Action.TRASH, Action.DELETE]
    assert [e.before for e in story] == ["", "", "", ""]


async def test_of_an_undo_and_a_decision_by_somebody_else_at_once_one_wins(
    begin: Open, journey: Journey
) -> None:
    other = await begin()
    await journey.reply()
    comment = await journey.only()
    done = await journey.house.decide.one(comment.id, Action.APPROVE, ANA, version=1)
    results = await asyncio.gather(
        journey.house.undo.decision(done.decision_id, ANA),
        other.house.decide.one(comment.id, Action.SPAM, BEN, version=2),
        return_exceptions=True,
    )

    assert sum(isinstance(r, VersionStale) for r in results) == 1
    assert (await journey.again(comment.id)).version == 3


@pytest.mark.parametrize(
    ("before", "action", "after"),
    [
        pytest.param(Status.TRASH, Action.RESTORE, Status.HELD, id="trash to what it was"),
        pytest.param(Status.SPAM, Action.RESTORE, Status.HELD, id="spam to what it was"),
        pytest.param(Status.SPAM, Action.HAM, Status.HELD, id="no spam, by an unproven author"),
    ],
)
async def test_coming_back(journey: Journey, before: Status, action: Action, after: Status) -> None:
    await journey.reply()
    comment = await journey.only()
    there = Action.TRASH if before is Status.TRASH else Action.SPAM
    await journey.house.decide.one(comment.id, there, ANA)
    back = await journey.house.decide.one(comment.id, action, ANA, version=2)

    assert back.done[0].status is after
    assert back.done[0].waiting_for is WaitingFor.MODERATOR


async def test_restore_goes_back_to_the_page_where_it_came_from_there(journey: Journey) -> None:
    await journey.reply()
    comment = await journey.only()
    for action, version in ((Action.APPROVE, 1), (Action.TRASH, 2), (Action.RESTORE, 3)):
        done = await journey.house.decide.one(comment.id, action, ANA, version=version)

    assert done.done[0].status is Status.APPROVED
    shown = (await journey.thread("thread.json")).json()
    assert shown["count"] == 1


async def test_a_filled_trap_that_is_said_to_be_no_spam_is_ruled_on_without_it(
    begin: Open,
) -> None:
    journey = await begin(site={"moderation": Moderation(hold=Hold.NONE), "articles": Articles.ANY})
    answer = await journey.json_reply(hp_url="x")
    done = await journey.house.decide.one(answer.json()["id"], Action.HAM, ANA, version=1)

    assert done.done[0].status is Status.APPROVED
