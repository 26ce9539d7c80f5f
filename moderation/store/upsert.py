"""ON CONFLICT, spelt once: PostgreSQL's construct compiles to the same words on SQLite."""

from sqlalchemy import Table
from sqlalchemy.dialects.postgresql import Insert, insert


def upsert(table: Table) -> Insert:
    """Begin an INSERT that may end in ``on_conflict_do_nothing`` or ``_do_update``."""
    return insert(table)


def insert_or_leave(table: Table) -> Insert:
    """INSERT … ON CONFLICT DO NOTHING: add RETURNING, and no row back means "was there"."""
    return insert(table).on_conflict_do_nothing()
