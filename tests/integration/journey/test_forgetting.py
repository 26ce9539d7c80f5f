"""What is forgotten after its time, and what is not."""

import logging
from datetime import timedelta

import pytest

from moderation.domain.decision import Action
from moderation.store import tally
from moderation.store.contract import Query
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
