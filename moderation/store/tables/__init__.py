"""All tables. A change here needs a migration beside it; a test compares the two."""

from moderation.store.tables.articles import alias, article, change
from moderation.store.tables.comments import (
    akismet_record,
    comment,
    log,
    opinion,
    piece,
    ping,
    ping_name,
    receipt,
    watch,
)
from moderation.store.tables.learning import evidence, journal, owner_setting, snapshot
from moderation.store.tables.parts import metadata
from moderation.store.tables.people import (
    author,
    author_address,
    author_key,
    link,
    moderator,
    session,
    token,
)
from moderation.store.tables.rules import host_list, rule, rule_edition, rule_hit
from moderation.store.tables.search import search_posting, search_segment
from moderation.store.tables.sources import block, source_deed, trusted_place, vouch
from moderation.store.tables.tally import tally
from moderation.store.tables.waves import sketch, wave_key
from moderation.store.tables.work import (
    akismet_account,
    answered,
    job,
    sent,
    signing_key,
    written,
)

__all__ = [
    "akismet_account",
    "akismet_record",
    "alias",
    "answered",
    "article",
    "author",
    "author_address",
    "author_key",
    "block",
    "change",
    "comment",
    "evidence",
    "host_list",
    "job",
    "journal",
    "link",
    "log",
    "metadata",
    "moderator",
    "opinion",
    "owner_setting",
    "piece",
    "ping",
    "ping_name",
    "receipt",
    "rule",
    "rule_edition",
    "rule_hit",
    "search_posting",
    "search_segment",
    "sent",
    "session",
    "signing_key",
    "sketch",
    "snapshot",
    "source_deed",
    "tally",
    "token",
    "trusted_place",
    "vouch",
    "watch",
    "wave_key",
    "written",
]
