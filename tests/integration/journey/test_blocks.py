"""Blocked sources: refused at the door, never fetched, and what waits from there."""

import xmlrpc.client
from datetime import timedelta

import pytest

from moderation.domain.comment import Kind, Status, WaitingFor
from moderation.domain.decision import Action
from moderation.domain.errors import Duplicate, InvalidFields, NotFound
from moderation.domain.ping import Cause, PingState
from moderation.flow.block import AT_ONCE, MOST, Wanted
from moderation.store import blocks, pings, source_deeds
from moderation.text.globs import Pattern, read_pattern

from .conftest import ANA, BEN, Journey, Open
from .test_trust import PAGE, mention


async def block(journey: Journey, pattern: str, days: int = 0) -> str:
    journey.clock.turn(timedelta(seconds=1))
    added = await journey.house.blocks.add(Wanted(read_pattern(pattern), days=days), ANA)
    journey.clock.turn(timedelta(seconds=1))
    return added.block.id


async def ping(journey: Journey, door: Kind, source: str) -> tuple[int, str]:
    """Ping by a door; the status and the body."""
    client, target = journey.client, journey.article
    if door is Kind.PINGBACK:
        body = xmlrpc.client.dumps((source, target), "pingback.ping")
        answer = await client.post("/pingback", content=body)
    elif door is Kind.TRACKBACK:
        params = {"article": target}
        answer = await client.post("/trackback", params=params, data={"url": source})
    else:
        answer = await client.post("/webmention", data={"source": source, "target": target})
    return answer.status_code, answer.text


@pytest.mark.parametrize(
    ("door", "status", "words"),
    [
        (Kind.PINGBACK, 200, "<int>49</int>"),
        (Kind.TRACKBACK, 403, "<error>1</error>"),
        (Kind.WEBMENTION, 400, "Pings from there are not accepted."),
    ],
)
async def test_a_blocked_source_is_refused_in_the_protocols_own_words(
    journey: Journey, door: Kind, status: int, words: str
) -> None:
    ident = await block(journey, "spam.example")
    at = journey.clock.now()
    code, body = await ping(journey, door, "https://www.spam.example/pills")
    assert code == status
    assert words in body
    assert "spam.example" not in body
    await journey.work()
    assert await journey.all() == []
    assert [r for r in journey.sources.requests if r] == []
    met = await journey.house.store.read(blocks.by_id, ident)
    assert met is not None
    assert (met.hits, met.hit_at) == (1, at)
    assert (await ping(journey, door, "https://fine.example/"))[0] in (200, 201)


async def test_a_block_of_one_path_leaves_its_neighbours(journey: Journey) -> None:
    pair = journey.sources.pair
    await block(journey, f"{pair}/~eve")
    page = PAGE.format(target=journey.article, n=1)
    eve = journey.sources.page("/~eve/1/", page)
    assert (await ping(journey, Kind.WEBMENTION, eve))[0] == 400
    assert (await mention(journey, 2, path="/~ada/{n}/")).status is Status.HELD


async def test_a_block_ends_when_it_is_lifted_or_its_time_is_over(journey: Journey) -> None:
    source = "https://spam.example/"
    lifted = await block(journey, "spam.example")
    await journey.house.blocks.lift(lifted, ANA)
    assert (await ping(journey, Kind.WEBMENTION, source))[0] == 201
    with pytest.raises(NotFound):
        await journey.house.blocks.lift(lifted, ANA)

    await block(journey, "*.spam.example", days=1)
    assert (await ping(journey, Kind.WEBMENTION, source + "b"))[0] == 400
    journey.clock.turn(timedelta(days=1))
    assert (await ping(journey, Kind.WEBMENTION, source + "b"))[0] == 201
    await block(journey, "*.spam.example")  # one that has run out is no hindrance
    deeds = await journey.house.store.read(source_deeds.last, limit=9)
    assert [(d.deed, d.source, d.actor.name) for d in reversed(deeds)] == [
        ("block", "spam.example", "Ana"),
        ("unblock", "spam.example", "Ana"),
        ("block", "*.spam.example", "Ana"),
        ("block", "*.spam.example", "Ana"),
    ]
    journey.clock.turn(timedelta(days=40))
    await journey.house.sweep.once()
    assert len(await journey.house.blocks.page(limit=9)) == 1


