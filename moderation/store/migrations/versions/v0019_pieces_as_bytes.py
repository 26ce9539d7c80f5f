"""Pieces of comments as bytes: they are cut and joined, and never read as text.

What was there is made again as threads are read.
"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_table("piece")
    op.create_table(
        "piece",
        sa.Column("comment_id", sa.Text, nullable=False),
        sa.Column("version", sa.Text, nullable=False),
        sa.Column("html", sa.LargeBinary, nullable=False),
        sa.Column("json", sa.LargeBinary, nullable=False),
        sa.ForeignKeyConstraint(["comment_id"], ["comment.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("comment_id"),
        sqlite_strict=True,
    )


def downgrade() -> None:
    """The way back is a backup."""
    raise NotImplementedError("restore a backup instead")
