"""What becomes of a ping over its life, in a running house."""

import asyncio
from datetime import timedelta

import pytest

from moderation.domain.comment import Kind, Status, WaitingFor
from moderation.domain.decision import Action
from moderation.domain.ping import PingState
from tests.conformance.pinging import (
    mention,
    pingback,
    record,
    rest,
    source,
    trackback,
)
from tests.integration.journey.conftest import ANA, Journey, Open


async def test_the_same_pair_again_is_48_whatever_was_decided(journey: Journey) -> None:
    """P-14: queued, approved, in the trash or spam: it is registered."""
    address = source(journey)
    assert await pingback(journey, address) == -1
    assert await pingback(journey, address) == 48
    await journey.work()
    ident = (await journey.only()).id
    for action in (Action.APPROVE, Action.TRASH, Action.SPAM):
        version = (await journey.again(ident)).version
        await journey.house.decide.one(ident, action, ANA, version=version)
        journey.clock.turn(timedelta(minutes=11))
        assert await pingback(journey, address) == 48
    assert len(await journey.all()) == 1


async def test_of_two_at_once_exactly_one_is_new(begin: Open, journey: Journey) -> None:
    """P-14: at two processes, and to an article that has no row yet."""
    other = await begin()
    for number in range(4):
        target = journey.blog.url(f"/{number}/")
        faults = await asyncio.gather(
            pingback(journey, source(journey), target), pingback(other, source(journey), target)
        )
        assert sorted(faults) == [-1, 48]


async def test_a_trackback_again_is_error_1_and_one_entry(journey: Journey) -> None:
    """T-9: also for two at the same instant."""
    address = source(journey)
    answers = await asyncio.gather(trackback(journey, address), trackback(journey, address))

    assert sorted("<error>0</error>" in a.text for a in answers) == [False, True]
    assert len(await journey.all()) == 1


async def test_an_unverified_trackback_never_goes_to_the_page(journey: Journey) -> None:
    """T-19: it waits for its source, out of sight, and is declined without a link."""
    journey.sources.page("/s/", "<title>No link</title>")
    await trackback(journey, journey.sources.url("/s/"))
    assert (await journey.only()).waiting_for is WaitingFor.SOURCE
    for minutes in (0, 1, 5):
        await rest(journey, minutes)

    assert (await journey.only()).status is Status.TRASH
    assert (await record(journey)).state is PingState.DECLINED


@pytest.mark.parametrize("spelling", ["?utm_source=x", "#c1", "?replytocom=7"])
async def test_a_page_does_not_ping_itself(journey: Journey, spelling: str) -> None:
    """P-15, W-6: nor by another spelling of its own address."""
    own = journey.article + spelling
    assert await pingback(journey, own) in (0, 17, 33)
    assert (await mention(journey, own)).status_code == 400
    assert await journey.all() == []


async def test_a_source_that_is_not_there_yet_is_tried_again(journey: Journey) -> None:
    """P-18: a sender may ping before its page is public."""
    await pingback(journey, journey.sources.url("/s/"))
    await journey.work()
    source(journey)
    await rest(journey, 1)

    assert (await journey.only()).waiting_for is WaitingFor.MODERATOR


async def test_undoing_a_hasty_trash_looks_at_the_source_again(journey: Journey) -> None:
    """W-26: nothing waits for a look that nobody will take."""
    await mention(journey, source(journey))
    comment = await journey.only()
    outcome = await journey.house.decide.one(comment.id, Action.TRASH, ANA)
    await journey.work()
    await journey.house.undo.decision(outcome.decision_id, ANA)
    await rest(journey, 1)

    assert (await journey.again(comment.id)).waiting_for is WaitingFor.MODERATOR


async def test_the_status_page_tells_no_spam_and_nobodys_data(journey: Journey) -> None:
    """W-26: states only, never kept, and its address cannot be made up."""
    answer = await mention(journey, source(journey))
    page = answer.headers["location"]
    await journey.work()
    comment = await journey.only()
    await journey.house.decide.one(comment.id, Action.SPAM, ANA, version=comment.version)
    told = await journey.client.get(page)

    assert told.headers["cache-control"] == "no-store"
    assert "spam" not in told.text.lower()
    assert "192.0.2.9" not in told.text
    forged = page[:-6] + ("x" if page[-6] != "x" else "y") + page[-5:]
    assert (await journey.client.get(forged)).status_code == 404


async def test_a_cookie_of_the_owner_changes_nothing_at_the_doors(journey: Journey) -> None:
    """W-22: no session is looked at, no Origin is asked for."""
    headers = {"Cookie": "__Host-session=x", "Origin": "https://stranger.example"}
    form = {"source": source(journey), "target": journey.article}
    answer = await journey.client.post("/webmention", data=form, headers=headers)

    assert answer.status_code == 201
    assert "set-cookie" not in answer.headers


async def test_parameters_come_from_the_body_alone(journey: Journey) -> None:
    """W-23, T-6: the query names the article of a trackback and nothing else."""
    query = {"source": source(journey), "target": journey.article}
    assert (await journey.client.post("/webmention", params=query)).status_code == 400
    query = {"article": journey.article, "url": source(journey)}
    assert "<error>1</error>" in (await journey.client.post("/trackback", params=query)).text
    assert await journey.all() == []


async def test_many_doors_are_one_entry(journey: Journey) -> None:
    """H-9: the same source and article, each sender answered in its own protocol."""
    address = source(journey)
    await trackback(journey, address)
    assert await pingback(journey, address) == 48
    assert (await mention(journey, address)).status_code == 201

    assert (await journey.only()).via == (Kind.TRACKBACK, Kind.PINGBACK, Kind.WEBMENTION)
