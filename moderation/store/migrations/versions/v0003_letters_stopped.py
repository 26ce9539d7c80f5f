"""Since when a moderator wants no letters."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("moderator", sa.Column("letters_stopped_at", WHOLE, nullable=True))


def downgrade() -> None:
    """The way back is a backup."""
    raise NotImplementedError("restore a backup instead")
