"""Start on a database again and again, each time killed one statement later, until it stands.

Run as a program by test_migration_kills. A start is a forked child, so that all is imported once.
"""

import asyncio
import json
import os
import signal
import sqlite3
import sys
from collections.abc import Callable
from functools import partial
from typing import Any

import alembic.command
import alembic.config
import asyncpg
import sqlalchemy.ext.asyncio
from sqlalchemy import event
from sqlalchemy.engine import Engine

from moderation.domain.clock import SystemClock
from moderation.settings import StoreSettings
from moderation.store import migrate
from moderation.store.address import PostgresAddress, parse
from moderation.store.db import open_store

# What the children would import, each of them anew.
IMPORTED = (alembic.command, alembic.config, sqlalchemy.ext.asyncio)
FIRST = migrate.known()[0]
WITH_JOBS = "0002"
KEPT = "INSERT INTO author (id, created_at) VALUES ('kept', 1)"
TABLES = {
    "sqlite": "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'",
    "postgresql": "SELECT tablename FROM pg_tables WHERE schemaname = 'public'",
}


def in_child(work: Callable[[], None]) -> int:
    """Run something in a forked child; how it ended, negative for a signal."""
    child = os.fork()
    if child == 0:
        work()
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def start(url: str, kill_at: int) -> None:
    """Open the store, and die by SIGKILL before a statement or a COMMIT."""
    count = 0

    def step(*_: Any) -> None:
        nonlocal count
        count += 1
        if count == kill_at:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(Engine, "before_cursor_execute", step)
    event.listen(Engine, "commit", step)

    async def run() -> None:
        store = await open_store(StoreSettings(url), clock=SystemClock(), readers=1)
        await store.close()

    asyncio.run(run())


def look(url: str, *, keep: bool = False) -> tuple[str | None, set[str]]:
    """The migration that the database is at, and its tables; `keep` adds a row first."""
    address = parse(url)
    if isinstance(address, PostgresAddress):
        return asyncio.run(_look_postgres(url, keep))
    connection = sqlite3.connect(address.path)
    names = {row[0] for row in connection.execute(TABLES["sqlite"])}
    connection.close()
    return migrate.sqlite_version(address.path), names


async def _look_postgres(url: str, keep: bool) -> tuple[str | None, set[str]]:
    connection = await asyncpg.connect(url)
    if keep:
        await connection.execute(KEPT)
    names = {row[0] for row in await connection.fetch(TABLES["postgresql"])}
    version = None
    if "alembic_version" in names:
        version = await connection.fetchval(migrate.READ_VERSION)
    await connection.close()
    return version, names


def main(url: str) -> None:
    kills, at, version = 0, 0, None
    while True:
        at += 1
        ended = in_child(partial(start, url, at))
        if ended == 0:
            break
        assert ended == -signal.SIGKILL, f"a start after {kills} kills ended with {ended}"
        kills += 1
        before, (version, names) = version, look(url)
        names.discard("alembic_version")
        assert (version is None) == (not names), f"half migrated: {version} {names}"
        assert ("comment" in names) == (version is not None)
        assert ("job" in names) == ((version or "") >= WITH_JOBS)
        if version != before:
            at = 0  # what is left begins anew
            look(url, keep=version == FIRST)
    print(json.dumps({"kills": kills, "version": look(url)[0]}))


if __name__ == "__main__":
    main(sys.argv[1])
