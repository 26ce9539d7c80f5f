"""How many comments there are of each kind.

The triggers of migration 0014 write it, and nobody else.

A number is the sum of all rows with the same key but for `slot`: on SQLite there is one, on
PostgreSQL some tens, so that writers of several processes do not wait for each other.
"""

from sqlalchemy import Column, Table, Text

from moderation.domain.comment import Kind, Status, Type
from moderation.store.columns import Whole, Word
from moderation.store.tables.parts import metadata

tally = Table(
    "tally",
    metadata,
    Column("site", Text, primary_key=True),
    Column("status", Word(Status), primary_key=True),
    Column("waiting_for", Text, primary_key=True),  # "" for nothing: a key has no NULL
    Column("kind", Word(Kind), primary_key=True),
    Column("type", Word(Type), primary_key=True),
    Column("slot", Whole, primary_key=True, autoincrement=False),
    Column("number", Whole, nullable=False),
    sqlite_strict=True,
    sqlite_with_rowid=False,
)
