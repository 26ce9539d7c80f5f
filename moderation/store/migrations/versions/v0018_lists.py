"""Lists of hosts that were fetched anew; those that come with the service stand in no table."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "host_list",
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("hosts", sa.LargeBinary, nullable=False),
        sa.Column("number", WHOLE, nullable=False),
        sa.Column("origin", sa.Text, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("at", WHOLE, nullable=False),
        sa.PrimaryKeyConstraint("name"),
        sqlite_strict=True,
    )


def downgrade() -> None:
    """The way back is a backup."""
    raise NotImplementedError("restore a backup instead")
