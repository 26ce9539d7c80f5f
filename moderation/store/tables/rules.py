"""The owner's rules, and the comments they were found to fit."""

from sqlalchemy import Column, ForeignKey, Index, LargeBinary, Table, Text, text

from moderation.domain.opinion import Verdict
from moderation.domain.rule import What
from moderation.store.columns import Instant, Whole, Word
from moderation.store.tables.parts import index_of, key, metadata, of_comment

rule = Table(
    "rule",
    metadata,
    key(),
    Column("site", Text, nullable=False),  # "" = all
    Column("what", Word(What), nullable=False),
    Column("value", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("verdict", Word(Verdict), nullable=False),
    Column("note", Text, nullable=False),
    Column("made_by", Text, nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("expires_at", Instant),
    Column("decision_id", Text),  # ends where that decision is taken back
    Column("hits", Whole, nullable=False),
    Column("hit_at", Instant),
    Column("removed_by", Text, nullable=False),
    Column("removed_at", Instant),
    index_of(text("removed_at IS NULL"), "rule_once", "site", "what", "key", unique=True),
    Index("rule_by_removal", "removed_at", "id"),
    Index("rule_by_decision", "decision_id"),
    sqlite_strict=True,
)

rule_hit = Table(
    "rule_hit",
    metadata,
    Column("rule_id", Text, ForeignKey("rule.id", ondelete="CASCADE"), primary_key=True),
    of_comment(primary=True),
    Column("at", Instant, nullable=False),
    Index("rule_hit_by_comment", "comment_id"),
    sqlite_strict=True,
)

# Lists of hosts that were fetched anew.
host_list = Table(
    "host_list",
    metadata,
    key("name"),
    Column("hosts", LargeBinary, nullable=False),
    Column("number", Whole, nullable=False),
    Column("origin", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("at", Instant, nullable=False),
    sqlite_strict=True,
)

# One row: its number grows with every change of the rules.
rule_edition = Table(
    "rule_edition",
    metadata,
    key("name"),
    Column("number", Whole, nullable=False),
    sqlite_strict=True,
)
