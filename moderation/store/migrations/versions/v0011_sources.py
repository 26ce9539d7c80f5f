"""What places earned, what owners said of them, what is blocked; what senders claimed."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
FLAG = sa.Boolean().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("receipt", sa.Column("claims", sa.Text, nullable=True))
    # NULL: of a ping from before; the hourly sweep fills them in, and what was decided on them.
    op.add_column("ping", sa.Column("place_host", sa.Text, nullable=True))
    op.add_column("ping", sa.Column("place_path", sa.Text, nullable=True))
    op.create_index(
        "ping_unplaced",
        "ping",
        ["comment_id"],
        sqlite_where=sa.text("place_host IS NULL"),
        postgresql_where=sa.text("place_host IS NULL"),
    )
    _vouch()
    _trusted_place()
    _block()
    _source_deed()


def _vouch() -> None:
    op.create_table(
        "vouch",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("comment_id", sa.Text, nullable=False),
        sa.Column("site", sa.Text, nullable=False),
        sa.Column("host", sa.Text, nullable=False),
        sa.Column("path", sa.Text, nullable=False),
        sa.Column("mark", sa.Text, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("at", WHOLE, nullable=False),
        sqlite_strict=True,
    )
    op.create_index("vouch_by_place", "vouch", ["site", "host", "path", "id"])
    op.create_index("vouch_by_comment", "vouch", ["comment_id", "id"])


def _trusted_place() -> None:
    op.create_table(
        "trusted_place",
        sa.Column("site", sa.Text, primary_key=True),
        sa.Column("host", sa.Text, primary_key=True),
        sa.Column("path", sa.Text, primary_key=True),
        sa.Column("stance", sa.Text, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("at", WHOLE, nullable=False),
        sqlite_strict=True,
    )


def _block() -> None:
    op.create_table(
        "block",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("site", sa.Text, nullable=False),
        sa.Column("host", sa.Text, nullable=False),
        sa.Column("path", sa.Text, nullable=False),
        sa.Column("starred", FLAG, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("at", WHOLE, nullable=False),
        sa.Column("expires_at", WHOLE, nullable=True),
        sa.Column("hits", WHOLE, nullable=False),
        sa.Column("hit_at", WHOLE, nullable=True),
        sa.Column("decision_id", sa.Text, nullable=True),
        sqlite_strict=True,
    )
    op.create_index("block_by_host", "block", ["host"])
    op.create_index("block_by_starred", "block", ["starred"])
    op.create_index("block_by_end", "block", ["expires_at"])
    op.create_index("block_by_decision", "block", ["decision_id"])


def _source_deed() -> None:
    op.create_table(
        "source_deed",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("at", WHOLE, nullable=False),
        sa.Column("actor_id", sa.Text, nullable=True),
        sa.Column("actor_name", sa.Text, nullable=False),
        sa.Column("door", sa.Text, nullable=False),
        sa.Column("deed", sa.Text, nullable=False),
        sa.Column("site", sa.Text, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sqlite_strict=True,
    )


def downgrade() -> None:
    """The way back is a backup."""
    raise NotImplementedError("restore a backup instead")
