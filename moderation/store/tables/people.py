"""Authors who proved who they are; moderators, their sessions and tokens."""

from sqlalchemy import (
    Column,
    ForeignKey,
    Index,
    Table,
    Text,
)

from moderation.domain.moderator import Role, Scope
from moderation.store.columns import Flag, Instant, JsonText, Word, Words
from moderation.store.tables.parts import key, metadata

author = Table(
    "author",
    metadata,
    key(),
    Column("created_at", Instant, nullable=False),
    sqlite_strict=True,
)

author_key = Table(
    "author_key",
    metadata,
    key("hash"),
    Column("author_id", Text, ForeignKey("author.id", ondelete="CASCADE"), nullable=False),
    Column("created_at", Instant, nullable=False),
    Index("author_key_by_author", "author_id"),
    sqlite_strict=True,
)

author_address = Table(
    "author_address",
    metadata,
    key("email"),  # folded to lower case
    Column("author_id", Text, ForeignKey("author.id", ondelete="CASCADE"), nullable=False),
    Column("confirmed_at", Instant, nullable=False),
    Index("author_address_by_author", "author_id"),
    sqlite_strict=True,
)

moderator = Table(
    "moderator",
    metadata,
    key(),
    Column("name", Text, nullable=False),
    Column("name_key", Text, nullable=False, unique=True),  # folded to lower case
    Column("email", Text, nullable=False),
    Column("password_hash", Text, nullable=False),  # "" until invited ones have set it
    Column("role", Word(Role), nullable=False),
    Column("disabled", Flag, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("mailed_at", Instant),  # the last mail about what waits
    Column("letters_stopped_at", Instant),  # since when there is to be none
    sqlite_strict=True,
)

session = Table(
    "session",
    metadata,
    key("hash"),
    Column("moderator_id", Text, ForeignKey("moderator.id", ondelete="CASCADE"), nullable=False),
    Column("csrf_token", Text, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("seen_at", Instant, nullable=False),
    Index("session_by_moderator", "moderator_id"),
    Index("session_by_time", "seen_at"),
    sqlite_strict=True,
)

link = Table(
    "link",
    metadata,
    key("hash"),  # a one-time link: making the owner, an invitation
    Column("purpose", Text, nullable=False),
    Column("moderator_id", Text),
    Column("expires_at", Instant, nullable=False),
    sqlite_strict=True,
)

token = Table(
    "token",
    metadata,
    key(),
    Column("hash", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("scopes", Words(Scope), nullable=False),
    Column("sites", JsonText, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("used_at", Instant),
    Column("revoked_at", Instant),
    sqlite_strict=True,
)
