"""Rows as both engines have them alike, and a sum that tells whether two tables are the same."""

from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any, Protocol, TypeAlias

from sqlalchemy import Table

from moderation.store.columns import Flag
from moderation.store.tables import metadata

Rows: TypeAlias = Sequence[tuple[Any, ...]]
SLICE = 2000  # rows that are held at a time
_DIGEST = 16  # bytes
_ALL = 1 << (8 * _DIGEST)


@dataclass(slots=True)
class Sum:
    """How many rows there are, and what their digests add up to, in whatever order they come."""

    rows: int = 0
    total: int = 0

    def add(self, rows: Iterable[tuple[Any, ...]]) -> None:
        for row in rows:
            digest = blake2b(repr(row).encode("utf-8", "surrogatepass"), digest_size=_DIGEST)
            self.total = (self.total + int.from_bytes(digest.digest())) % _ALL
            self.rows += 1


def in_order() -> Sequence[Table]:
    """All tables there are, each after those that its rows name."""
    return metadata.sorted_tables


def names(table: Table) -> list[str]:
    return [column.name for column in table.columns]


def quoted(table: Table) -> str:
    """Its columns as both engines take them."""
    return ", ".join(f'"{name}"' for name in names(table))


def flags(table: Table) -> Sequence[int]:
    """The columns that are true or false on one engine, and 1 or 0 on the other."""
    return [n for n, column in enumerate(table.columns) if isinstance(column.type, Flag)]


def numbered(table: Table) -> int | None:
    """Which column the database itself counts up, if there is one."""
    column = table.autoincrement_column
    if column is None or column.autoincrement is not True:
        return None
    return names(table).index(column.name)


def as_numbers(rows: Iterable[Sequence[Any]], at: Sequence[int]) -> Rows:
    """The rows with 1 and 0 for true and false: as they are summed."""
    if not at:
        return [tuple(row) for row in rows]
    found = []
    for row in rows:
        values = list(row)
        for n in at:
            values[n] = None if values[n] is None else int(values[n])
        found.append(tuple(values))
    return found


def as_truths(rows: Rows, at: Sequence[int]) -> Rows:
    """Turn `as_numbers` back."""
    if not at:
        return rows
    found = []
    for row in rows:
        values = list(row)
        for n in at:
            values[n] = None if values[n] is None else bool(values[n])
        found.append(tuple(values))
    return found


class Side(Protocol):
    """A database that is moved from, or to."""

    shown: str  # its URL without a password

    def slices(self, table: Table) -> AsyncIterator[Rows]:
        """All rows of a table, some at a time, as `as_numbers` has them."""
        ...

    async def last(self, table: Table) -> int:
        """The last number that was given out for a numbered table; 0 for none."""
        ...

    async def close(self) -> None: ...


class Target(Side, Protocol):
    """One that is moved to: it stands as it was until `finish`."""

    async def add(self, table: Table, rows: Rows) -> None: ...

    async def number_on(self, table: Table, last: int) -> None:
        """Give out numbers beyond `last` from now on."""
        ...

    async def finish(self) -> None:
        """Make it what it is to be, all of it at once."""
        ...
