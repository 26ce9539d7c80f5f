"""Fill an empty store with a thousand, or a million, comments as three years would leave them.

    python -m bench.seed sqlite:////tmp/million.db --comments 1000000
    python -m bench.seed postgresql://moderation@/bench --comments 100000

Threads of 1, 50 and 1,000 comments come on top, at https://blog.example/thread-1, thread-50 and
thread-1000; the others hold one or two comments for the most part. All statuses and doors are
there, the words of a language, opinions, the log, authors, receipts. The same number gives the
same rows, moved to the time of the call: nothing is so old that a sweep would take it. Rows go
into the project's own tables past the writer, the indexes are made afterwards. A service on it
wants the sites of `--settings`.
"""

import asyncio
import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import asyncpg
import click

from bench.seed_rows import SETTINGS, Seed, in_slices
from moderation.domain.clock import SystemClock
from moderation.flow.indexing import Indexing
from moderation.settings import StoreSettings
from moderation.store.address import PostgresAddress, SqliteAddress, parse
from moderation.store.db import open_store
from moderation.store.lock import FileLock
from moderation.store.sqlite_connection import Connection, open_directly

SLICE = 20_000  # rows
Slices = Iterator[dict[str, list[Mapping[str, Any]]]]
# Indexes that no constraint made: they are cheaper to make at the end.
SQLITE_INDEXES = "SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL"
POSTGRES_INDEXES = """
SELECT i.indexname, i.indexdef FROM pg_indexes i
WHERE i.schemaname = 'public'
  AND NOT EXISTS (SELECT 1 FROM pg_constraint c WHERE c.conname = i.indexname)
"""


async def seed(url: str, comments: int, *, now: datetime | None = None) -> None:
    """Migrate the database at `url` and fill it."""
    store = await open_store(StoreSettings(url), clock=SystemClock())
    await store.close()
    slices = in_slices(Seed(comments, now or datetime.now(UTC)).rows(), SLICE)
    address = parse(url)
    if isinstance(address, PostgresAddress):
        await _into_postgres(url, slices)
    else:
        await asyncio.to_thread(_into_sqlite, address, slices)
    await _index(url)


async def _index(url: str) -> None:
    """Make the index of words, as the service would in its first minutes."""
    store = await open_store(StoreSettings(url), clock=SystemClock())
    try:
        await Indexing(store, SystemClock()).everything()
    finally:
        await store.close()


def _into_sqlite(address: SqliteAddress, slices: Slices) -> None:
    lock = FileLock(address.path)
    connection = open_directly(str(address.path), mode="rw", lock=lock)
    try:
        with lock:
            connection.execute("PRAGMA foreign_keys=OFF")
            connection.execute("PRAGMA synchronous=OFF")
            connection.execute("PRAGMA cache_size=-500000")
            indexes = connection.execute(SQLITE_INDEXES).fetchall()
            for name, _ in indexes:
                connection.execute(f'DROP INDEX "{name}"')
            for slice_ in slices:
                _add(connection, slice_)
            for _, made_by in indexes:
                connection.execute(made_by)
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        connection.close()
        lock.close()


def _add(connection: Connection, slice_: Mapping[str, list[Mapping[str, Any]]]) -> None:
    connection.execute("BEGIN IMMEDIATE")
    for table, rows in slice_.items():
        columns = ", ".join(f'"{name}"' for name in rows[0])
        places = ", ".join("?" * len(rows[0]))
        adding = f'INSERT INTO "{table}" ({columns}) VALUES ({places})'  # noqa: S608 our own names
        connection.executemany(adding, [tuple(row.values()) for row in rows])
    connection.execute("COMMIT")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


async def _into_postgres(url: str, slices: Slices) -> None:
    connection = await asyncpg.connect(url)
    try:
        indexes = await connection.fetch(POSTGRES_INDEXES)
        for index in indexes:
            await connection.execute(f'DROP INDEX "{index["indexname"]}"')
        for slice_ in slices:
            for table, rows in slice_.items():
                await connection.copy_records_to_table(
                    table, columns=list(rows[0]), records=[tuple(row.values()) for row in rows]
                )
        for index in indexes:
            await connection.execute(index["indexdef"])
        await connection.execute("VACUUM ANALYZE")  # as autovacuum would have done by now
    finally:
        await connection.close()


@click.command()
@click.argument("url", required=False)
@click.option("--comments", default=1_000, show_default=True, type=click.IntRange(1))
@click.option("--settings", is_flag=True, help="Print the sites that a service on it wants.")
def main(url: str | None, comments: int, settings: bool) -> None:
    """Fill the empty or missing database at URL."""
    if settings:
        click.echo(SETTINGS)
        return
    if url is None:
        raise click.UsageError("Which database? Give its URL.")
    begun = time.monotonic()
    asyncio.run(seed(url, comments))
    click.echo(f"{comments:,} comments and three threads in {time.monotonic() - begun:.0f} s")


if __name__ == "__main__":
    main()
