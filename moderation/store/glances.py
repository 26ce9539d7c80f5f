"""What checks want to know of every reply, asked in one statement when it comes."""

from datetime import datetime

from sqlalchemy import select

from moderation.store import journal, rules, texts
from moderation.store.contract import Query

GLANCE = select(
    rules.EDITION.scalar_subquery(),
    journal.LAST.scalar_subquery(),
    texts.SAME_WORDS.scalar_subquery(),
)


def take(site: str, words_hash: str, *, since: datetime) -> Query[tuple[int, int, int]]:
    """The edition of the rules, the newest lesson, and how often the text was sent `since`."""
    rows = yield (
        GLANCE,
        {"words_hash": words_hash, "since": since, "site": site, "besides": ""},
    )
    edition, newest, copies = rows[0]
    return edition or 0, newest or 0, copies
