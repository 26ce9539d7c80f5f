"""Akismet checklist, A-14 to A-17: limits, roles, addresses, usage."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import fields as fields_of

import pytest

from moderation.checks.akismet import Said
from moderation.checks.akismet.client import Akismet
from moderation.checks.contract import Case
from moderation.domain.comment import Author, Client
from moderation.domain.submission import Ping, Reply
from moderation.settings import AkismetSettings
from tests.integration.akismet import server as loopback
from tests.integration.akismet.server import AkismetServer
from tests.unit.checks.cases import SITE, TurnedClock, ping, reply


@pytest.fixture
async def server() -> AsyncIterator[AkismetServer]:
    async with AkismetServer() as running:
        yield running


@pytest.fixture
def clock() -> TurnedClock:
    return TurnedClock()


@pytest.fixture
async def akismet(server: AkismetServer, clock: TurnedClock) -> AsyncIterator[Akismet]:
    client = Akismet(AkismetSettings(server.key, server.url, timeout_seconds=1.5), clock)
    yield client
    await client.aclose()


async def test_a_hanging_akismet_is_waited_for_a_limited_time(
    akismet: Akismet, server: AkismetServer
) -> None:
    """A-14, L-8: a total time limit for each check, drip or hang."""
    server.script("comment-check", loopback.Reply(drip=True), loopback.Reply(hang=True))
    async with asyncio.timeout(6):
        answers = await asyncio.gather(akismet.check(reply()), akismet.check(reply()))
    assert {answer.verdict for answer in answers} == {Said.UNKNOWN}


async def test_four_are_asked_at_once_at_most(
    akismet: Akismet, server: AkismetServer, clock: TurnedClock
) -> None:
    """A-14: a limit on checks at once."""
    door = asyncio.Event()
    server.script("comment-check", *[loopback.Reply(wait_for=door)] * 9)
    checks = [asyncio.create_task(akismet.check(reply())) for _ in range(9)]
    await server.until_asked(4)
    other = Akismet(AkismetSettings(server.key, server.url), clock)
    assert await other.verify(SITE.url)  # a whole turn of the line: a fifth would be here now
    assert len(server.of("comment-check")) == 4
    door.set()
    assert {answer.verdict for answer in await asyncio.gather(*checks)} == {Said.HAM}
    await other.aclose()


def test_nothing_that_comes_in_has_a_role() -> None:
    """A-15: no form, ping or case has a place for a role."""
    names = {f.name for kind in (Reply, Ping, Case, Author, Client) for f in fields_of(kind)}
    assert not {name for name in names if "role" in name}


@pytest.mark.parametrize("case", [reply(author=Author("administrator")), ping()])
async def test_no_role_is_ever_sent(akismet: Akismet, server: AkismetServer, case: Case) -> None:
    """A-15: `user_role` is not sent for readers, whatever they call themselves."""
    await akismet.check(case)
    assert "user_role" not in server.asked[0].fields


def test_the_real_host_is_the_default_and_can_be_changed(server: AkismetServer) -> None:
    """A-16: the address is a setting."""
    assert AkismetSettings().url == "https://rest.akismet.com"
    assert server.url.startswith("http://127.0.0.1:")


@pytest.mark.parametrize(("limit", "read"), [("none", None), (1000, 1000), ("1000", 1000)])
async def test_usage_without_limit(
    akismet: Akismet, server: AkismetServer, limit: object, read: int | None
) -> None:
    """A-17: `limit` may be "none", `percentage` is a string."""
    server.usage = {"limit": limit, "usage": 7, "percentage": "0.70", "throttled": False}
    usage = await akismet.usage(SITE.url)
    assert (usage.limit, usage.used, usage.percentage, usage.throttled) == (read, 7, 0.7, False)
