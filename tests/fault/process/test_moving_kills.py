"""A service that is moved to another database, by somebody who is killed at it again and again."""

import asyncio
import os
import random
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import wire
from tests.process import ROOT, Service, running

from .evidence import assert_whole, rows
from .load import ARTICLE, ARTICLES, Ledger, insist
from .load import SETTINGS as LOAD

KILLS = int(os.environ.get("MODERATION_FAULT_ROUNDS", "2"))
SETTINGS = (
    LOAD
    + """
[moderation]
hold = "none"
[server]
public_url = "https://comments.blog.example"
allowed_hosts = ["127.0.0.1"]
"""
)


@pytest.fixture
def elsewhere(engine_name: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An empty place on the other engine."""
    if engine_name == "postgresql":
        yield f"sqlite:///{tmp_path / 'elsewhere.db'}"
        return
    cluster = request.getfixturevalue("cluster")
    url = cluster.make()
    yield url
    cluster.drop(url)


def begin(service: Service, to: str) -> "subprocess.Popen[str]":
    words = ["--settings", str(service.settings), "store", "move", "--to", to]
    return subprocess.Popen(
        [sys.executable, "-m", "moderation", *words],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def killed(service: Service, to: str) -> int:
    """Move, and be killed after some of the rows; how it ended."""
    with begin(service, to) as moving:
        assert moving.stderr is not None
        for _ in range(random.randint(1, 3)):  # noqa: S311 no secret
            assert moving.stderr.readline()
        moving.kill()
    return moving.returncode


async def threads(service: Service) -> dict[str, tuple[str, bytes]]:
    """All threads as they are shown, with their tags."""
    found = {}
    for number in range(ARTICLES):
        for form in ("thread.html", "thread.json"):
            where = wire.target(f"/{form}", article=ARTICLE.format(number=number))
            answer = await wire.ask(service.port, "GET", where)
            found[where] = answer.headers["etag"], answer.body
    return found


def has_file(url: str) -> bool:
    return not url.startswith("sqlite") or Path(url.removeprefix("sqlite:///")).exists()


async def test_a_move_that_is_killed_has_moved_nothing_and_one_that_is_not_all_of_it(
    store_url: str, elsewhere: str, tmp_path: Path
) -> None:
    ledger, over = Ledger(), asyncio.Event()
    async with running(tmp_path, store_url, SETTINGS) as service:
        async with asyncio.TaskGroup() as group:
            group.create_task(insist(service, ledger, over, keyed=True))
            await ledger.more(30)
            over.set()
        before = await threads(service)
        assert await service.stop() == 0

        kept = await rows(store_url, "SELECT id, text, status FROM comment ORDER BY id")
        for _ in range(KILLS):
            assert await asyncio.to_thread(killed, service, elsewhere) == -signal.SIGKILL
            assert has_file(elsewhere) == (not elsewhere.startswith("sqlite"))
        assert await rows(store_url, "SELECT id, text, status FROM comment ORDER BY id") == kept

        told = await service.command("store", "move", "--to", elsewhere)
        assert "all counts and checksums agree" in told
        assert await rows(elsewhere, "SELECT id, text, status FROM comment ORDER BY id") == kept
        settings = service.settings.read_text()
        service.settings.write_text(settings.replace(store_url, elsewhere))
        await service.start()
        assert await threads(service) == before
        busy = await service.command("store", "move", "--to", store_url, codes={1})
        assert busy == ""
        assert await service.stop() == 0
        await assert_whole(elsewhere)
        assert service.complaints() == []