async def test_a_block_of_one_site_is_not_the_others(begin: Open, journey: Journey) -> None:
    added = await journey.house.blocks.add(Wanted(Pattern("spam.example"), site="else"), ANA)
    assert added.block.site == "else"
    assert (await ping(journey, Kind.WEBMENTION, "https://spam.example/"))[0] == 201


async def test_what_waits_goes_to_spam_in_the_same_deed_and_comes_back(journey: Journey) -> None:
    waits = await mention(journey, 1)
    other = await mention(journey, 2)
    await journey.house.decide.one(other.id, Action.APPROVE, ANA, version=other.version)
    unseen = journey.sources.page("/n3/", PAGE.format(target=journey.article, n=3))
    await ping(journey, Kind.TRACKBACK, unseen)

    added = await journey.house.blocks.add(
        Wanted(read_pattern(journey.sources.pair), move_waiting=True), ANA
    )

    assert added.outcome is not None
    assert len(added.outcome.done) == 2
    by_source = {c.source: c for c in await journey.all()}
    assert (await journey.again(waits.id)).status is Status.SPAM
    assert by_source[unseen].status is Status.SPAM
    assert (await journey.again(other.id)).status is Status.APPROVED

    await journey.house.undo.decision(added.outcome.decision_id, ANA)
    assert (await journey.again(waits.id)).waiting_for is WaitingFor.MODERATOR
    assert (await journey.again(by_source[unseen].id)).waiting_for is WaitingFor.SOURCE
    assert await journey.house.blocks.page(limit=9) == []
    await journey.work()
    assert (await journey.again(by_source[unseen].id)).waiting_for is WaitingFor.MODERATOR


async def test_undo_by_a_program_of_one_site_leaves_a_block_of_every_site(
    journey: Journey,
) -> None:
    waits = await mention(journey, 1)
    pattern = read_pattern(journey.sources.pair)
    added = await journey.house.blocks.add(Wanted(pattern, move_waiting=True), ANA)
    assert added.outcome is not None

    own = frozenset({waits.site})
    await journey.house.undo.decision(added.outcome.decision_id, BEN, sites=own)

    assert (await journey.again(waits.id)).waiting_for is WaitingFor.MODERATOR
    assert [b.id for b in await journey.house.blocks.page(limit=9)] == [added.block.id]
    await journey.house.blocks.lift(added.block.id, ANA)

    waits = await journey.again(waits.id)
    wanted = Wanted(pattern, site=waits.site, move_waiting=True)
    added = await journey.house.blocks.add(wanted, ANA)
    assert added.outcome is not None
    await journey.house.undo.decision(added.outcome.decision_id, BEN, sites=own)
    assert await journey.house.blocks.page(limit=9) == []


async def test_a_source_blocked_before_it_was_looked_at_is_not_fetched(journey: Journey) -> None:
    source = journey.sources.page("/late/", PAGE.format(target=journey.article, n=1))
    await ping(journey, Kind.PINGBACK, source)
    ident = await block(journey, journey.sources.pair)
    await journey.work()
    comment = await journey.only()
    record = await journey.house.store.read(pings.by_comment, comment.id)
    assert record is not None
    assert comment.status is Status.TRASH
    assert (record.state, record.cause) == (PingState.DECLINED, Cause.CLOSED)
    assert journey.sources.requests == []

    await journey.house.blocks.lift(ident, ANA)
    journey.clock.turn(timedelta(minutes=11))
    assert "<string>" in (await ping(journey, Kind.PINGBACK, source))[1]
    await journey.work()
    assert (await journey.only()).waiting_for is WaitingFor.MODERATOR


async def test_a_source_that_leads_to_a_blocked_one_is_declined(journey: Journey) -> None:
    bad = journey.sources.page("/bad/", PAGE.format(target=journey.article, n=1))
    source = journey.sources.redirect("/r/", bad)
    await block(journey, f"{journey.sources.pair}/bad")
    await ping(journey, Kind.WEBMENTION, source)
    await journey.work()
    assert (await journey.only()).status is Status.TRASH


async def test_the_same_twice_too_long_and_too_many_are_refused(
    journey: Journey, monkeypatch: pytest.MonkeyPatch
) -> None:
    await block(journey, "spam.example")
    with pytest.raises(Duplicate):
        await block(journey, "https://www.spam.example/")
    with pytest.raises(InvalidFields):
        await block(journey, "other.example", days=100_000)
    assert MOST > AT_ONCE
    monkeypatch.setattr("moderation.flow.block.MOST", 1)
    with pytest.raises(InvalidFields):
        await block(journey, "other.example")
