"""Jobs, what was done once, and the keys we sign with."""

from sqlalchemy import (
    Column,
    Index,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
)

from moderation.domain.job import JobState
from moderation.store.columns import Flag, Instant, JsonText, Real, Whole, Word
from moderation.store.tables.parts import key, metadata

job = Table(
    "job",
    metadata,
    key(),
    Column("kind", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("payload", JsonText, nullable=False),
    Column("state", Word(JobState), nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("attempts", Whole, nullable=False),
    Column("lease_owner", Text),
    Column("lease_until", Instant),  # moves while its owner lives: see `store/leases`
    Column("again_at", Instant),  # asked for again while it ran
    Column("last_error", Text, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("decision_id", Text),
    Column("asked_at", Instant),  # when `due_at` was set; NULL before that was kept
    UniqueConstraint("kind", "key", name="one_job"),
    Index("job_by_due", "state", "due_at", "id"),
    Index("job_by_decision", "decision_id"),
    Index("job_by_lease", "lease_owner"),
    sqlite_strict=True,
)

sent = Table(
    "sent",
    metadata,
    key("key"),  # what leaves the house and must not leave twice
    Column("by", Text, nullable=False),  # the job that does it
    Column("at", Instant, nullable=False),
    Index("sent_by_time", "at"),
    sqlite_strict=True,
)

answered = Table(
    "answered",
    metadata,
    key("key"),  # site and Idempotency-Key
    Column("body_hash", Text, nullable=False),
    Column("answer", JsonText, nullable=False),
    Column("at", Instant, nullable=False),
    Index("answered_by_time", "at"),
    sqlite_strict=True,
)

signing_key = Table(
    "signing_key",
    metadata,
    key(),
    Column("value", LargeBinary, nullable=False),
    Column("created_at", Instant, nullable=False),
    sqlite_strict=True,
)

# What is known of the account at Akismet: one row, "akismet".
akismet_account = Table(
    "akismet_account",
    metadata,
    key(),
    Column("standing", Text, nullable=False),
    Column("standing_since", Instant, nullable=False),
    Column("looked_at", Instant, nullable=False),
    Column("alert", Text, nullable=False),  # as Akismet words it; "" for none
    Column("alert_at", Instant),
    Column("used", Whole),  # calls this month; NULL while it has not said
    Column("plan", Whole),  # calls a month; NULL for no limit
    Column("percentage", Real, nullable=False),
    Column("throttled", Flag, nullable=False),
    Column("told", Text, nullable=False),  # the trouble that owners were told of; "" for none
    sqlite_strict=True,
)

# How a writer on PostgreSQL finds out whether its last COMMIT took place.
written = Table(
    "written",
    metadata,
    key("writer"),  # one life of one process
    Column("batch", Whole, nullable=False),  # the last one that was committed
    Column("at", Instant, nullable=False),
    sqlite_strict=True,
)
