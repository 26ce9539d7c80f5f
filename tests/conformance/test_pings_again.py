"""A source that changes, goes away or comes back, in a running house."""

from datetime import timedelta

import pytest

from moderation.domain.comment import Status, Type, WaitingFor
from moderation.domain.decision import Action
from moderation.domain.errors import VersionStale
from moderation.domain.ping import Cause, PingState
from moderation.flow.revise import Words
from tests.conformance.pinging import (
    LIKE,
    look_again,
    mention,
    pingback,
    record,
    rest,
    shown,
    source,
)
from tests.integration.journey.conftest import ANA, Journey


async def test_changed_words_go_back_to_the_queue_and_are_one_entry(journey: Journey) -> None:
    """W-15: new words of an approved mention are for a moderator."""
    ident = await shown(journey)
    source(journey, "poor margins")
    await look_again(journey)

    comment = await journey.only()
    assert (comment.id, comment.status) == (ident, Status.HELD)
    assert "poor margins" in comment.text
    assert (await journey.thread("thread.json")).json()["count"] == 0


async def test_whoever_saw_the_old_words_does_not_decide_on_the_new_ones(
    journey: Journey,
) -> None:
    """W-15: an update is a new version."""
    await mention(journey, source(journey))
    await journey.work()
    seen = await journey.only()
    source(journey, "poor margins")
    await look_again(journey)

    with pytest.raises(VersionStale, match="edited"):
        await journey.house.decide.one(seen.id, Action.APPROVE, ANA, version=seen.version)


async def test_the_same_words_again_change_nothing(journey: Journey) -> None:
    """W-15: idempotent."""
    ident = await shown(journey)
    before, tag = await journey.again(ident), (await journey.thread()).headers["etag"]
    await look_again(journey)

    after = await journey.again(ident)
    assert (after.status, after.version) == (before.status, before.version)
    assert after.verified_at != before.verified_at
    revision = (await journey.thread("thread.json")).json()["revision"]
    assert (await journey.thread()).headers["etag"] == tag
    await look_again(journey)
    assert (await journey.thread("thread.json")).json()["revision"] == revision


async def test_a_mention_that_becomes_a_like_is_counted_as_neither(journey: Journey) -> None:
    """W-15: the thread's count is right whatever the source turns into."""
    ident = await shown(journey)
    journey.sources.page("/s/", LIKE.format(link=journey.article))
    await look_again(journey)
    comment = await journey.again(ident)
    assert comment.type is Type.LIKE
    await journey.house.decide.one(ident, Action.APPROVE, ANA, version=comment.version)

    counted = await journey.client.get("/counts.json", params={"article": journey.article})
    assert counted.json() == {journey.article: 0}


async def test_what_a_moderator_worded_stays_so(journey: Journey) -> None:
    """W-15: a look at an unchanged source undoes no edit."""
    ident = await shown(journey)
    version = (await journey.again(ident)).version
    await journey.house.revise.edit(ident, Words(text="Shorter."), ANA, version=version)
    await look_again(journey)

    comment = await journey.again(ident)
    assert (comment.status, comment.text) == (Status.APPROVED, "Shorter.")


@pytest.mark.parametrize(
    ("body", "status"),
    [
        pytest.param("gone", 410, id="410"),
        pytest.param("not found", 404, id="404, after some tries"),
        pytest.param("<title>No link</title>", 200, id="no link any more"),
        pytest.param('<meta http-equiv="status" content="410 Gone">', 200, id="it says 410"),
    ],
)
async def test_a_mention_that_is_gone_is_hidden(journey: Journey, body: str, status: int) -> None:
    """W-16: deleted, disowned, or gone by its own word."""
    ident = await shown(journey)
    journey.sources.page("/s/", body, status=status)
    await look_again(journey)

    assert (await journey.again(ident)).status is Status.TRASH
    assert (await record(journey)).state is PingState.GONE
    assert (await journey.thread("thread.json")).json()["count"] == 0


async def test_a_mention_out_of_reach_stays(journey: Journey) -> None:
    """W-16: 5xx and time-outs change nothing."""
    ident = await shown(journey)
    journey.sources.page("/s/", "oops", status=503)
    await look_again(journey)

    assert (await journey.again(ident)).status is Status.APPROVED
    assert (await record(journey)).state is PingState.VERIFIED


async def test_one_that_waits_stays_in_the_queue_while_its_source_is_out_of_reach(
    journey: Journey,
) -> None:
    """W-16, W-26: and its sender is told that it waits."""
    answer = await mention(journey, source(journey))
    await journey.work()
    journey.sources.page("/s/", "oops", status=503)
    await look_again(journey)

    page = answer.headers["location"]
    told = await journey.client.get(page, headers={"Accept": "application/json"})
    assert told.json()["status"] == "waiting"
    assert (await journey.only()).waiting_for is WaitingFor.MODERATOR


async def test_what_came_back_and_is_out_of_reach_does_not_wait_for_ever(
    journey: Journey,
) -> None:
    """W-16: reopened, its tries end like those of any other."""
    ident = await shown(journey)
    journey.sources.page("/s/", "gone", status=410)
    await look_again(journey)
    journey.sources.page("/s/", "oops", status=503)
    await look_again(journey)

    assert (await journey.again(ident)).status is Status.TRASH
    assert (await record(journey)).cause is Cause.NOT_READABLE


@pytest.mark.parametrize(
    ("words", "status"),
    [
        pytest.param("fine margins", Status.APPROVED, id="the same words are shown again"),
        pytest.param("poor margins", Status.HELD, id="other words go to a person"),
    ],
)
async def test_one_that_was_gone_is_opened_by_its_next_ping(
    journey: Journey, words: str, status: Status
) -> None:
    """W-16: gone by itself, and back by itself as it was, no other way."""
    ident = await shown(journey)
    journey.sources.page("/s/", "gone", status=410)
    await look_again(journey)
    source(journey, words)
    await look_again(journey)

    assert (await journey.again(ident)).status is status


async def test_the_owners_trash_is_not_opened_by_its_sender(journey: Journey) -> None:
    """P-14: decided by the owner is registered, also when its link has gone since."""
    ident = await shown(journey)
    version = (await journey.again(ident)).version
    await journey.house.decide.one(ident, Action.TRASH, ANA, version=version)
    journey.sources.page("/s/", "<title>No link</title>")
    await look_again(journey)
    address = source(journey)
    journey.clock.turn(timedelta(minutes=11))

    assert await pingback(journey, address) == 48
    await journey.work()
    assert (await journey.again(ident)).status is Status.TRASH


async def test_what_the_owner_approved_unseen_is_not_taken_away(journey: Journey) -> None:
    """P-14: a failed look does not undo a person's decision."""
    journey.sources.page("/s/", "<title>No link</title>")
    await pingback(journey, journey.sources.url("/s/"))
    comment = await journey.only()
    await journey.house.decide.one(comment.id, Action.APPROVE, ANA)
    for minutes in (0, 1, 5):
        await rest(journey, minutes)

    assert (await journey.again(comment.id)).status is Status.APPROVED
