"""What is forgotten after its time, and what is not."""

import logging
from datetime import timedelta

import pytest

from bench.seed import seed
from moderation.domain.comment import Status
from moderation.domain.decision import Action
from moderation.flow.sweep import DELETED
from moderation.store import queue, tally
from moderation.store.contract import Query
from moderation.store.queue import Filter, Total
from moderation.store.tables import tally as table

from .conftest import ANA, Journey


async def test_the_sweep_forgets_addresses_and_empties_the_trash(journey: Journey) -> None:
    await journey.reply()
    comment = await journey.only()
    await journey.house.decide.one(comment.id, Action.TRASH, ANA)
    await journey.json_reply(text="I stay.")
    journey.clock.turn(timedelta(days=31))
    await journey.house.sweep.once()

    left = await journey.only()
    assert left.text == "I stay."
    assert left.client.address == "192.0.2.0/24"


async def test_numbers_that_somebody_spoilt_by_hand_are_mended_at_night_and_told(
    journey: Journey, caplog: pytest.LogCaptureFixture
) -> None:
    def spoil() -> Query[None]:
        yield table.update().values(number=table.c.number + 41), {}

    await journey.reply()
    await journey.house.store.write(spoil)
    while journey.clock.now().hour != 3:
        journey.clock.turn(timedelta(hours=1))
        assert await journey.house.store.read(tally.drift) != {}
        with caplog.at_level(logging.WARNING):
            await journey.house.sweep.once()
    assert await journey.house.store.read(tally.drift) == {}
    assert "wrong by 41 in all; they are mended: blog held moderator comment reply -41" in (
        caplog.text
    )


async def test_a_sweep_deletes_few_comments_a_commit_and_all_that_are_due_in_the_end(
    store_url: str, journey: Journey
) -> None:
    await seed(store_url, 1000, now=journey.clock.now())
    store = journey.house.store
    trash, spam = (Filter(status=status) for status in (Status.TRASH, Status.SPAM))
    assert await store.read(queue.total, trash) == Total(40)
    assert await store.read(queue.total, spam) == Total(90)
    journey.clock.turn(timedelta(days=40))
    assert await store.write(journey.house.sweep._delete_old, Status.TRASH, 30), "there is more"
    assert await store.read(queue.total, trash) == Total(40 - DELETED)
    await journey.house.sweep.once()
    assert await store.read(queue.total, trash) == await store.read(queue.total, spam) == Total(0)
    assert await store.read(tally.drift) == {}
    left = await store.read(queue.page, Filter(), order="newest", limit=50)
    assert {c.client.address[-3:] for c in left} == {"/24"}
