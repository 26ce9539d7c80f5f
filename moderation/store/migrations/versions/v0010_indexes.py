"""An index for every query: the queue by priority and status, the log, what is forgotten."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

WHOLE = sa.text("address <> '' AND address NOT LIKE '%/%'")
SENT = sa.text("sent <> '{}'")
ANY = sa.text("count > 0")

NEW = {
    "comment_by_priority": ("comment", "status", "waiting_for", "score", "received_at", "id"),
    "comment_by_status": ("comment", "status", "received_at", "id"),
    "comment_by_article": ("comment", "article_id", "received_at", "id"),
    "comment_of_author": ("comment", "author_id", "received_at", "id"),
    "article_in_site": ("article", "site", "id"),
    "session_by_time": ("session", "seen_at"),
    "job_by_lease": ("job", "lease_owner"),
    "journal_by_standing": ("journal", "stands", "seq"),
    "journal_of_site": ("journal", "stands", "site", "seq"),
}
WIDER = {
    "comment_by_retention": ("comment", "status", "status_at", "id"),
    "ping_by_twin": ("ping", "twin_of", "comment_id"),
    "receipt_by_comment": ("receipt", "comment_id", "received_at", "id"),
    "log_by_decision": ("log", "decision_id", "comment_id"),
    "log_by_comment": ("log", "comment_id", "at", "version", "id"),
    "alias_by_article": ("alias", "article_id", "url"),
}


def upgrade() -> None:
    for name, (table, *columns) in NEW.items():
        op.create_index(name, table, columns)
    for name, (table, *columns) in WIDER.items():
        op.drop_index(name, table)
        op.create_index(name, table, columns)
    op.drop_index("comment_with_address", "comment")
    _partial("comment_with_address", "comment", ["received_at"], WHOLE)
    _partial("receipt_with_address", "receipt", ["received_at"], WHOLE)
    _partial("akismet_record_with_sent", "akismet_record", ["asked_at"], SENT)
    _partial("article_with_comments", "article", ["site", "url", "count"], ANY)


def _partial(name: str, table: str, columns: list[str], where: sa.TextClause) -> None:
    op.create_index(name, table, columns, sqlite_where=where, postgresql_where=where)


def downgrade() -> None:
    """The way back is a backup."""
    raise NotImplementedError("restore a backup instead")
