"""Which comments the blog's own people wrote, signed in."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("comment", sa.Column("badge", sa.Text, nullable=True))


def downgrade() -> None:
    """The way back is a backup."""
    raise NotImplementedError("restore a backup instead")
