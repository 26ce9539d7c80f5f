"""Moderators, their sessions and tokens, jobs, and what happens only once."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
FLAG = sa.Boolean().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _answered()
    _job()
    _link()
    _moderator()
    _sent()
    _signing_key()
    _token()
    _written()
    _session()


def _answered() -> None:
    op.create_table(
        "answered",
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("body_hash", sa.Text, nullable=False),
        sa.Column("answer", sa.Text, nullable=False),
        sa.Column("at", WHOLE, nullable=False),
        sqlite_strict=True,
    )
    op.create_index("answered_by_time", "answered", ["at"])


def _job() -> None:
    op.create_table(
        "job",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("payload", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("due_at", WHOLE, nullable=False),
        sa.Column("attempts", WHOLE, nullable=False),
        sa.Column("lease_owner", sa.Text, nullable=True),
        sa.Column("lease_until", WHOLE, nullable=True),
        sa.Column("again_at", WHOLE, nullable=True),
        sa.Column("last_error", sa.Text, nullable=False),
        sa.Column("created_at", WHOLE, nullable=False),
        sa.Column("decision_id", sa.Text, nullable=True),
        sa.UniqueConstraint("kind", "key", name="one_job"),
        sqlite_strict=True,
    )
    op.create_index("job_by_decision", "job", ["decision_id"])
    op.create_index("job_by_due", "job", ["state", "due_at", "id"])


def _link() -> None:
    op.create_table(
        "link",
        sa.Column("hash", sa.Text, primary_key=True),
        sa.Column("purpose", sa.Text, nullable=False),
        sa.Column("moderator_id", sa.Text, nullable=True),
        sa.Column("expires_at", WHOLE, nullable=False),
        sqlite_strict=True,
    )


def _moderator() -> None:
    op.create_table(
        "moderator",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("name_key", sa.Text, nullable=False, unique=True),
        sa.Column("email", sa.Text, nullable=False),
        sa.Column("password_hash", sa.Text, nullable=False),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("disabled", FLAG, nullable=False),
        sa.Column("created_at", WHOLE, nullable=False),
        sa.Column("mailed_at", WHOLE, nullable=True),
        sqlite_strict=True,
    )


def _sent() -> None:
    op.create_table(
        "sent",
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("at", WHOLE, nullable=False),
        sqlite_strict=True,
    )
    op.create_index("sent_by_time", "sent", ["at"])


def _signing_key() -> None:
    op.create_table(
        "signing_key",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("value", sa.LargeBinary, nullable=False),
        sa.Column("created_at", WHOLE, nullable=False),
        sqlite_strict=True,
    )


def _token() -> None:
    op.create_table(
        "token",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("hash", sa.Text, nullable=False, unique=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("scopes", sa.Text, nullable=False),
        sa.Column("sites", sa.Text, nullable=False),
        sa.Column("created_at", WHOLE, nullable=False),
        sa.Column("used_at", WHOLE, nullable=True),
        sa.Column("revoked_at", WHOLE, nullable=True),
        sqlite_strict=True,
    )


def _written() -> None:
    op.create_table(
        "written",
        sa.Column("writer", sa.Text, primary_key=True),
        sa.Column("batch", WHOLE, nullable=False),
        sa.Column("at", WHOLE, nullable=False),
        sqlite_strict=True,
    )


def _session() -> None:
    op.create_table(
        "session",
        sa.Column("hash", sa.Text, primary_key=True),
        sa.Column(
            "moderator_id",
            sa.Text,
            sa.ForeignKey("moderator.id", ondelete="CASCADE"),
            nullable=False,
        ),
        sa.Column("csrf_token", sa.Text, nullable=False),
        sa.Column("created_at", WHOLE, nullable=False),
        sa.Column("seen_at", WHOLE, nullable=False),
        sqlite_strict=True,
    )
    op.create_index("session_by_moderator", "session", ["moderator_id"])


def downgrade() -> None:
    """The way back is a backup."""
    raise NotImplementedError("restore a backup instead")
