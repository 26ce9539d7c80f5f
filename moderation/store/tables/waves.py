"""What nearly identical comments are found by. Which wave one is of stands in its own row."""

from sqlalchemy import Column, Index, LargeBinary, Table

from moderation.store.columns import Instant, Whole
from moderation.store.tables.parts import metadata, of_comment

sketch = Table(
    "sketch",
    metadata,
    of_comment(primary=True),
    Column("sketch", LargeBinary, nullable=False),
    Column("at", Instant, nullable=False),
    Index("sketch_by_time", "at"),
    sqlite_strict=True,
)

wave_key = Table(
    "wave_key",
    metadata,
    Column("key", Whole, primary_key=True, autoincrement=False),
    of_comment(primary=True),
    Index("wave_key_by_comment", "comment_id"),
    sqlite_strict=True,
    sqlite_with_rowid=False,
)
