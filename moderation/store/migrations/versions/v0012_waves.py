"""Waves of nearly identical comments."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
IN_A_WAVE = sa.text("wave IS NOT NULL")


def upgrade() -> None:
    op.add_column("comment", sa.Column("wave", sa.Text, nullable=True))
    op.create_index(
        "comment_by_wave",
        "comment",
        ["wave", "status", "id"],
        sqlite_where=IN_A_WAVE,
        postgresql_where=IN_A_WAVE,
    )
    op.create_table(
        "sketch",
        sa.Column("comment_id", sa.Text, nullable=False),
        sa.Column("sketch", sa.LargeBinary, nullable=False),
        sa.Column("at", WHOLE, nullable=False),
        sa.ForeignKeyConstraint(["comment_id"], ["comment.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("comment_id"),
        sqlite_strict=True,
    )
    op.create_index("sketch_by_time", "sketch", ["at"])
    op.create_table(
        "wave_key",
        sa.Column("key", WHOLE, nullable=False, autoincrement=False),
        sa.Column("comment_id", sa.Text, nullable=False),
        sa.ForeignKeyConstraint(["comment_id"], ["comment.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("key", "comment_id"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index("wave_key_by_comment", "wave_key", ["comment_id"])


def downgrade() -> None:
    """The way back is a backup."""
    raise NotImplementedError("restore a backup instead")
