"""The row by which a writer on PostgreSQL finds out whether its last COMMIT took place."""

from sqlalchemy import Column, Table, Text

from moderation.store.columns import Instant, Whole
from moderation.store.tables import metadata

written = Table(
    "written",
    metadata,
    Column("writer", Text, primary_key=True),  # one life of one process
    Column("batch", Whole, nullable=False),  # the last one that was committed
    Column("at", Instant, nullable=False),
    sqlite_strict=True,
)
