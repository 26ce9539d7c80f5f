"""A clock that is set while the service runs: what is kept, what expires, what is sent once."""

from datetime import timedelta

import pytest

from moderation.domain.decision import Action
from moderation.domain.errors import NotFound
from moderation.domain.moderator import Role
from moderation.flow import enter
from moderation.store import watching
from moderation.store.watching import Watched

from .conftest import ANA, Journey

DAY = timedelta(days=1)
TEN_YEARS = timedelta(days=3653)
PASSWORD = "eleven purple ferries at dawn"


async def in_trash(journey: Journey) -> None:
    await journey.reply()
    comment = await journey.only()
    await journey.house.decide.one(comment.id, Action.TRASH, ANA)
    await journey.house.sweep.start()


async def test_nothing_young_is_forgotten_because_the_clock_is_ten_years_ahead(
    journey: Journey,
) -> None:
    await in_trash(journey)
    journey.clock.leap(TEN_YEARS)
    await journey.work()
    assert await journey.all() != []
    journey.clock.turn(timedelta(hours=20))
    await journey.work()
    journey.clock.leap(-TEN_YEARS)  # somebody sees it, and sets it right
    journey.clock.turn(2 * DAY)
    await journey.work()
    assert await journey.all() != []


async def test_a_clock_that_stands_for_a_day_is_believed(journey: Journey) -> None:
    await in_trash(journey)
    journey.clock.leap(40 * DAY)  # or nobody served for so long
    await journey.work()
    assert await journey.all() != []
    journey.clock.turn(DAY)
    await journey.work()
    assert await journey.all() == []


@pytest.mark.parametrize("jump", [-DAY, DAY / 4])
async def test_who_is_signed_in_stays_so_when_the_clock_is_set_a_little(
    journey: Journey, jump: timedelta
) -> None:
    door = journey.house.enter
    await door.add(door.draft("Ana", "ana@blog.example", Role.OWNER), PASSWORD)
    entered = await door.login("Ana", PASSWORD, "192.0.2.1")
    journey.clock.leap(jump)
    assert await door.session(entered.secret) is not None
    journey.clock.turn(enter.IDLE + timedelta(minutes=1))
    assert await door.session(entered.secret) is None


async def test_what_was_given_out_ten_years_ahead_is_not_good_for_ten_years(
    journey: Journey,
) -> None:
    door = journey.house.enter
    await door.add(door.draft("Ana", "ana@blog.example", Role.OWNER), PASSWORD)
    journey.clock.leap(TEN_YEARS)
    entered = await door.login("Ana", PASSWORD, "192.0.2.1")
    invited = await door.invite(door.draft("Ben", "ben@blog.example", Role.READER))
    assert await door.session(entered.secret) is not None
    assert await door.invited(invited) is not None
    journey.clock.leap(-TEN_YEARS)
    assert await door.session(entered.secret) is None
    with pytest.raises(NotFound):
        await door.invited(invited)


async def test_a_look_that_was_put_off_by_ten_years_too_many_is_made(journey: Journey) -> None:
    store, clock = journey.house.store, journey.clock
    await journey.reply()
    comment = await journey.only()
    await store.write(watching.put, Watched(comment.id, clock.now() + TEN_YEARS))
    await journey.house.watch.start()
    clock.turn(timedelta(minutes=4))
    await journey.work()
    watched = await store.read(watching.of, comment.id)
    assert watched is not None
    assert watched.due_at < clock.now() + 8 * DAY
