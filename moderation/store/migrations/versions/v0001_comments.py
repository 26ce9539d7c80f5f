"""Articles, authors, comments, and what is known of them."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
FLAG = sa.Boolean().with_variant(sa.Integer(), "sqlite")
REAL: sa.types.TypeEngine[float] = sa.Double().with_variant(sa.REAL(), "sqlite")


def upgrade() -> None:
    _article()
    _author()
    _change()
    _log()
    _alias()
    _author_address()
    _author_key()
    _comment()
    _akismet_record()
    _opinion()
    _ping()
    _receipt()


def _article() -> None:
    op.create_table(
        "article",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("site", sa.Text, nullable=False),
        sa.Column("url", sa.Text, nullable=False, unique=True),
        sa.Column("title", sa.Text, nullable=True),
        sa.Column("published_at", WHOLE, nullable=True),
        sa.Column("existence", sa.Text, nullable=False),
        sa.Column("open", FLAG, nullable=False),
        sa.Column("pings_open", FLAG, nullable=False),
        sa.Column("revision", WHOLE, nullable=False),
        sa.Column("count", WHOLE, nullable=False),
        sa.Column("created_at", WHOLE, nullable=False),
        sqlite_strict=True,
    )
    op.create_index("article_by_site", "article", ["site", "created_at", "id"])


def _author() -> None:
    op.create_table(
        "author",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("created_at", WHOLE, nullable=False),
        sqlite_strict=True,
    )


def _change() -> None:
    op.create_table(
        "change",
        sa.Column("seq", WHOLE, primary_key=True, autoincrement=True),
        sa.Column("article_id", sa.Text, nullable=False),
        sa.Column("revision", WHOLE, nullable=False),
        sa.Column("at", WHOLE, nullable=False),
        sqlite_strict=True,
        sqlite_autoincrement=True,
    )


def _log() -> None:
    op.create_table(
        "log",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("decision_id", sa.Text, nullable=False),
        sa.Column("comment_id", sa.Text, nullable=False),
        sa.Column("at", WHOLE, nullable=False),
        sa.Column("actor_id", sa.Text, nullable=True),
        sa.Column("actor_name", sa.Text, nullable=False),
        sa.Column("door", sa.Text, nullable=False),
        sa.Column("action", sa.Text, nullable=False),
        sa.Column("from_status", sa.Text, nullable=True),
        sa.Column("to_status", sa.Text, nullable=True),
        sa.Column("from_waiting_for", sa.Text, nullable=True),
        sa.Column("from_status_before", sa.Text, nullable=True),
        sa.Column("version", WHOLE, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("before", sa.Text, nullable=False),
        sa.Column("undone_by", sa.Text, nullable=True),
        sqlite_strict=True,
    )
    op.create_index("log_by_comment", "log", ["comment_id", "id"])
    op.create_index("log_by_decision", "log", ["decision_id"])
    op.create_index("log_by_time", "log", ["at", "id"])


def _alias() -> None:
    op.create_table(
        "alias",
        sa.Column("url", sa.Text, primary_key=True),
        sa.Column(
            "article_id", sa.Text, sa.ForeignKey("article.id", ondelete="CASCADE"), nullable=False
        ),
        sqlite_strict=True,
    )
    op.create_index("alias_by_article", "alias", ["article_id"])


def _author_address() -> None:
    op.create_table(
        "author_address",
        sa.Column("email", sa.Text, primary_key=True),
        sa.Column(
            "author_id", sa.Text, sa.ForeignKey("author.id", ondelete="CASCADE"), nullable=False
        ),
        sa.Column("confirmed_at", WHOLE, nullable=False),
        sqlite_strict=True,
    )
    op.create_index("author_address_by_author", "author_address", ["author_id"])


def _author_key() -> None:
    op.create_table(
        "author_key",
        sa.Column("hash", sa.Text, primary_key=True),
        sa.Column(
            "author_id", sa.Text, sa.ForeignKey("author.id", ondelete="CASCADE"), nullable=False
        ),
        sa.Column("created_at", WHOLE, nullable=False),
        sqlite_strict=True,
    )
    op.create_index("author_key_by_author", "author_key", ["author_id"])


def _comment() -> None:
    op.create_table(
        "comment",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("site", sa.Text, nullable=False),
        sa.Column("article_id", sa.Text, sa.ForeignKey("article.id"), nullable=False),
        sa.Column("anchor", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("via", sa.Text, nullable=False),
        sa.Column("type", sa.Text, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("waiting_for", sa.Text, nullable=True),
        sa.Column("version", WHOLE, nullable=False),
        sa.Column("parent_id", sa.Text, nullable=True),
        sa.Column("author_name", sa.Text, nullable=False),
        sa.Column("author_email", sa.Text, nullable=False),
        sa.Column("author_url", sa.Text, nullable=False),
        sa.Column("author_id", sa.Text, nullable=True),
        sa.Column("source", sa.Text, nullable=True),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("format", sa.Text, nullable=False),
        sa.Column("html", sa.Text, nullable=False),
        sa.Column("received_at", WHOLE, nullable=False),
        sa.Column("published_at", WHOLE, nullable=False),
        sa.Column("edited_at", WHOLE, nullable=True),
        sa.Column("status_before", sa.Text, nullable=True),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("user_agent", sa.Text, nullable=False),
        sa.Column("referrer", sa.Text, nullable=False),
        sa.Column("language", sa.Text, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("verified_at", WHOLE, nullable=True),
        sa.Column("score", REAL, nullable=False),
        sa.Column("status_at", WHOLE, nullable=False),
        sa.Column("approved_at", WHOLE, nullable=True),
        sa.Column("told_at", WHOLE),
        sa.Column("fingerprint", sa.Text, nullable=True, unique=True),
        sa.Column("words", sa.Text, nullable=False),
        sa.Column("words_hash", sa.Text, nullable=False),
        sa.Column("render_version", WHOLE, nullable=False),
        sa.CheckConstraint("(status = 'held') = (waiting_for IS NOT NULL)", name="held_waits"),
        sa.UniqueConstraint("article_id", "anchor", name="anchor_in_article"),
        sqlite_strict=True,
    )
    op.create_index("comment_by_author", "comment", ["author_id", "status"])
    op.create_index("comment_by_parent", "comment", ["parent_id"])
    op.create_index("comment_by_queue", "comment", ["status", "waiting_for", "received_at", "id"])
    op.create_index("comment_by_retention", "comment", ["status", "status_at"])
    op.create_index("comment_by_thread", "comment", ["article_id", "status", "published_at", "id"])
    op.create_index("comment_by_time", "comment", ["received_at", "id"])
    op.create_index("comment_by_words", "comment", ["words_hash", "received_at"])
    op.create_index(
        "comment_with_address",
        "comment",
        ["received_at"],
        sqlite_where=sa.text("address <> ''"),
        postgresql_where=sa.text("address <> ''"),
    )


def _akismet_record() -> None:
    op.create_table(
        "akismet_record",
        sa.Column(
            "comment_id", sa.Text, sa.ForeignKey("comment.id", ondelete="CASCADE"), primary_key=True
        ),
        sa.Column("guid", sa.Text, nullable=False),
        sa.Column("verdict", sa.Text, nullable=False),
        sa.Column("sent", sa.Text, nullable=False),
        sa.Column("answer", sa.Text, nullable=False),
        sa.Column("asked_at", WHOLE, nullable=False),
        sa.Column("corrected_as", sa.Text, nullable=True),
        sqlite_strict=True,
    )


def _opinion() -> None:
    op.create_table(
        "opinion",
        sa.Column(
            "comment_id", sa.Text, sa.ForeignKey("comment.id", ondelete="CASCADE"), primary_key=True
        ),
        sa.Column("check", sa.Text, primary_key=True),
        sa.Column("verdict", sa.Text, nullable=False),
        sa.Column("because", sa.Text, nullable=False),
        sa.Column("score", REAL, nullable=False),
        sa.Column("decisive", FLAG, nullable=False),
        sa.Column("at", WHOLE, nullable=False),
        sqlite_strict=True,
    )


def _ping() -> None:
    op.create_table(
        "ping",
        sa.Column(
            "comment_id", sa.Text, sa.ForeignKey("comment.id", ondelete="CASCADE"), primary_key=True
        ),
        sa.Column("article_id", sa.Text, sa.ForeignKey("article.id"), nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("host", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("cause", sa.Text, nullable=True),
        sa.Column("tries", WHOLE, nullable=False),
        sa.Column("asked_at", WHOLE, nullable=False),
        sa.Column("claims", sa.Text, nullable=False),
        sa.Column("trace", sa.Text, nullable=False),
        sa.UniqueConstraint("article_id", "source", name="one_mention"),
        sqlite_strict=True,
    )
    op.create_index("ping_by_host", "ping", ["host"])


def _receipt() -> None:
    op.create_table(
        "receipt",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column(
            "comment_id", sa.Text, sa.ForeignKey("comment.id", ondelete="CASCADE"), nullable=False
        ),
        sa.Column("protocol", sa.Text, nullable=False),
        sa.Column("target", sa.Text, nullable=False),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("user_agent", sa.Text, nullable=False),
        sa.Column("received_at", WHOLE, nullable=False),
        sqlite_strict=True,
    )
    op.create_index("receipt_by_comment", "receipt", ["comment_id"])


def downgrade() -> None:
    """The way back is a backup."""
    raise NotImplementedError("restore a backup instead")
