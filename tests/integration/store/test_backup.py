"""Backups of a SQLite store: made while it is written, put back when it is not."""

import asyncio
import os
import sqlite3
from collections.abc import Awaitable, Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import insert, select

from moderation.domain.article import Article, Existence
from moderation.settings import StoreSettings
from moderation.store import articles
from moderation.store.backup import backup, restore
from moderation.store.contract import Query
from moderation.store.db import DatabaseStore
from moderation.store.engine import StoreUnusable
from moderation.store.tables import author

NOW = datetime(2026, 11, 22, 7, 30, tzinfo=UTC)
OpenStore = Callable[..., Awaitable[DatabaseStore]]


def pair(number: int) -> Query[None]:
    """Two rows of one commit."""
    yield insert(author), {"id": f"{number:05}-a", "created_at": NOW}
    yield insert(author), {"id": f"{number:05}-b", "created_at": NOW}


def keys() -> Query[list[str]]:
    rows = yield select(author.c.id).order_by(author.c.id), {}
    return [row[0] for row in rows]


@pytest.fixture
def engine_name() -> str:
    return "sqlite"


@pytest.fixture
def settings(store_url: str) -> StoreSettings:
    return StoreSettings(store_url)


async def test_a_backup_during_writes_is_complete_to_a_commit(
    open_another: OpenStore, settings: StoreSettings, tmp_path: Path
) -> None:
    store = await open_another()
    number, saved = 0, []
    for round_ in range(5):
        copy = asyncio.create_task(backup(settings, tmp_path / f"{round_}.db"))
        while not copy.done() or number % 20:
            await store.write(pair, number)
            number += 1
        await copy
        with closing(sqlite3.connect(tmp_path / f"{round_}.db")) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            rows = connection.execute("SELECT id FROM author ORDER BY id").fetchall()
        assert [row[0] for row in rows] == [
            f"{n:05}-{x}" for n in range(len(rows) // 2) for x in "ab"
        ]
        saved.append(len(rows))
    assert saved == sorted(saved)
    assert saved[-1] > 0


async def test_what_is_restored_is_what_was_saved(
    open_another: OpenStore, settings: StoreSettings, tmp_path: Path
) -> None:
    store = await open_another()
    await store.write(pair, 1)
    await backup(settings, tmp_path / "saved.db")
    await store.write(pair, 2)
    await store.close()
    await restore(settings, tmp_path / "saved.db")
    again = await open_another()
    assert await again.read(keys) == ["00001-a", "00001-b"]
    assert await again.check() == []
    elsewhere = StoreSettings(f"sqlite:///{tmp_path}/new/place.db")
    await restore(elsewhere, tmp_path / "saved.db")
    moved = await open_another(elsewhere.url)
    assert await moved.read(keys) == ["00001-a", "00001-b"]


async def test_a_backup_is_one_file_for_this_user_alone(
    open_another: OpenStore, settings: StoreSettings, tmp_path: Path
) -> None:
    await open_another()
    (tmp_path / "to").mkdir()
    await backup(settings, tmp_path / "to" / "saved.db")
    assert os.listdir(tmp_path / "to") == ["saved.db"]
    assert os.stat(tmp_path / "to" / "saved.db").st_mode & 0o777 == 0o600


async def test_a_backup_overwrites_nothing(settings: StoreSettings, tmp_path: Path) -> None:
    (tmp_path / "saved.db").write_text("mine")
    with pytest.raises(StoreUnusable, match="exists already"):
        await backup(settings, tmp_path / "saved.db")


async def test_a_database_in_use_is_not_replaced(
    open_another: OpenStore, settings: StoreSettings, tmp_path: Path
) -> None:
    store = await open_another()
    await backup(settings, tmp_path / "saved.db")
    await store.write(pair, 1)
    with pytest.raises(StoreUnusable, match="in use"):
        await restore(settings, tmp_path / "saved.db")
    await store.write(pair, 2)
    assert len(await store.read(keys)) == 4
    assert await store.check() == []


async def test_a_database_with_articles_is_replaced_only_on_demand(
    open_another: OpenStore, settings: StoreSettings, tmp_path: Path
) -> None:
    store = await open_another()
    await backup(settings, tmp_path / "saved.db")
    url = "https://blog.example/"
    await store.write(
        articles.add,
        Article("a", "blog", url, None, NOW, Existence.FOUND, True, True, 0, 0, NOW),
    )
    await store.close()
    with pytest.raises(StoreUnusable, match="holds articles"):
        await restore(settings, tmp_path / "saved.db")
    await restore(settings, tmp_path / "saved.db", replace=True)
    again = await open_another()
    assert await again.read(articles.by_id, "a") is None


async def test_a_backup_of_a_newer_release_is_refused(
    open_another: OpenStore, settings: StoreSettings, tmp_path: Path
) -> None:
    store = await open_another()
    await backup(settings, tmp_path / "saved.db")
    await store.close()
    with closing(sqlite3.connect(tmp_path / "saved.db")) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()
    with pytest.raises(StoreUnusable, match="9999"):
        await restore(settings, tmp_path / "saved.db")


@pytest.mark.parametrize("what", ["missing", "garbage", "foreign", "damaged"])
async def test_what_is_no_sound_backup_is_refused(
    open_another: OpenStore, settings: StoreSettings, tmp_path: Path, what: str
) -> None:
    store = await open_another()
    file = tmp_path / "saved.db"
    if what == "garbage":
        file.write_bytes(b"x" * 10_000)
    elif what == "foreign":
        with closing(sqlite3.connect(file)) as connection:
            connection.execute("CREATE TABLE t (x)")
    elif what == "damaged":
        await asyncio.gather(*(store.write(pair, n) for n in range(500)))
        await backup(settings, file)
        content = bytearray(file.read_bytes())
        content[-9000:-1000] = b"\xff" * 8000
        file.write_bytes(content)
    await store.close()
    with pytest.raises(StoreUnusable):
        await restore(settings, file)


async def test_postgresql_is_told_which_command_to_use(tmp_path: Path) -> None:
    settings = StoreSettings("postgresql://me:secret@db.example/blog")
    with pytest.raises(StoreUnusable, match="pg_dump --format=custom") as refused:
        await backup(settings, tmp_path / "a file.dump")
    assert "secret" not in str(refused.value)
    assert f"--file='{tmp_path}/a file.dump'" in str(refused.value)
    with pytest.raises(StoreUnusable, match="pg_restore"):
        await restore(settings, tmp_path / "x.dump")
