"""The owner's rules."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
LIVE = sa.text("removed_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "rule",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("site", sa.Text, nullable=False),
        sa.Column("what", sa.Text, nullable=False),
        sa.Column("value", sa.Text, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("verdict", sa.Text, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("made_by", sa.Text, nullable=False),
        sa.Column("made_at", WHOLE, nullable=False),
        sa.Column("expires_at", WHOLE),
        sa.Column("decision_id", sa.Text),
        sa.Column("hits", WHOLE, nullable=False),
        sa.Column("hit_at", WHOLE),
        sa.Column("removed_by", sa.Text, nullable=False),
        sa.Column("removed_at", WHOLE),
        sa.PrimaryKeyConstraint("id"),
        sqlite_strict=True,
    )
    op.create_index(
        "rule_once",
        "rule",
        ["site", "what", "key"],
        unique=True,
        sqlite_where=LIVE,
        postgresql_where=LIVE,
    )
    op.create_index("rule_by_removal", "rule", ["removed_at", "id"])
    op.create_index("rule_by_decision", "rule", ["decision_id"])
    op.create_table(
        "rule_hit",
        sa.Column("rule_id", sa.Text, nullable=False),
        sa.Column("comment_id", sa.Text, nullable=False),
        sa.Column("at", WHOLE, nullable=False),
        sa.ForeignKeyConstraint(["rule_id"], ["rule.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["comment_id"], ["comment.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("rule_id", "comment_id"),
        sqlite_strict=True,
    )
    op.create_index("rule_hit_by_comment", "rule_hit", ["comment_id"])
    op.create_table(
        "rule_edition",
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("number", WHOLE, nullable=False),
        sa.PrimaryKeyConstraint("name"),
        sqlite_strict=True,
    )


def downgrade() -> None:
    """The way back is a backup."""
    raise NotImplementedError("restore a backup instead")
