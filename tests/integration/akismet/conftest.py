"""Akismet on loopback, and our adapter pointed at it."""

from collections.abc import AsyncIterator

import pytest

from moderation.checks.akismet.client import Akismet
from moderation.settings import AkismetSettings
from tests.integration.akismet.server import AkismetServer
from tests.unit.checks.cases import TurnedClock


@pytest.fixture
async def akismet_server() -> AsyncIterator[AkismetServer]:
    async with AkismetServer() as server:
        yield server


@pytest.fixture
def clock() -> TurnedClock:
    return TurnedClock()


@pytest.fixture
async def akismet(akismet_server: AkismetServer, clock: TurnedClock) -> AsyncIterator[Akismet]:
    settings = AkismetSettings(akismet_server.key, akismet_server.url, timeout_seconds=5)
    client = Akismet(settings, clock)
    yield client
    await client.aclose()


@pytest.fixture
async def hurried(akismet_server: AkismetServer, clock: TurnedClock) -> AsyncIterator[Akismet]:
    """The same with a time limit that a test can wait for."""
    settings = AkismetSettings(akismet_server.key, akismet_server.url, timeout_seconds=1.0)
    client = Akismet(settings, clock)
    yield client
    await client.aclose()
