"""Where pings come from: what a place earned, what owners said of it, what is blocked."""

from sqlalchemy import Column, Index, Table, Text

from moderation.domain.block import SourceDeed
from moderation.domain.decision import Door
from moderation.domain.trust import Mark, Stance
from moderation.store.columns import Flag, Instant, Whole, Word
from moderation.store.tables.parts import key, metadata

vouch = Table(
    "vouch",
    metadata,
    key(),  # of the line in the log; no reference: like that it outlives the comment
    Column("comment_id", Text, nullable=False),
    Column("site", Text, nullable=False),
    Column("host", Text, nullable=False),
    Column("path", Text, nullable=False),
    Column("mark", Word(Mark), nullable=False),
    Column("by", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Index("vouch_by_place", "site", "host", "path", "id"),
    Index("vouch_by_comment", "comment_id", "id"),
    sqlite_strict=True,
)

trusted_place = Table(
    "trusted_place",
    metadata,
    key("site"),
    key("host"),
    key("path"),
    Column("stance", Word(Stance), nullable=False),
    Column("by", Text, nullable=False),
    Column("at", Instant, nullable=False),
    sqlite_strict=True,
)

block = Table(
    "block",
    metadata,
    key(),
    Column("site", Text, nullable=False),  # "" = every site
    Column("host", Text, nullable=False),
    Column("path", Text, nullable=False),
    Column("starred", Flag, nullable=False),  # its host cannot be looked up as a whole
    Column("by", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("expires_at", Instant),
    Column("hits", Whole, nullable=False),
    Column("hit_at", Instant),
    Column("decision_id", Text),  # that moved what waited from there to spam
    Index("block_by_host", "host"),
    Index("block_by_starred", "starred"),
    Index("block_by_end", "expires_at"),
    Index("block_by_decision", "decision_id"),
    sqlite_strict=True,
)

source_deed = Table(
    "source_deed",
    metadata,
    key(),
    Column("at", Instant, nullable=False),
    Column("actor_id", Text),
    Column("actor_name", Text, nullable=False),
    Column("door", Word(Door), nullable=False),
    Column("deed", Word(SourceDeed), nullable=False),
    Column("site", Text, nullable=False),
    Column("source", Text, nullable=False),
    sqlite_strict=True,
)
