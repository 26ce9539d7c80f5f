"""The Akismet page, and what owners are told of it on the queue."""

from collections.abc import AsyncIterator

import pytest

from moderation.domain.moderator import Role
from moderation.settings import AkismetSettings
from tests.conftest import FakeClock
from tests.integration.akismet.server import AkismetServer, Reply

from .browsing import Browser
from .conftest import Service, running


@pytest.fixture
async def akismet() -> AsyncIterator[AkismetServer]:
    async with AkismetServer() as server:
        yield server


@pytest.fixture
async def watched(
    store_url: str, clock: FakeClock, akismet: AkismetServer
) -> AsyncIterator[Service]:
    async for made in running(store_url, clock, akismet=AkismetSettings(akismet.key, akismet.url)):
        yield made


async def test_an_owner_sees_the_account_and_asks_it_again(
    watched: Service, akismet: AkismetServer
) -> None:
    ana = await watched.signed_in("Ana", Role.OWNER)
    akismet.usage = {"limit": 500, "usage": 470, "percentage": "94.00", "throttled": False}
    page = await ana.get("/dashboard/akismet")
    assert "It has not been asked yet." in page.words
    page = await ana.send(page.form("/verify"))
    assert "Akismet takes the key." in page.words
    assert "470 calls of 500 (94 %)" in page.words
    assert "Few calls are left" in page.words
    assert "Akismet" not in (await ana.get("/dashboard")).words.partition("Look at the account")[1]

    akismet.script("verify-key", Reply("invalid"))
    page = await ana.send(page.form("/verify"))
    assert "is refused" in page.words
    queue = await ana.get("/dashboard")
    assert "Akismet refuses the key. Look at the account" in queue.words
    assert akismet.key not in page.words + queue.words


async def test_it_is_the_owners(watched: Service, akismet: AkismetServer) -> None:
    ben = await watched.signed_in("Ben")
    assert (await ben.get("/dashboard/akismet")).status == 403
    answer = await ben.post("/dashboard/akismet/verify", {"csrf_token": await ben.token()})
    assert answer.status_code == 403
    assert not akismet.asked


async def test_without_a_key_it_says_how_to_set_one(light: Service, owner: Browser) -> None:
    page = await owner.get("/dashboard/akismet")
    assert "Akismet is off" in page.words
    assert "AKISMET_API_KEY" in page.words
    answer = await owner.post("/dashboard/akismet/verify", {"csrf_token": await owner.token()})
    assert answer.status_code == 404
