"""Comments, and what is known of each."""

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from moderation.domain.comment import Badge, Format, Kind, Status, Type, WaitingFor
from moderation.domain.decision import Action, Door
from moderation.domain.opinion import Verdict
from moderation.domain.ping import Cause, PingState
from moderation.store.columns import Flag, Instant, JsonText, Real, Whole, Word, Words
from moderation.store.tables.parts import index_of, key, metadata, of_comment

# Which rows are in a partial index; a query that is to use one says the same, word for word.
WHOLE = text("address <> '' AND address NOT LIKE '%/%'")  # a network address not yet cut down
IN_A_WAVE = text("wave IS NOT NULL")
PING = text("kind <> 'comment'")
EDITED = text("edited_at IS NOT NULL")
SENT = text("sent <> '{}'")

comment = Table(
    "comment",
    metadata,
    key(),
    Column("site", Text, nullable=False),
    Column("article_id", Text, ForeignKey("article.id"), nullable=False),
    Column("anchor", Text, nullable=False),
    Column("kind", Word(Kind), nullable=False),
    Column("via", Words(Kind), nullable=False),
    Column("type", Word(Type), nullable=False),
    Column("status", Word(Status), nullable=False),
    Column("waiting_for", Word(WaitingFor)),
    Column("version", Whole, nullable=False),
    Column("parent_id", Text),
    Column("author_name", Text, nullable=False),
    Column("author_email", Text, nullable=False),
    Column("author_url", Text, nullable=False),
    Column("author_id", Text),
    Column("source", Text),
    Column("text", Text, nullable=False),
    Column("format", Word(Format), nullable=False),
    Column("html", Text, nullable=False),
    Column("received_at", Instant, nullable=False),
    Column("published_at", Instant, nullable=False),
    Column("edited_at", Instant),
    Column("status_before", Word(Status)),
    Column("address", Text, nullable=False),
    Column("user_agent", Text, nullable=False),
    Column("referrer", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("verified_at", Instant),
    Column("score", Real, nullable=False),
    Column("status_at", Instant, nullable=False),  # when it got its status: retention
    Column("approved_at", Instant),  # first approval: edit time, notices
    Column("told_at", Instant),  # when moderators were to be told that it waits
    Column("fingerprint", Text, unique=True),  # same article, parent, author, text; NULL in trash
    Column("words", Text, nullable=False),  # folded text of the whole row, for search
    Column("words_hash", Text, nullable=False),  # of the folded text alone: the same said elsewhere
    Column("render_version", Whole, nullable=False),
    Column("badge", Word(Badge)),
    Column("wave", Text),  # id of the first of those that are nearly identical; NULL of single ones
    CheckConstraint("(status = 'held') = (waiting_for IS NOT NULL)", name="held_waits"),
    UniqueConstraint("article_id", "anchor", name="anchor_in_article"),
    Index("comment_by_thread", "article_id", "status", "published_at", "id", "parent_id", "type"),
    Index("comment_by_queue", "status", "waiting_for", "received_at", "id"),
    Index("comment_by_priority", "status", "waiting_for", "score", "received_at", "id"),
    Index("comment_by_status", "status", "received_at", "id"),
    Index("comment_by_article", "article_id", "received_at", "id"),
    Index("comment_by_time", "received_at", "id"),
    Index("comment_by_parent", "parent_id"),
    Index("comment_by_author", "author_id", "status"),
    Index("comment_of_author", "author_id", "received_at", "id"),
    Index("comment_by_words", "words_hash", "received_at"),
    index_of(PING, "comment_by_kind", "kind", "status", "received_at", "id"),
    index_of(EDITED, "comment_by_edit", "edited_at", "id"),
    Index("comment_by_retention", "status", "status_at", "id"),
    index_of(WHOLE, "comment_with_address", "received_at"),
    index_of(IN_A_WAVE, "comment_by_wave", "wave", "status", "id"),
    sqlite_strict=True,
)

# What formats made of a comment once (`formats/contract.py`); may be missing or old at any time.
piece = Table(
    "piece",
    metadata,
    of_comment(primary=True),
    Column("version", Text, nullable=False),  # what it depends on beside the comment
    Column("html", LargeBinary, nullable=False),
    Column("json", LargeBinary, nullable=False),
    sqlite_strict=True,
)

ping = Table(
    "ping",
    metadata,
    of_comment(primary=True),
    Column("article_id", Text, ForeignKey("article.id"), nullable=False),
    Column("source", Text, nullable=False),
    Column("host", Text, nullable=False),
    Column("state", Word(PingState), nullable=False),
    Column("cause", Word(Cause)),
    Column("tries", Whole, nullable=False),
    Column("asked_at", Instant, nullable=False),  # the last ping that made us look
    Column("claims", JsonText, nullable=False),  # what the sender said of itself
    Column("trace", JsonText, nullable=False),  # what was fetched when, and what it said
    Column("dropped", Whole),  # arrivals that are not kept any more
    Column("place", Text),  # of a bridge's page: what its author's trust is kept under
    Column("twin_of", Text),  # the same post by another bridge: the comment that is its entry
    Column("place_host", Text),  # whose past speaks for it; "" = nobody's, NULL = not told yet
    Column("place_path", Text),
    UniqueConstraint("article_id", "source", name="one_mention"),
    Index("ping_by_host", "host"),
    Index("ping_by_twin", "twin_of", "comment_id"),
    index_of(text("place_host IS NULL"), "ping_unplaced", "comment_id"),
    sqlite_strict=True,
)

# What a person's post is called: two bridges' pages with a name in common show one post.
ping_name = Table(
    "ping_name",
    metadata,
    Column("article_id", Text, ForeignKey("article.id"), primary_key=True),
    Column("name", Text, primary_key=True),
    of_comment(),
    Index("ping_name_by_comment", "comment_id"),
    sqlite_strict=True,
)

receipt = Table(
    "receipt",
    metadata,
    key(),
    of_comment(),
    Column("protocol", Word(Kind), nullable=False),
    Column("target", Text, nullable=False),
    Column("address", Text, nullable=False),
    Column("user_agent", Text, nullable=False),
    Column("received_at", Instant, nullable=False),
    Column("claims", JsonText),  # what the sender said of itself this time
    Index("receipt_by_comment", "comment_id", "received_at", "id"),
    index_of(WHOLE, "receipt_with_address", "received_at"),
    sqlite_strict=True,
)

watch = Table(
    "watch",
    metadata,
    of_comment(primary=True),
    Column("due_at", Instant, nullable=False),  # when the source is looked at again
    Column("looks", Whole, nullable=False),  # how far the time between looks has grown
    Column("page", Text, nullable=False),  # where its redirects ended
    Column("etag", Text, nullable=False),
    Column("last_modified", Text, nullable=False),
    Column("sketch", JsonText, nullable=False),  # of what the page said when it was judged
    Index("watch_by_due", "due_at", "comment_id"),
    sqlite_strict=True,
)

opinion = Table(
    "opinion",
    metadata,
    of_comment(primary=True),
    Column("check", Text, primary_key=True),
    Column("verdict", Word(Verdict), nullable=False),
    Column("because", Text, nullable=False),
    Column("score", Real, nullable=False),
    Column("decisive", Flag, nullable=False),
    Column("at", Instant, nullable=False),
    sqlite_strict=True,
)

akismet_record = Table(
    "akismet_record",
    metadata,
    of_comment(primary=True),
    Column("guid", Text, nullable=False),
    Column("verdict", Word(Verdict), nullable=False),
    Column("sent", JsonText, nullable=False),  # as sent at the check, without the key
    Column("answer", JsonText, nullable=False),  # headers worth keeping
    Column("asked_at", Instant, nullable=False),
    Column("corrected_as", Word(Verdict)),  # what we told it later
    index_of(SENT, "akismet_record_with_sent", "asked_at"),
    sqlite_strict=True,
)

log = Table(
    "log",
    metadata,
    key(),
    Column("decision_id", Text, nullable=False),
    Column("comment_id", Text, nullable=False),  # no reference: the log outlives the comment
    Column("at", Instant, nullable=False),
    Column("actor_id", Text),
    Column("actor_name", Text, nullable=False),
    Column("door", Word(Door), nullable=False),
    Column("action", Word(Action), nullable=False),
    Column("from_status", Word(Status)),
    Column("to_status", Word(Status)),
    Column("from_waiting_for", Word(WaitingFor)),
    Column("from_status_before", Word(Status)),
    Column("version", Whole, nullable=False),
    Column("reason", Text, nullable=False),
    Column("before", Text, nullable=False),
    Column("undone_by", Text),
    Index("log_by_decision", "decision_id", "comment_id"),
    Index("log_by_comment", "comment_id", "at", "version", "id"),
    Index("log_by_time", "at", "id"),
    sqlite_strict=True,
)
