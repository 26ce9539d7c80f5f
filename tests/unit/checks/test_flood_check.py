"""Too many in a minute from one address or one proven author."""

from collections.abc import Callable

import pytest

from moderation.checks.flood import CROWD, Flood
from moderation.domain.comment import Author, Client, Kind
from moderation.domain.errors import RateLimited
from moderation.domain.opinion import Verdict
from moderation.domain.rates import SWEEP_EVERY, MovingWindow
from moderation.settings import Limits, Settings
from tests.unit.checks.cases import TurnedClock, ping, reply, tools


def flood(comments: int = 2, pings: int = 3) -> tuple[Flood, TurnedClock]:
    clock = TurnedClock()
    return Flood(tools(Settings(limits=Limits(comments, pings)), clock=clock)), clock


async def test_up_to_the_limit_nothing_is_refused() -> None:
    check, _ = flood()
    assert (await check.examine(reply())).verdict is Verdict.UNSURE
    second = await check.examine(reply())
    assert second.because == "This was comment 2 of at most 2 in a minute from there."


async def test_one_more_is_refused_and_told_when_to_come_back() -> None:
    check, clock = flood()
    await check.examine(reply())
    clock.turn(20)
    await check.examine(reply())
    clock.turn(0.5)
    with pytest.raises(RateLimited) as refusal:
        await check.examine(reply())
    assert refusal.value.retry_after == 40  # 39.5 and up: the first is then a minute old


async def test_the_window_moves_with_time() -> None:
    check, clock = flood()
    for _ in range(2):
        await check.examine(reply())
        clock.turn(30)
    await check.examine(reply())
    with pytest.raises(RateLimited):
        await check.examine(reply())


async def test_a_refused_try_uses_up_nothing() -> None:
    check, clock = flood(1)
    await check.examine(reply())
    for _ in range(5):
        clock.turn(10)
        if clock.monotonic() < 1060:
            with pytest.raises(RateLimited):
                await check.examine(reply())
    clock.turn(10)
    await check.examine(reply())


async def test_another_address_is_somebody_else() -> None:
    check, _ = flood(1)
    await check.examine(reply())
    await check.examine(reply(client=Client("192.0.2.8")))


async def test_addresses_of_one_slash_64_are_one_household() -> None:
    check, _ = flood(1)
    await check.examine(reply(client=Client("2001:db8:1:2::1")))
    with pytest.raises(RateLimited):
        await check.examine(reply(client=Client("2001:db8:1:2:ffff::9")))
    await check.examine(reply(client=Client("2001:db8:1:3::1")))


async def test_a_proven_author_is_counted_across_addresses() -> None:
    check, _ = flood(1)
    await check.examine(reply(author_id="a1"))
    with pytest.raises(RateLimited):
        await check.examine(reply(author_id="a1", client=Client("203.0.113.5")))


async def test_a_refusal_by_author_uses_up_nothing_of_the_address() -> None:
    check, _ = flood(1)
    await check.examine(reply(author_id="a1"))
    elsewhere = Client("203.0.113.5")
    with pytest.raises(RateLimited):
        await check.examine(reply(author_id="a1", client=elsewhere))
    await check.examine(reply(author_id="a2", client=elsewhere))


async def test_what_is_typed_is_no_key() -> None:
    check, _ = flood(1)
    nobody = Author("Anonymous", "", "")
    await check.examine(reply(author=nobody))
    await check.examine(reply(author=nobody, client=Client("192.0.2.8")))


async def test_pings_have_a_budget_of_their_own() -> None:
    check, _ = flood(comments=1, pings=2)
    sender = Client("192.0.2.7")
    await check.examine(reply(client=sender))
    await check.examine(ping(client=sender))
    await check.examine(ping(kind=Kind.TRACKBACK, client=sender))
    with pytest.raises(RateLimited):
        await check.examine(ping(client=sender))


async def test_zero_is_off() -> None:
    check, _ = flood(0, 0)
    for _ in range(50):
        assert (await check.examine(reply())).verdict is Verdict.NOT_RUN


async def test_an_edit_is_not_counted() -> None:
    check, _ = flood(1)
    await check.examine(reply())
    assert (await check.examine(reply(edited=True))).verdict is Verdict.NOT_RUN


async def test_without_address_and_proof_there_is_nothing_to_count_by() -> None:
    check, _ = flood(1)
    for _ in range(3):
        assert (await check.examine(reply(client=Client()))).verdict is Verdict.NOT_RUN


@pytest.mark.parametrize(
    "of_number",
    [
        pytest.param(lambda n: f"https://other.example/{n}", id="sources of one host"),
        pytest.param(lambda n: f"https://other-{n}.example/", id="sources for one article"),
    ],
)
async def test_pings_of_many_senders_are_a_crowd(of_number: Callable[[int], str]) -> None:
    check, clock = flood(pings=1)
    for number in range(CROWD):
        await check.examine(ping(of_number(number), client=Client(f"192.0.2.{number}")))
    with pytest.raises(RateLimited):
        await check.examine(ping(of_number(99), client=Client("192.0.2.99")))
    clock.turn(60)
    await check.examine(ping(of_number(99), client=Client("192.0.2.99")))


def test_addresses_that_fell_silent_are_forgotten() -> None:
    clock = TurnedClock()
    window = MovingWindow(clock)
    for n in range(SWEEP_EVERY - 1):
        window.add(f"address {n}")
    clock.turn(61)
    window.add("the last")
    assert len(window) == 1
