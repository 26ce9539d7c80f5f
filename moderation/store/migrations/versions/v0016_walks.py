"""Mentions by their protocol, and what was edited: indexes that replies cost nothing."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

PARTIAL = {
    "comment_by_kind": (["kind", "status", "received_at", "id"], "kind <> 'comment'"),
    "comment_by_edit": (["edited_at", "id"], "edited_at IS NOT NULL"),
}


def upgrade() -> None:
    for name, (columns, condition) in PARTIAL.items():
        where = sa.text(condition)
        op.create_index(name, "comment", columns, sqlite_where=where, postgresql_where=where)


def downgrade() -> None:
    """The way back is a backup."""
    raise NotImplementedError("restore a backup instead")
