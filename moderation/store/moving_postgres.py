"""A PostgreSQL database that is moved from, or to: one transaction, and nobody else writes."""

from collections.abc import AsyncIterator, Mapping
from typing import Any

import asyncpg
from sqlalchemy import Table

from moderation.store import migrate
from moderation.store.address import PostgresAddress
from moderation.store.engine import StoreUnusable
from moderation.store.moving_rows import (
    SLICE,
    Rows,
    as_numbers,
    as_truths,
    flags,
    in_order,
    names,
    quoted,
)

CONNECT_SECONDS = 10.0
OTHERS = """
SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()
AND application_name LIKE 'moderation%' AND pid <> pg_backend_pid()
"""
# Sequences that no column owns: each is named after the column it is for.
LOOSE = """
SELECT c.relname FROM pg_class c WHERE c.relkind = 'S' AND pg_table_is_visible(c.oid)
AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = c.oid AND d.deptype IN ('a', 'i'))
"""


class PostgresSide:
    """What both have in common."""

    def __init__(self, address: PostgresAddress, connection: Any) -> None:
        self.shown = address.shown
        self._raw = connection

    async def slices(self, table: Table) -> AsyncIterator[Rows]:
        at = flags(table)
        asked = f'SELECT {quoted(table)} FROM "{table.name}"'  # noqa: S608 our own names
        await self._raw.execute(f'DECLARE "{table.name}_rows" NO SCROLL CURSOR FOR {asked}')
        while rows := await self._raw.fetch(f'FETCH {SLICE} FROM "{table.name}_rows"'):
            yield as_numbers(rows, at)
        await self._raw.execute(f'CLOSE "{table.name}_rows"')

    async def last(self, table: Table) -> int:
        sequence = await self._sequence(table)
        row = await self._raw.fetchrow(f"SELECT last_value, is_called FROM {sequence}")  # noqa: S608
        last: int = row["last_value"]
        return last if row["is_called"] else last - 1

    async def _sequence(self, table: Table) -> str:
        column = table.autoincrement_column
        named = column.name if column is not None else ""
        asked = "SELECT pg_get_serial_sequence($1, $2)"
        found: str = await self._raw.fetchval(asked, table.name, named)
        return found

    async def _have_alone(self, mode: str) -> None:
        """Keep everybody from writing until the end. Raises `StoreUnusable` where they do."""
        if await self._raw.fetchval(OTHERS):
            raise StoreUnusable(f"{self.shown} is in use. Stop the service, then move.")
        every = ", ".join(f'"{table.name}"' for table in in_order())
        await self._raw.execute("SET lock_timeout = '5s'")
        await self._raw.execute("BEGIN ISOLATION LEVEL REPEATABLE READ")
        try:
            await self._raw.execute(f"LOCK TABLE {every} IN {mode} MODE")
        except asyncpg.LockNotAvailableError:
            raise StoreUnusable(f"{self.shown} is in use. Stop the service, then move.") from None

    async def close(self) -> None:
        """End the connection: what is not committed is undone."""
        await self._raw.close()


class PostgresSource(PostgresSide):
    """One that is only read, and that nobody may write to meanwhile."""

    @classmethod
    async def open(cls, address: PostgresAddress) -> "PostgresSource":
        """Raises `StoreUnusable` for one that is away, empty or old, or is in use."""
        current = await migrate.postgres_version(address)
        if migrate.is_due(current):
            raise migrate.refuse(current)
        source = cls(address, await _connect(address))
        try:
            await source._have_alone("SHARE")
        except BaseException:
            await source.close()
            raise
        return source


class PostgresTarget(PostgresSide):
    """A database with nothing of ours in it; all that is put in is one transaction."""

    @classmethod
    async def open(cls, address: PostgresAddress, beginning: Mapping[str, int]) -> "PostgresTarget":
        """Migrate it. `beginning`: how many rows migrations put into each table.

        Raises `StoreUnusable` for one that is away, that holds anything, or is in use.
        """
        current = await migrate.postgres_version(address)
        if current is not None and migrate.is_due(current):
            raise StoreUnusable(f"{address.shown} is used by another release (at {current}).")
        target = cls(address, await _connect(address))
        try:
            if current is None:
                await target._refuse_strangers()
                await migrate.upgrade_postgres(address)
            await target._have_alone("ACCESS EXCLUSIVE")
            await target._clear(beginning)
        except BaseException:
            await target.close()
            raise
        return target

    async def _refuse_strangers(self) -> None:
        for table in in_order():
            if await self._raw.fetchval("SELECT to_regclass($1)", f'"{table.name}"'):
                raise StoreUnusable(f"{self.shown} has a table “{table.name}” that is not ours.")

    async def _clear(self, beginning: Mapping[str, int]) -> None:
        """Take away what migrations put in, which comes from the source; triggers rest."""
        for table in in_order():
            number = await self._raw.fetchval(f'SELECT count(*) FROM "{table.name}"')  # noqa: S608
            if number > beginning[table.name]:
                raise StoreUnusable(
                    f"{self.shown} holds data already ({number} in “{table.name}”);"
                    " a move overwrites nothing."
                )
        for table in reversed(in_order()):
            await self._raw.execute(f'ALTER TABLE "{table.name}" DISABLE TRIGGER USER')
            await self._raw.execute(f'DELETE FROM "{table.name}"')  # noqa: S608 our own names

    async def add(self, table: Table, rows: Rows) -> None:
        await self._raw.copy_records_to_table(
            table.name, columns=names(table), records=as_truths(rows, flags(table))
        )

    async def number_on(self, table: Table, last: int) -> None:
        sequence = await self._sequence(table)
        await self._raw.execute("SELECT setval($1, $2, $3)", sequence, max(last, 1), last > 0)

    async def finish(self) -> None:
        for table in in_order():
            await self._raw.execute(f'ALTER TABLE "{table.name}" ENABLE TRIGGER USER')
        for row in await self._raw.fetch(LOOSE):
            await self._go_beyond(row["relname"])
        await self._raw.execute("COMMIT")
        await self._raw.execute("ANALYZE")

    async def _go_beyond(self, sequence: str) -> None:
        """Have a sequence give out what stands nowhere yet in the column it is for."""
        for table in in_order():
            for name in names(table):
                if sequence == f"{table.name}_{name}":
                    most = f'SELECT max("{name}") FROM "{table.name}"'  # noqa: S608 our own names
                    last = await self._raw.fetchval(most)
                    if last is not None and last > 0:
                        await self._raw.execute("SELECT setval($1, $2)", sequence, last)
                    return
        raise StoreUnusable(f"It is not known what the sequence {sequence} is for.")


async def _connect(address: PostgresAddress) -> Any:
    try:
        return await asyncpg.connect(
            host=address.host,
            port=address.port,
            user=address.user,
            password=address.password,
            database=address.database,
            ssl=address.ssl,
            timeout=CONNECT_SECONDS,
            server_settings={"application_name": "moderation move"},
        )
    except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        raise StoreUnusable(f"{address.shown} cannot be reached: {error!r}.") from error
