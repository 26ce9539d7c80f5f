"""ON CONFLICT, spelt once: SQLite's construct, which compiles to the same words on PostgreSQL.

PostgreSQL's own would do for both as well, but brings all its dialects along: 2 MB.
"""

from typing import Any, Self

from sqlalchemy import Table
from sqlalchemy.dialects import sqlite
from sqlalchemy.dialects.sqlite.dml import OnConflictDoNothing, OnConflictDoUpdate


class _Leave(OnConflictDoNothing):
    """With what PostgreSQL's compiler asks of it: the name of a constraint, which it never has."""

    inherit_cache = True
    constraint_target = None


class _Update(OnConflictDoUpdate):
    """The same."""

    inherit_cache = True
    constraint_target = None


class Insert(sqlite.Insert):
    """An INSERT that may end in ON CONFLICT, on both engines."""

    inherit_cache = True

    def on_conflict_do_nothing(self, *args: Any, **kwargs: Any) -> Self:
        return self.ext(_Leave(*args, **kwargs))

    def on_conflict_do_update(self, *args: Any, **kwargs: Any) -> Self:
        return self.ext(_Update(*args, **kwargs))


def upsert(table: Table) -> Insert:
    """Begin an INSERT that may end in ``on_conflict_do_nothing`` or ``_do_update``."""
    return Insert(table)


def insert_or_leave(table: Table) -> Insert:
    """INSERT … ON CONFLICT DO NOTHING: add RETURNING, and no row back means "was there"."""
    return Insert(table).on_conflict_do_nothing()
