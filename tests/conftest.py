"""What every test may ask for: a clock that can be turned, and stores on both engines."""

import asyncio
import logging
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from moderation import logs
from moderation.domain.clock import SystemClock
from moderation.settings import StoreSettings
from moderation.store.db import DatabaseStore, open_store
from tests.postgres import Cluster, start


class FakeClock:
    """Stands still until it is turned; `monotonic` moves along."""

    def __init__(self) -> None:
        self.at = datetime(2026, 11, 22, 7, 30, tzinfo=UTC)
        self.seconds = 1000.0

    def now(self) -> datetime:
        return self.at

    def monotonic(self) -> float:
        return self.seconds

    def turn(self, by: timedelta) -> None:
        """Let time pass."""
        self.at += by
        self.seconds += by.total_seconds()

    def leap(self, by: timedelta) -> None:
        """Set the clock: no time passes."""
        self.at += by


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """A PostgreSQL server; without one its tests are skipped, or fail where it is required."""
    with start() as running:
        yield running


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated database file to copy."""
    path = tmp_path_factory.mktemp("template") / "template.db"
    asyncio.run(_migrate(f"sqlite:///{path}"))
    return path


@pytest.fixture(scope="session")
def postgres_template(cluster: Cluster) -> Iterator[str]:
    """The name of a migrated database to copy."""
    url = cluster.make()
    asyncio.run(_migrate(url))
    yield urlsplit(url).path[1:]
    cluster.drop(url)


async def _migrate(url: str) -> None:
    store = await open_store(StoreSettings(url), clock=SystemClock())
    await store.close()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def engine_name(request: pytest.FixtureRequest) -> str:
    """Run the test on both engines."""
    name: str = request.param
    return name


@pytest.fixture
def store_url(engine_name: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a database of the test's own, migrated and empty."""
    if engine_name == "sqlite":
        path = tmp_path / "moderation.db"
        shutil.copyfile(request.getfixturevalue("sqlite_template"), path)
        yield f"sqlite:///{path}"
        return
    cluster: Cluster = request.getfixturevalue("cluster")
    url = cluster.make(request.getfixturevalue("postgres_template"))
    yield url
    cluster.drop(url)


@pytest.fixture
def bare_url(engine_name: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a database that no migration has touched."""
    if engine_name == "sqlite":
        yield f"sqlite:///{tmp_path / 'bare.db'}"
        return
    cluster: Cluster = request.getfixturevalue("cluster")
    url = cluster.make()
    yield url
    cluster.drop(url)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture(autouse=True)
def _logging_as_it_was() -> Iterator[None]:
    """Give the logging back as it was: a command run in this process sets up its own."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    names = (*logs.TALKATIVE, "uvicorn", "uvicorn.error", "uvicorn.access", "uvicorn.asgi")
    levels = {name: logging.getLogger(name).level for name in names}
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    for name, was in levels.items():
        logging.getLogger(name).setLevel(was)


OpenStore = Callable[..., Awaitable[DatabaseStore]]


@pytest.fixture
async def open_another(store_url: str, clock: FakeClock) -> AsyncIterator[OpenStore]:
    """Open stores on the test's database (or another `url`); they are closed afterwards."""
    opened: list[DatabaseStore] = []

    async def open_one(url: str = store_url, **options: Any) -> DatabaseStore:
        store = await open_store(StoreSettings(url), clock=clock, **options)
        opened.append(store)
        return store

    yield open_one
    for store in reversed(opened):
        await store.close()


@pytest.fixture
async def store(open_another: OpenStore) -> DatabaseStore:
    """An open store of the test's own, on each engine in turn."""
    return await open_another()
