"""A running house: the one that the journeys open, and a service whose doors are at a socket."""

import asyncio
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conformance.doors import SETTINGS
from tests.integration.journey.conftest import begin, blog, journey, settings, sources
from tests.integration.net.conftest import canary, fetcher, server
from tests.process import Service

__all__ = [
    "begin",
    "blog",
    "canary",
    "fetcher",
    "journey",
    "server",
    "settings",
    "sources",
]


@pytest.fixture(scope="module")
def service(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    folder = tmp_path_factory.mktemp("doors")
    shutil.copyfile(sqlite_template, folder / "moderation.db")
    one = Service(folder, f"sqlite:///{folder / 'moderation.db'}", SETTINGS)
    try:
        asyncio.run(one.start())
        yield one
    finally:
        asyncio.run(one.kill())
    assert one.complaints() == []
