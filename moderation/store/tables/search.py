"""What comments are found by: the index of words, a stretch of time a segment."""

from sqlalchemy import Column, Index, LargeBinary, Table

from moderation.store.columns import Whole
from moderation.store.tables.parts import metadata

# Segments do not overlap; what came in none of them is not indexed. Times are microseconds.
search_segment = Table(
    "search_segment",
    metadata,
    Column("number", Whole, primary_key=True, autoincrement=False),
    Column("from_at", Whole, nullable=False),
    Column("until_at", Whole, nullable=False),  # not included
    Column("version", Whole, nullable=False),  # of the tokens; 0 while it is made, -1 to be dropped
    Column("size", Whole, nullable=False),  # comments that came within it
    Index("search_segment_by_time", "from_at"),
    sqlite_strict=True,
)

# When the comments of a segment came that have a token. Tokens are UTF-8, and ordered by bytes.
search_posting = Table(
    "search_posting",
    metadata,
    Column("segment", Whole, primary_key=True, autoincrement=False),
    Column("token", LargeBinary, primary_key=True),
    Column("times", LargeBinary, nullable=False),  # in order, eight bytes each, the lowest first
    sqlite_strict=True,
    sqlite_with_rowid=False,
)
