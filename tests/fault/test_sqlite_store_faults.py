"""A SQLite database that is full, locked, or written by another process."""

import asyncio
import fcntl
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import insert, select, text

from moderation.domain.clock import SystemClock
from moderation.domain.errors import Busy, Duplicate
from moderation.settings import StoreSettings
from moderation.store.contract import Query
from moderation.store.db import DatabaseStore, open_store
from moderation.store.tables import author

NOW = datetime(2026, 11, 22, 7, 30, tzinfo=UTC)
PATIENCE = 0.2  # seconds


def keep(key: str) -> Query[str]:
    yield insert(author), {"id": key, "created_at": NOW}
    return key


def keys() -> Query[list[str]]:
    rows = yield select(author.c.id).order_by(author.c.id), {}
    return [row[0] for row in rows]


def pragma(setting: str) -> Query[None]:
    yield text(f"PRAGMA {setting}"), {}


@pytest.fixture
def engine_name() -> str:
    return "sqlite"


@pytest.fixture
def path(store_url: str) -> Path:
    return Path(store_url.removeprefix("sqlite:///"))


@pytest.fixture
async def store(store_url: str) -> AsyncIterator[DatabaseStore]:
    settings = StoreSettings(store_url)
    store = await open_store(settings, clock=SystemClock(), patience=PATIENCE)
    yield store
    await store.close()


@contextmanager
def flocked(path: Path) -> Iterator[None]:
    """Hold the lock as another process would: by a descriptor of its own."""
    descriptor = os.open(f"{path}-lock", os.O_RDWR)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    yield
    os.close(descriptor)


async def test_a_full_disk_is_busy_and_reading_goes_on(store: DatabaseStore) -> None:
    """`max_page_count` makes SQLite meet a full disk where a real one would."""
    await store.write(keep, "before")
    pages = await store.write(_pages)
    await store.write(pragma, f"max_page_count={pages}")
    writes = [store.write(keep, f"{number:02}" + "x" * 5000) for number in range(40)]
    results = await asyncio.gather(*writes, return_exceptions=True)
    kept = sorted(result for result in results if isinstance(result, str))
    assert {type(result) for result in results if not isinstance(result, str)} == {Busy}
    assert await store.read(keys) == [*kept, "before"]
    assert await store.check() == []
    await store.write(pragma, "max_page_count=1000000")
    assert await store.write(keep, "zz") == "zz"


def _pages() -> Query[int]:
    rows = yield text("PRAGMA page_count"), {}
    count: int = rows[0][0]
    return count


async def test_a_refusal_beside_a_full_disk_is_still_a_refusal(store: DatabaseStore) -> None:
    def refuse() -> Query[None]:
        yield select(author.c.id), {}
        raise Duplicate

    await store.write(pragma, f"max_page_count={await store.write(_pages)}")
    full, refused = await asyncio.gather(
        store.write(keep, "x" * 100_000), store.write(refuse), return_exceptions=True
    )
    assert isinstance(full, Busy)
    assert isinstance(refused, Duplicate)


async def test_a_lock_held_by_another_process_is_busy_and_then_it_is_not(
    store: DatabaseStore, path: Path
) -> None:
    with flocked(path):
        results = await asyncio.gather(
            *(store.write(keep, key) for key in "abc"), return_exceptions=True
        )
        assert [type(result) for result in results] == [Busy, Busy, Busy]
        assert await store.read(keys) == []
        assert not (await store.health()).writable
    assert await store.write(keep, "d") == "d"
    assert await store.read(keys) == ["d"]


async def test_a_short_wait_for_the_lock_is_waited_for(store_url: str, path: Path) -> None:
    store = await open_store(StoreSettings(store_url), clock=SystemClock())
    with flocked(path):
        write = asyncio.create_task(store.write(keep, "a"))
        await asyncio.sleep(0.1)
        assert not write.done()
    assert await write == "a"
    await store.close()


async def test_a_write_lock_of_a_foreign_tool_is_busy(store: DatabaseStore, path: Path) -> None:
    await store.write(pragma, "busy_timeout=50")
    with sqlite3.connect(path, isolation_level=None) as shell:
        shell.execute("BEGIN IMMEDIATE")
        with pytest.raises(Busy):
            await store.write(keep, "a")
        shell.execute("ROLLBACK")
        assert await store.write(keep, "b") == "b"
    shell.close()


CHILD = """
import asyncio, sys
from datetime import datetime, UTC
from sqlalchemy import insert
from moderation.domain.clock import SystemClock
from moderation.settings import StoreSettings
from moderation.store.db import open_store
from moderation.store.tables import author

def keep(key):
    yield insert(author), {"id": key, "created_at": datetime.now(UTC)}

async def main(url, count):
    store = await open_store(StoreSettings(url), clock=SystemClock(), readers=1)
    print("open", flush=True)
    for number in range(count):
        await store.write(keep, f"cli-{number:05}")
        print(number, flush=True)
    await store.close()

asyncio.run(main(sys.argv[1], int(sys.argv[2])))
"""


def child(url: str, count: int) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-c", CHILD, url, str(count)]
    return subprocess.Popen(command, stdout=subprocess.PIPE)


async def test_the_command_line_writes_beside_a_busy_service(store_url: str, path: Path) -> None:
    store = await open_store(StoreSettings(store_url), clock=SystemClock())
    other = child(store_url, 40)
    number = 0
    while other.poll() is None:
        await asyncio.gather(*(store.write(keep, f"web-{number + n:05}") for n in range(8)))
        number += 8
    assert other.wait() == 0
    assert other.stdout is not None
    other.stdout.close()
    found = await store.read(keys)
    assert len([key for key in found if key.startswith("cli-")]) == 40
    assert len([key for key in found if key.startswith("web-")]) == number > 0
    assert await store.check() == []
    await store.close()


async def test_what_was_answered_before_a_kill_is_there_afterwards(store_url: str) -> None:
    other = child(store_url, 1_000_000)
    assert other.stdout is not None
    assert other.stdout.readline() == b"open\n"
    lines = [other.stdout.readline() for _ in range(20)]
    other.send_signal(signal.SIGKILL)
    lines += other.stdout.read().splitlines()
    other.wait()
    other.stdout.close()
    store = await open_store(StoreSettings(store_url), clock=SystemClock())
    found = await store.read(keys)
    answered = [f"cli-{int(line):05}" for line in lines if line.strip()]
    assert found[: len(answered)] == answered
    assert len(found) - len(answered) in (0, 1)  # one may have been kept and not answered yet
    assert await store.check() == []
    await store.close()
