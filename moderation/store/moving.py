"""Moving everything to another database, and seeing that it came: SQLite, PostgreSQL, either way.

What is to be moved is what the tables say, so that a new one is never forgotten. The source is
read under a lock and not changed. The target is all or nothing: on PostgreSQL one transaction, on
SQLite a file that is made aside. Who was interrupted begins again.
"""

import sqlite3
import tempfile
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import asyncpg
from sqlalchemy import Table

from moderation.store import migrate
from moderation.store.address import SqliteAddress, parse
from moderation.store.engine import StoreUnusable
from moderation.store.lock import FileLock
from moderation.store.moving_postgres import PostgresSource, PostgresTarget
from moderation.store.moving_rows import Side, Sum, Target, in_order, numbered
from moderation.store.moving_sqlite import SqliteSource, SqliteTarget
from moderation.store.sqlite_connection import open_directly

Progress = Callable[[str, int], None]  # of a table: how many rows are there by now


@dataclass(frozen=True, slots=True)
class Moved:
    """What came."""

    source: str
    target: str
    rows: Mapping[str, int]  # by table

    @property
    def total(self) -> int:
        return sum(self.rows.values())


async def move(url: str, to: str, progress: Progress) -> Moved:
    """Move all that is in one database to another one.

    Raises `StoreUnusable` where one of them cannot be had, the target holds anything, or
    what is read back from it is not what was in the source: then the target is as before.
    """
    if parse(url) == parse(to):
        raise StoreUnusable("The database cannot be moved to where it is.")
    async with _source(url) as source, _target(to) as target:
        try:
            sums = {
                table.name: await _copy(source, target, table, progress) for table in in_order()
            }
            for table in in_order():
                await _compare(target, table, sums[table.name])
            await target.finish()
        except (asyncpg.PostgresError, sqlite3.Error, OSError) as error:
            raise StoreUnusable(f"The move failed, nothing was kept: {error}.") from error
        rows = {name: found.rows for name, found in sums.items()}
        return Moved(source.shown, target.shown, rows)


async def _copy(source: Side, target: Target, table: Table, progress: Progress) -> Sum:
    """Copy a table's rows; what they add up to."""
    found, column, last = Sum(), numbered(table), 0
    async for rows in source.slices(table):
        found.add(rows)
        await target.add(table, rows)
        progress(table.name, found.rows)
        if column is not None:
            last = max(last, *(row[column] for row in rows))
    if column is not None:  # rows may be gone whose numbers are not to be given out again
        await target.number_on(table, max(last, await source.last(table)))
    return found


async def _compare(target: Target, table: Table, wanted: Sum) -> None:
    """Read a table back. Raises `StoreUnusable` where it is not the same."""
    found = Sum()
    async for rows in target.slices(table):
        found.add(rows)
    if found != wanted:
        raise StoreUnusable(
            f"“{table.name}” did not come whole: {found.rows} of {wanted.rows} rows, or others."
            " Nothing was kept."
        )


@asynccontextmanager
async def _source(url: str) -> AsyncIterator[Side]:
    address = parse(url)
    if isinstance(address, SqliteAddress):
        source: Side = SqliteSource.open(address)
    else:
        source = await PostgresSource.open(address)
    try:
        yield source
    finally:
        await source.close()


@asynccontextmanager
async def _target(url: str) -> AsyncIterator[Target]:
    address = parse(url)
    if isinstance(address, SqliteAddress):
        target: Target = SqliteTarget(address)
    else:
        target = await PostgresTarget.open(address, _beginning())
    try:
        yield target
    finally:
        await target.close()


def _beginning() -> Mapping[str, int]:
    """How many rows migrations alone leave in each table."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "empty.db"
        lock = FileLock(path)
        path.touch()
        migrate.upgrade_sqlite(path, lock)
        connection = open_directly(str(path), mode="ro")
        try:
            return {
                table.name: connection.execute(f'SELECT count(*) FROM "{table.name}"').fetchone()[0]  # noqa: S608 our own names
                for table in in_order()
            }
        finally:
            connection.close()
            lock.close()
