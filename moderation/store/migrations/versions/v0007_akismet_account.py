"""What is known of the account at Akismet."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
FLAG = sa.Boolean().with_variant(sa.Integer(), "sqlite")
REAL: sa.types.TypeEngine[float] = sa.Double().with_variant(sa.REAL(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "akismet_account",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("standing", sa.Text, nullable=False),
        sa.Column("standing_since", WHOLE, nullable=False),
        sa.Column("looked_at", WHOLE, nullable=False),
        sa.Column("alert", sa.Text, nullable=False),
        sa.Column("alert_at", WHOLE, nullable=True),
        sa.Column("used", WHOLE, nullable=True),
        sa.Column("plan", WHOLE, nullable=True),
        sa.Column("percentage", REAL, nullable=False),
        sa.Column("throttled", FLAG, nullable=False),
        sa.Column("told", sa.Text, nullable=False),
        sqlite_strict=True,
    )


def downgrade() -> None:
    """The way back is a backup."""
    raise NotImplementedError("restore a backup instead")
