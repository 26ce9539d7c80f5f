"""Articles and their addresses; what other processes are told of them."""

from sqlalchemy import (
    Column,
    ForeignKey,
    Index,
    Table,
    Text,
    text,
)

from moderation.domain.article import Existence
from moderation.store.columns import Flag, Instant, Whole, Word
from moderation.store.tables.parts import index_of, key, metadata

ANY = text("count > 0")  # as a query that is to use the partial index says it

article = Table(
    "article",
    metadata,
    key(),
    Column("site", Text, nullable=False),
    Column("url", Text, nullable=False, unique=True),
    Column("title", Text),
    Column("published_at", Instant),
    Column("existence", Word(Existence), nullable=False),
    Column("open", Flag, nullable=False),
    Column("pings_open", Flag, nullable=False),
    Column("revision", Whole, nullable=False),
    Column("count", Whole, nullable=False),
    Column("created_at", Instant, nullable=False),
    Index("article_by_site", "site", "created_at", "id"),
    Index("article_in_site", "site", "id"),
    index_of(ANY, "article_with_comments", "site", "url", "count"),
    sqlite_strict=True,
)

alias = Table(
    "alias",
    metadata,
    key("url"),  # the canonical address stands here too: one look-up finds any
    Column("article_id", Text, ForeignKey("article.id", ondelete="CASCADE"), nullable=False),
    Index("alias_by_article", "article_id", "url"),
    sqlite_strict=True,
)

change = Table(
    "change",
    metadata,
    Column("seq", Whole, primary_key=True, autoincrement=True),
    Column("article_id", Text, nullable=False),
    Column("revision", Whole, nullable=False),
    Column("at", Instant, nullable=False),
    sqlite_strict=True,
    sqlite_autoincrement=True,
)
