"""The Akismet checklist played through the whole service, by two recorded conversations."""

import logging
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from moderation.domain.comment import Kind, Status
from moderation.domain.decision import Action
from moderation.domain.site import Hold, Moderation
from moderation.settings import AkismetSettings
from moderation.store import akismet_account, akismet_records
from tests.integration.akismet.recorded import Recording
from tests.integration.akismet.server import AkismetServer
from tests.integration.journey.conftest import ANA, Journey, Open

LINES = {f"A-{number}" for number in range(1, 18)}


@pytest.fixture
async def server() -> AsyncIterator[AkismetServer]:
    async with AkismetServer() as running:
        yield running


@pytest.fixture
async def asking(begin: Open, server: AkismetServer) -> Journey:
    """A service that publishes what no check objects to."""
    return await begin(
        akismet=AkismetSettings(server.key, server.url, timeout_seconds=1.5),
        site={"moderation": Moderation(hold=Hold.NONE)},
    )


async def say(journey: Journey, text: str) -> Status:
    """Send a reply, have the jobs done, and say what became of it."""
    answer = await journey.json_reply(text=text)
    assert answer.status_code == 201
    assert answer.json()["status"] == "held"
    await journey.work()
    return (await journey.again(answer.json()["id"])).status


async def by_text(journey: Journey, text: str) -> str:
    (comment,) = (c for c in await journey.all() if c.text == text)
    return comment.id


async def decide(journey: Journey, comment_id: str, action: Action) -> None:
    seen = await journey.again(comment_id)
    await journey.house.decide.one(comment_id, action, ANA, version=seen.version)


async def ping(journey: Journey, words: str) -> None:
    link = f'<title>A page</title><p>{words} <a href="{journey.article}">margins</a></p>'
    source = journey.sources.page("/on-margins/", link)
    headers = {"User-Agent": "a blog's software/1"}
    data = {"source": source, "target": journey.article}
    await journey.client.post("/webmention", data=data, headers=headers)
    await journey.work()


async def test_an_ordinary_day(asking: Journey, server: AkismetServer) -> None:
    """A-1, A-2, A-3, A-4, A-7, A-8, A-10, A-11, A-12, A-15, A-16, A-17: as recorded."""
    day = Recording.of("an-ordinary-day")
    day.play(server)
    assert asking.house.account is not None

    await asking.house.account.look()
    assert await say(asking, "Words of a reader.") is Status.APPROVED
    await ping(asking, "I wrote about")
    assert await say(asking, "Cheap words.") is Status.SPAM
    assert await say(asking, "The cheapest words.") is Status.SPAM
    wronged = await by_text(asking, "Cheap words.")
    await decide(asking, wronged, Action.APPROVE)
    asking.clock.turn(timedelta(seconds=61))
    await asking.work()
    asking.clock.turn(timedelta(minutes=11))
    await ping(asking, "I have written anew about")

    assert day.differences(server) == []
    account = await asking.house.store.read(akismet_account.read)
    assert account is not None
    assert (account.plan, account.used) == (None, 41)
    assert account.alert == "10504: Over the limit."
    (mention,) = (c for c in await asking.all() if c.kind is Kind.WEBMENTION)
    record = await asking.house.store.read(akismet_records.of, mention.id)
    assert record is not None
    assert record.guid == "day-5"


async def test_a_bad_night(
    asking: Journey, server: AkismetServer, caplog: pytest.LogCaptureFixture
) -> None:
    """A-5, A-6, A-9, A-10, A-11, A-13, A-14: as recorded."""
    night = Recording.of("a-bad-night")
    night.play(server)
    caplog.set_level(logging.INFO)

    assert await say(asking, "The first.") is Status.HELD
    first = await by_text(asking, "The first.")
    for minutes in (2, 6, 21):
        asking.clock.turn(timedelta(minutes=minutes))
        await asking.work()
    asking.clock.turn(timedelta(minutes=115))
    await asking.work()
    assert len(server.asked) == 4  # it asked for two hours of rest
    asking.clock.turn(timedelta(minutes=6))
    await asking.work()
    assert (await asking.again(first)).status is Status.APPROVED

    await decide(asking, first, Action.SPAM)
    for minutes in (2, 2):
        asking.clock.turn(timedelta(minutes=minutes))
        await asking.work()
    assert await say(asking, "The second.") is Status.HELD
    asking.clock.turn(timedelta(hours=5))
    await asking.work()
    assert len(server.asked) == 8  # a key that was refused is not tried for six hours
    asking.clock.turn(timedelta(hours=7))
    await asking.work()

    assert night.differences(server) == []
    assert (await asking.again(await by_text(asking, "The second."))).status is Status.APPROVED
    seen = [await asking.house.see.comment(c.id) for c in await asking.all()]
    kept = repr([(s.opinions, s.story, s.akismet) for s in seen])
    assert server.key not in caplog.text + kept


def test_the_two_recordings_prove_every_line() -> None:
    """A-1 to A-17: no line is left out."""
    day, night = Recording.of("an-ordinary-day"), Recording.of("a-bad-night")
    assert day.proves | night.proves == LINES
