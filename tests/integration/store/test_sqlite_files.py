"""SQLite's own ways: pragmas, the log and its checkpoints, the lock file, odd paths."""

import asyncio
import sqlite3
import struct
from collections.abc import Awaitable, Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

import pytest
from sqlalchemy import insert, select

from moderation.domain.clock import SystemClock
from moderation.settings import StoreSettings
from moderation.store import wal
from moderation.store.contract import Query
from moderation.store.db import DatabaseStore, open_store
from moderation.store.engine import Away, StoreUnusable
from moderation.store.lock import FileLock
from moderation.store.sqlite_connection import PRAGMAS, open_directly
from moderation.store.tables import author, author_key

NOW = datetime(2026, 11, 22, 7, 30, tzinfo=UTC)
OpenStore = Callable[..., Awaitable[DatabaseStore]]


def keep(key: str) -> Query[str]:
    yield insert(author), {"id": key, "created_at": NOW}
    return key


@pytest.fixture
def engine_name() -> str:
    return "sqlite"


@pytest.fixture
def path(store_url: str) -> Path:
    return Path(store_url.removeprefix("sqlite:///"))


WANTED = {
    "busy_timeout": 5000,
    "journal_mode": "wal",
    "synchronous": 2,
    "foreign_keys": 1,
    "trusted_schema": 0,
    "wal_autocheckpoint": 0,
    "mmap_size": 0,
}


@pytest.mark.parametrize("mode", ["rw", "ro"])
def test_every_connection_has_its_pragmas(path: Path, mode: str) -> None:
    lock = FileLock(path)
    writing = open_directly(str(path), mode="rw", lock=lock)
    connection = open_directly(str(path), mode=mode, lock=lock if mode == "rw" else None)
    found = {n: connection.execute(f"PRAGMA {n}").fetchone()[0] for n in WANTED}
    connection.close()
    writing.close()
    lock.close()
    assert found == WANTED
    assert set(WANTED) <= {name for name, _, _ in PRAGMAS}


def test_connections_that_read_keep_half_the_pages_of_one_that_writes(path: Path) -> None:
    lock = FileLock(path)
    writing = open_directly(str(path), mode="rw", lock=lock)
    reading = open_directly(str(path), mode="ro")
    kept = [c.execute("PRAGMA cache_size").fetchone()[0] for c in (writing, reading)]
    reading.close()
    writing.close()
    lock.close()
    assert kept == [-8000, -4000]


def test_a_reader_that_meets_no_log_refuses_to_read(tmp_path: Path) -> None:
    path = tmp_path / "rollback.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE t (x)")
    with pytest.raises(StoreUnusable, match="journal_mode"):
        open_directly(str(path), mode="ro")


async def test_a_broken_reference_is_refused(store: DatabaseStore) -> None:
    def orphan() -> Query[None]:
        yield insert(author_key), {"hash": "h", "author_id": "nobody", "created_at": NOW}

    with pytest.raises(sqlite3.IntegrityError, match="FOREIGN KEY"):
        await store.write(orphan)


@pytest.mark.parametrize("name", ["a b.db", "100%41.db", "ü?x=1#.db", "'quote'.db"])
async def test_any_name_of_a_file_will_do(tmp_path: Path, name: str) -> None:
    url = f"sqlite:///{quote(str(tmp_path / 'sub' / name))}"
    store = await open_store(StoreSettings(url), clock=SystemClock())
    await store.write(keep, "a")
    await store.close()
    assert sorted(p.name for p in (tmp_path / "sub").iterdir()) == sorted([name, f"{name}-lock"])
    assert (tmp_path / "sub" / name).stat().st_size > 4096


async def test_what_is_no_database_is_named_in_one_line(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    path.write_bytes(b"not a database, but longer than its header would be" * 100)
    with pytest.raises(StoreUnusable, match="cannot be read as a SQLite database"):
        await open_store(StoreSettings(f"sqlite:///{path}"), clock=SystemClock())


def size(path: Path) -> int:
    return path.stat().st_size


def frames(path: Path) -> int:
    """Count the valid frames of a log, by its own format."""
    log = path.with_name(path.name + "-wal").read_bytes()
    size, salt = struct.unpack(">I", log[8:12])[0], log[16:24]
    step, at = 24 + size, 32
    while log[at + 8 : at + 16] == salt:
        at += step
    count: int = (at - 32) // step
    return count


async def test_the_writer_brings_the_log_into_the_database_in_time(
    store: DatabaseStore, path: Path
) -> None:
    most = 0
    for number in range(60):
        batch = [store.write(keep, f"{number:03}-{n:02}-" + "x" * 3000) for n in range(40)]
        await asyncio.gather(*batch)
        most = max(most, frames(path))
    assert wal.PAGES / 2 < most < 2 * wal.PAGES
    assert size(path) > 60 * 40 * 3000 / 2, "most of it has moved"


async def test_a_log_that_a_slow_reader_let_grow_is_cut_off_afterwards(
    store: DatabaseStore, path: Path
) -> None:
    reader = sqlite3.connect(f"file:{path}?mode=ro", uri=True, isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM author").fetchone()
    log = path.with_name(path.name + "-wal")
    number = 0
    while log.stat().st_size <= wal.LARGE:
        await asyncio.gather(*(store.write(keep, f"{number}-{n}" + "x" * 65000) for n in range(64)))
        number += 1
    reader.execute("COMMIT")
    reader.close()
    await store.write(keep, "first after")
    assert log.stat().st_size < wal.LARGE


async def test_the_last_to_close_leaves_one_whole_file(path: Path, open_another: OpenStore) -> None:
    store = await open_another()
    await store.write(keep, "a")
    await store.close()
    assert not path.with_name(path.name + "-wal").exists()
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT id FROM author").fetchall() == [("a",)]


def test_a_lock_that_is_not_given_is_waited_for_no_longer_than_said(tmp_path: Path) -> None:
    holder, waiter = FileLock(tmp_path / "x"), FileLock(tmp_path / "x", patience=0.05)
    with holder, pytest.raises(Away), waiter:
        pass
    with waiter, waiter:  # taken twice by one thread
        pass
    with holder:
        pass
    holder.close()
    waiter.close()


def test_the_lock_has_a_file_of_its_own_for_this_user_alone(tmp_path: Path) -> None:
    lock = FileLock(tmp_path / "x.db")
    assert lock.path == tmp_path / "x.db-lock"
    assert lock.path.stat().st_mode & 0o777 == 0o600
    lock.close()


async def test_damage_is_found(open_another: OpenStore, path: Path) -> None:
    store = await open_another()
    await asyncio.gather(*(store.write(keep, f"{n:04}" + "x" * 500) for n in range(500)))
    assert await store.check(quick=True) == []
    await store.close()
    content = bytearray(path.read_bytes())  # noqa: ASYNC240 nothing else runs here
    content[-50_000:-40_000] = b"\x55" * 10_000
    path.write_bytes(content)  # noqa: ASYNC240 likewise
    again = await open_another()
    assert await again.check() != []


async def test_a_read_sees_what_was_answered_before_it(store: DatabaseStore) -> None:
    def keys() -> Query[list[str]]:
        rows = yield select(author.c.id).order_by(author.c.id), {}
        return [row[0] for row in rows]

    for number in range(50):
        await store.write(keep, f"{number:02}")
        assert len(await store.read(keys)) == number + 1
