"""What the tables have in common: one metadata, and columns that recur."""

from sqlalchemy import Column, ForeignKey, Index, MetaData, Text, TextClause

metadata = MetaData()


def key(name: str = "id") -> Column[str]:
    """A text that names a row."""
    return Column(name, Text, primary_key=True)


def of_comment(*, primary: bool = False) -> Column[str]:
    """The comment a row belongs to, and goes with."""
    return Column(
        "comment_id",
        Text,
        ForeignKey("comment.id", ondelete="CASCADE"),
        primary_key=primary,
        nullable=False,
    )


def index_of(where: TextClause, name: str, *columns: str, unique: bool = False) -> Index:
    """An index of those rows alone of which a condition is true, on both engines.

    To say `postgresql_where` loads PostgreSQL's dialect (2 MB), which SQLite has no use for, and
    tables are made by migrations: so it is left to who compares those with what stands here.
    """
    return Index(name, *columns, unique=unique, sqlite_where=where, info={"where": where})
