"""Whose post a bridge's page shows, and what it is called."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("ping", sa.Column("place", sa.Text, nullable=True))
    op.add_column("ping", sa.Column("twin_of", sa.Text, nullable=True))
    op.create_index("ping_by_twin", "ping", ["twin_of"])
    op.create_table(
        "ping_name",
        sa.Column("article_id", sa.Text, sa.ForeignKey("article.id"), primary_key=True),
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column(
            "comment_id",
            sa.Text,
            sa.ForeignKey("comment.id", ondelete="CASCADE"),
            nullable=False,
        ),
        sqlite_strict=True,
    )
    op.create_index("ping_name_by_comment", "ping_name", ["comment_id"])


def downgrade() -> None:
    """The way back is a backup."""
    raise NotImplementedError("restore a backup instead")
