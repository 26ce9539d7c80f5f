"""One row, or some, in every table there is, whatever tables there are."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Column, LargeBinary, NullPool, Table, Text, create_engine, event, select
from sqlalchemy.ext.asyncio import create_async_engine

from moderation.domain.comment import Status, WaitingFor
from moderation.store import migrate
from moderation.store.address import SqliteAddress, parse
from moderation.store.columns import Flag, Instant, JsonText, Real, Whole, Word, Words
from moderation.store.tables import comment, metadata

AT = datetime(2026, 11, 22, 7, 30, 0, 123456, tzinfo=UTC)
TRICKY = "Zoë \U0001f600 'quoted' \"twice\" \\n a\tb\nc, 0x00"


def value(column: Column[Any], number: int) -> object:
    """Something that the column takes; a key and what names it are the same text."""
    kind = column.type
    if isinstance(kind, Word | Words):
        word = list(kind.words)[number % len(kind.words)]
        return (word,) if isinstance(kind, Words) else word
    if isinstance(kind, Flag):
        return number % 2 == 1
    if isinstance(kind, Instant):
        return AT
    if isinstance(kind, JsonText):
        return {"of": TRICKY, "n": [number, None, 0.1]}
    if isinstance(kind, Real):
        return number / 3
    if isinstance(kind, Whole):
        return number * 7
    if isinstance(kind, LargeBinary):
        return bytes([0, 255, number, 10])
    assert isinstance(kind, Text), kind
    linked = column.primary_key or column.foreign_keys or column.name.endswith("_id")
    return f"x{number}" if linked or number < 2 else f"{TRICKY} {number}"


def row(table: Table, number: int) -> dict[str, object]:
    """Every third row has nothing where nothing may be."""
    made: dict[str, object] = {
        column.name: None
        if column.nullable and number % 3 == 2 and not column.foreign_keys
        else value(column, number)
        for column in table.columns
    }
    if table is comment:  # it waits for something, or it does not wait
        made["waiting_for"] = WaitingFor.SOURCE if made["status"] is Status.HELD else None
    return made


async def fill(url: str, number: int) -> None:
    """Put `number` rows into each table of a database, past the service."""
    rows = {
        table: [row(table, n) for n in range(1, number + 1)] for table in metadata.sorted_tables
    }
    triggered = {"tally"}  # written by triggers alone
    address = parse(url)
    if isinstance(address, SqliteAddress):
        engine = create_engine(f"sqlite:///{address.path}", poolclass=NullPool)
        event.listen(engine, "connect", lambda raw, _: raw.execute("PRAGMA foreign_keys=ON"))
        with engine.begin() as connection:
            for table, made in rows.items():
                if table.name not in triggered:
                    connection.execute(table.delete())
                    connection.execute(table.insert(), made)
        engine.dispose()
        return
    other = create_async_engine(migrate.sqlalchemy_url(address), poolclass=NullPool)
    async with other.begin() as far:
        for table, made in rows.items():
            if table.name not in triggered:
                await far.execute(table.delete())
                await far.execute(table.insert(), made)


async def everything(url: str) -> dict[str, list[tuple[Any, ...]]]:
    """All rows of all tables, as the domain has them."""
    address = parse(url)
    if isinstance(address, SqliteAddress):
        engine = create_engine(f"sqlite:///{address.path}", poolclass=NullPool)
        with engine.connect() as connection:
            return {
                t.name: sorted((tuple(r) for r in connection.execute(select(t))), key=repr)
                for t in metadata.sorted_tables
            }
    other = create_async_engine(migrate.sqlalchemy_url(address), poolclass=NullPool)
    async with other.connect() as far:
        return {
            t.name: sorted((tuple(r) for r in await far.execute(select(t))), key=repr)
            for t in metadata.sorted_tables
        }


async def count(url: str) -> int:
    """How many rows there are in all."""
    return sum(len(rows) for rows in (await everything(url)).values())
