"""When a ping's source is looked at again, what it was then, and arrivals that are only counted."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
# Sources whose link was seen are looked at from now on: a day after that, or as soon as it is
# their turn. One of them is asked at a time, whatever their number.
KNOWN = """
INSERT INTO watch (comment_id, due_at, looks, page, etag, last_modified, sketch)
SELECT ping.comment_id, comment.verified_at + 86400000000, 0, '', '', '', '[]'
FROM ping JOIN comment ON comment.id = ping.comment_id
WHERE comment.verified_at IS NOT NULL
"""


def upgrade() -> None:
    op.add_column("ping", sa.Column("dropped", WHOLE, nullable=True))
    op.create_table(
        "watch",
        sa.Column(
            "comment_id",
            sa.Text,
            sa.ForeignKey("comment.id", ondelete="CASCADE"),
            primary_key=True,
            nullable=False,
        ),
        sa.Column("due_at", WHOLE, nullable=False),
        sa.Column("looks", WHOLE, nullable=False),
        sa.Column("page", sa.Text, nullable=False),
        sa.Column("etag", sa.Text, nullable=False),
        sa.Column("last_modified", sa.Text, nullable=False),
        sa.Column("sketch", sa.Text, nullable=False),
        sqlite_strict=True,
    )
    op.create_index("watch_by_due", "watch", ["due_at", "comment_id"])
    op.execute(KNOWN)


def downgrade() -> None:
    """The way back is a backup."""
    raise NotImplementedError("restore a backup instead")
