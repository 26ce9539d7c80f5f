"""Moving to another database: all of it, once, checked, and all or nothing."""

import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import asyncpg
import pytest

from moderation.domain.article import Article, Existence
from moderation.settings import StoreSettings
from moderation.store import articles, changes, moving, tally
from moderation.store.db import open_store
from moderation.store.engine import StoreUnusable
from moderation.store.moving_rows import in_order
from tests.conftest import FakeClock, OpenStore

from .made_up_rows import count, everything, fill

ROWS = 5


def nothing(table: str, rows: int) -> None:
    """Tell nobody."""


@pytest.fixture
def make(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Callable[[str], str]]:
    """Make the URL of an empty place on an engine."""
    made: list[str] = []
    made_files = [f"sqlite:///{tmp_path / name}" for name in ("moved.db", "again.db")]

    def one(engine: str) -> str:
        if engine == "sqlite":
            return made_files.pop()
        made.append(request.getfixturevalue("cluster").make())
        return made[-1]

    yield one
    for url in made:
        request.getfixturevalue("cluster").drop(url)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def target(request: pytest.FixtureRequest, make: Callable[[str], str]) -> str:
    """An empty place on each engine in turn."""
    return make(request.param)


@pytest.fixture
def back(engine_name: str, make: Callable[[str], str]) -> str:
    """An empty place on the engine that is moved from."""
    return make(engine_name)


async def test_every_table_there_is_comes_with_every_row(store_url: str, target: str) -> None:
    await fill(store_url, ROWS)
    before = await everything(store_url)
    told: dict[str, int] = {}
    moved = await moving.move(store_url, target, told.__setitem__)

    assert await everything(target) == before
    assert await everything(store_url) == before
    assert {name for name, rows in before.items() if len(rows) >= ROWS} >= {
        table.name for table in in_order() if table.name != "tally"
    }
    assert moved.rows == {name: len(rows) for name, rows in before.items()}
    assert told == {name: number for name, number in moved.rows.items() if number}


async def test_there_and_back_again_it_works_and_counts_on(
    store_url: str, target: str, back: str, clock: FakeClock
) -> None:
    """Numbers go on, and what triggers keep is neither doubled nor dead."""
    await fill(store_url, ROWS)
    await moving.move(store_url, target, nothing)
    await moving.move(target, back, nothing)
    assert await everything(back) == await everything(store_url)

    for url in (target, back):
        store = await open_store(StoreSettings(url), clock=clock)
        try:
            last = await store.read(changes.last)
            assert await store.read(tally.drift) == {}
            await store.write(articles.shift, "x1", 1)
            assert await store.read(changes.last) == last + 1
        finally:
            await store.close()


async def test_numbers_go_on_beyond_those_whose_rows_are_gone(
    store_url: str, target: str, open_another: OpenStore, clock: FakeClock
) -> None:
    store = await open_another()
    at = clock.now()
    url = "https://blog.example/a/"
    article = Article("a1", "blog", url, None, at, Existence.FOUND, True, True, 0, 0, at)
    await store.write(articles.add, article)
    for _ in range(9):
        await store.write(articles.shift, "a1", 1)
    last = await store.read(changes.last)
    await store.close()
    await run(store_url, "DELETE FROM change")
    await moving.move(store_url, target, nothing)

    other = await open_another(target)
    await other.write(articles.shift, "a1", 1)
    assert await other.read(changes.last) == last + 1


def is_there(url: str) -> bool:
    return Path(url.removeprefix("sqlite:///")).exists()


async def run(url: str, statement: str) -> None:
    if url.startswith("sqlite"):
        connection = sqlite3.connect(url.removeprefix("sqlite:///"))
        connection.execute(statement)
        connection.commit()
        connection.close()
        return
    other = await asyncpg.connect(url)
    await other.execute(statement)
    await other.close()


async def test_while_the_service_runs_nothing_is_moved(
    store_url: str, target: str, open_another: OpenStore
) -> None:
    store = await open_another()
    with pytest.raises(StoreUnusable, match="in use"):
        await moving.move(store_url, target, nothing)
    assert (await store.health()).writable


async def test_a_place_that_holds_anything_is_refused_and_left_as_it_is(
    store_url: str, target: str
) -> None:
    await fill(store_url, ROWS)
    await moving.move(store_url, target, nothing)
    await run(target, "UPDATE moderator SET email = 'mine@blog.example'")
    held = await everything(target)
    with pytest.raises(StoreUnusable, match="overwrites nothing"):
        await moving.move(store_url, target, nothing)
    assert await everything(target) == held


async def test_what_came_otherwise_than_it_was_is_not_kept(
    store_url: str, target: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    await fill(store_url, ROWS)
    copy = moving._copy

    async def forgets(*args: object) -> object:
        found = await copy(*args)  # type: ignore[arg-type] # as they came
        found.rows += 1
        return found

    monkeypatch.setattr(moving, "_copy", forgets)
    with pytest.raises(StoreUnusable, match="did not come whole"):
        await moving.move(store_url, target, nothing)
    monkeypatch.undo()
    if target.startswith("sqlite"):
        assert not is_there(target)
    else:
        assert await count(target) <= ROWS
    await moving.move(store_url, target, nothing)
    assert await everything(target) == await everything(store_url)


async def test_what_is_not_there_is_not_moved(bare_url: str, target: str) -> None:
    with pytest.raises(StoreUnusable, match=r"store upgrade|no database"):
        await moving.move(bare_url, target, nothing)
    with pytest.raises(StoreUnusable, match="where it is"):
        await moving.move(target, target, nothing)


@pytest.mark.parametrize("engine_name", [pytest.param("postgresql", marks=pytest.mark.postgres)])
async def test_tables_of_somebody_else_are_not_touched(
    engine_name: str, bare_url: str, sqlite_template: Path
) -> None:
    await run(bare_url, "CREATE TABLE comment (mine text)")
    with pytest.raises(StoreUnusable, match="not ours"):
        await moving.move(f"sqlite:///{sqlite_template}", bare_url, nothing)
    await run(bare_url, "SELECT mine FROM comment")
