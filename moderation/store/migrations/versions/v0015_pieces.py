"""What formats made of a comment, kept beside it, and an index that threads are read from.

Nothing is filled in here, so that a large store starts at once: whoever reads a thread first
has its pieces made and kept.
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

WIDER = ["article_id", "status", "published_at", "id", "parent_id", "type"]


def upgrade() -> None:
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
    op.drop_index("comment_by_thread", "comment")
    op.create_index("comment_by_thread", "comment", WIDER)


def downgrade() -> None:
    """The way back is a backup."""
    raise NotImplementedError("restore a backup instead")
