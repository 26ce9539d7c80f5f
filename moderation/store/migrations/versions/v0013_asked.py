"""When a job was asked for: a clock that was set back shows in it."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("job", sa.Column("asked_at", WHOLE, nullable=True))


def downgrade() -> None:
    """The way back is a backup."""
    raise NotImplementedError("restore a backup instead")
