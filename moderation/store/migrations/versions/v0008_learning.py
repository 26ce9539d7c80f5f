"""What the spam check is taught, and what owners set in the dashboard."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
FLAG = sa.Boolean().with_variant(sa.Integer(), "sqlite")
REAL: sa.types.TypeEngine[float] = sa.Double().with_variant(sa.REAL(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "evidence",
        sa.Column(
            "comment_id",
            sa.Text,
            sa.ForeignKey("comment.id", ondelete="CASCADE"),
            primary_key=True,
            nullable=False,
        ),
        sa.Column("features", WHOLE, nullable=False),
        sa.Column("tokens", sa.Text, nullable=False),
        sa.Column("probability", REAL, nullable=True),
        sa.Column("clear", FLAG, nullable=False),
        sqlite_strict=True,
    )
    op.create_table(
        "journal",
        sa.Column("seq", WHOLE, primary_key=True, autoincrement=True),
        sa.Column("site", sa.Text, nullable=False),
        sa.Column("comment_id", sa.Text, nullable=False),
        sa.Column("teaching", sa.Text, nullable=False),
        sa.Column("undoes", WHOLE, nullable=True),
        sa.Column("stands", FLAG, nullable=False),
        sa.Column("features", WHOLE, nullable=False),
        sa.Column("tokens", sa.Text, nullable=False),
        sa.Column("probability", REAL, nullable=True),
        sa.Column("clear", FLAG, nullable=False),
        sa.Column("decision_id", sa.Text, nullable=False),
        sa.Column("at", WHOLE, nullable=False),
        sqlite_strict=True,
        sqlite_autoincrement=True,
    )
    op.create_index("journal_by_comment", "journal", ["comment_id", "seq"])
    op.create_table(
        "owner_setting",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("site", sa.Text, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("value", sa.Text, nullable=True),
        sa.Column("at", WHOLE, nullable=False),
        sa.Column("actor_id", sa.Text, nullable=True),
        sa.Column("actor_name", sa.Text, nullable=False),
        sa.Column("door", sa.Text, nullable=False),
        sqlite_strict=True,
    )
    op.create_index("owner_setting_by_time", "owner_setting", ["at", "id"])
    op.create_table(
        "snapshot",
        sa.Column("scope", sa.Text, primary_key=True),
        sa.Column("seq", WHOLE, nullable=False),
        sa.Column("form", sa.Text, nullable=False),
        sa.Column("model", sa.LargeBinary, nullable=False),
        sa.Column("at", WHOLE, nullable=False),
        sqlite_strict=True,
    )


def downgrade() -> None:
    """The way back is a backup."""
    raise NotImplementedError("restore a backup instead")
