"""What is forgotten after its time, and what is not."""

from datetime import timedelta

from moderation.domain.decision import Action

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
