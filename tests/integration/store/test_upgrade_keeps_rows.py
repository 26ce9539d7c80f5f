"""What stood in a database of an earlier age stands there after the upgrade, and is counted."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, inspect, select, text

from moderation.store import migrate, tables, tally
from moderation.store.address import PostgresAddress, parse
from moderation.store.db import DatabaseStore
from moderation.store.lock import FileLock
from tests.integration.store.made_up_rows import row
from tests.integration.store.past_the_service import at

OpenStore = Callable[..., Awaitable[DatabaseStore]]
Rows = Mapping[str, list[tuple[Any, ...]]]
NUMBER = 40
AGES = ("0001", "0007", "0013", migrate.known()[-2])


async def upgrade(url: str, to: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run the migrations up to one of them."""
    further = command.upgrade

    def stop_there(config: Config, _: str) -> None:
        further(config, to)

    with monkeypatch.context() as patch:
        patch.setattr(command, "upgrade", stop_there)
        address = parse(url)
        if isinstance(address, PostgresAddress):
            await migrate.upgrade_postgres(address)
        else:
            migrate.upgrade_sqlite(address.path, FileLock(address.path))


def fill(connection: Connection) -> None:
    """Some rows in every table there is, with the columns that it has at this age."""
    there = inspect(connection)
    for table in tables.metadata.sorted_tables:
        if not there.has_table(table.name) or table is tables.tally:
            continue
        names = {column["name"] for column in there.get_columns(table.name)}
        rows = [row(table, number) for number in range(1, NUMBER + 1)]
        connection.execute(table.delete())
        connection.execute(
            table.insert(), [{k: v for k, v in made.items() if k in names} for made in rows]
        )


def content(columns: Mapping[str, list[str]]) -> Callable[[Connection], Rows]:
    """All rows of these tables, as they stand."""

    def read(connection: Connection) -> Rows:
        return {
            name: sorted(
                (tuple(found) for found in connection.execute(_all(name, names))), key=repr
            )
            for name, names in columns.items()
        }

    return read


def _all(name: str, columns: list[str]) -> Any:
    table = tables.metadata.tables[name]
    return select(*(table.c[column] for column in columns))


def shape(connection: Connection) -> Mapping[str, list[str]]:
    """The tables of this age that are there to this day, and their columns that are."""
    there = inspect(connection)
    return {
        table.name: [c["name"] for c in there.get_columns(table.name) if c["name"] in table.c]
        for table in tables.metadata.sorted_tables
        if there.has_table(table.name) and table is not tables.tally
    }


@pytest.mark.parametrize("age", AGES)
async def test_an_upgrade_keeps_every_row(
    age: str, bare_url: str, open_another: OpenStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    await upgrade(bare_url, age, monkeypatch)
    await at(bare_url, fill)
    columns = await at(bare_url, shape)
    before = await at(bare_url, content(columns))
    await upgrade(bare_url, "head", monkeypatch)
    assert await at(bare_url, content(columns)) == before
    store = await open_another(bare_url, upgrade=False)
    assert await store.check() == []
    assert await store.read(tally.drift) == {}
    await at(bare_url, lambda c: c.execute(text("DELETE FROM comment WHERE kind = 'comment'")))
    assert await store.read(tally.drift) == {}
