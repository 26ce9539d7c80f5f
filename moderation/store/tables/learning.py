"""What the spam check is taught, and what owners set in the dashboard."""

from sqlalchemy import Column, Index, LargeBinary, Table, Text

from moderation.domain.decision import Door
from moderation.domain.lesson import Teaching
from moderation.store.columns import Flag, Instant, JsonText, Real, Whole, Word
from moderation.store.tables.parts import key, metadata, of_comment

evidence = Table(
    "evidence",
    metadata,
    of_comment(primary=True),
    Column("features", Whole, nullable=False),
    Column("tokens", Text, nullable=False),  # each on a line of its own, in line ends
    Column("probability", Real),
    Column("clear", Flag, nullable=False),
    sqlite_strict=True,
)

journal = Table(
    "journal",
    metadata,
    Column("seq", Whole, primary_key=True, autoincrement=True),
    Column("site", Text, nullable=False),
    Column("comment_id", Text, nullable=False),  # no reference: what was learnt stays
    Column("teaching", Word(Teaching), nullable=False),
    Column("undoes", Whole),
    Column("stands", Flag, nullable=False),
    Column("features", Whole, nullable=False),
    Column("tokens", Text, nullable=False),
    Column("probability", Real),
    Column("clear", Flag, nullable=False),
    Column("decision_id", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Index("journal_by_comment", "comment_id", "seq"),
    Index("journal_by_standing", "stands", "seq"),
    Index("journal_of_site", "stands", "site", "seq"),
    sqlite_strict=True,
    sqlite_autoincrement=True,
)

# A model as it was after a line of the journal: what a start need not fold again.
snapshot = Table(
    "snapshot",
    metadata,
    key("scope"),  # the site it is about, "" for all
    Column("seq", Whole, nullable=False),
    Column("form", Text, nullable=False),  # what it was made with: another form is not read
    Column("model", LargeBinary, nullable=False),
    Column("at", Instant, nullable=False),
    sqlite_strict=True,
)

# Every line is kept: the newest of a key is in force, all of them are the log.
owner_setting = Table(
    "owner_setting",
    metadata,
    key(),
    Column("site", Text, nullable=False),  # "" for all
    Column("key", Text, nullable=False),  # as in the settings file: checks.learned.spam_at
    Column("value", JsonText),  # NULL: as the file has it
    Column("at", Instant, nullable=False),
    Column("actor_id", Text),
    Column("actor_name", Text, nullable=False),
    Column("door", Word(Door), nullable=False),
    Index("owner_setting_by_time", "at", "id"),
    sqlite_strict=True,
)
