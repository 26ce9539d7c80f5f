"""What the tables have in common: one metadata, and columns that recur."""

from sqlalchemy import Column, ForeignKey, MetaData, Text

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
