"""Web servers on loopback (see tests/sources.py), and a fetcher that may ask one of them."""

from collections.abc import AsyncIterator

import pytest

from moderation.net.client import GuardedFetcher
from moderation.net.limits import BudgetLimits, FetchLimits
from tests.sources import SourceServer

LOOSE = BudgetLimits(
    at_once=1000,
    per_sender=10000,
    per_host_at_once=1000,
    per_host_second=1000,
    per_address=10000,
    per_page=10000,
)


@pytest.fixture
async def server() -> AsyncIterator[SourceServer]:
    """Stand for a public web server: its pair is opened in the guard."""
    async with SourceServer() as running:
        yield running


@pytest.fixture
async def canary() -> AsyncIterator[SourceServer]:
    """Stand for what is inside: it must never be touched."""
    async with SourceServer() as running:
        running.page("/", "secret")
        yield running
        assert running.connections == 0


@pytest.fixture
def fetcher(server: SourceServer, canary: SourceServer) -> GuardedFetcher:
    """Make a fetcher in a hurry; for it both servers' ports are those of web sites."""
    return GuardedFetcher(
        "https://comments.example",
        allowed_private=frozenset({server.pair}),
        limits=FetchLimits(
            connect_seconds=1,
            first_byte_seconds=1,
            total_seconds=3,
            pieces=2000,
            ports=frozenset({80, 443, server.port, canary.port}),
        ),
        budget=LOOSE,
    )
