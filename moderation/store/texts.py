"""The same said elsewhere: what checks ask of the past."""

from datetime import datetime

from sqlalchemy import bindparam, func, select

from moderation.store.contract import Query
from moderation.store.tables import comment

SAME_WORDS = (
    select(func.count())
    .select_from(comment)
    .where(
        comment.c.words_hash == bindparam("words_hash"),
        comment.c.received_at >= bindparam("since", type_=comment.c.received_at.type),
        comment.c.site == bindparam("site"),
        comment.c.id != bindparam("besides"),
    )
)


def same_words(site: str, words_hash: str, *, since: datetime, besides: str) -> Query[int]:
    """Count comments with the same folded text."""
    rows = yield (
        SAME_WORDS,
        {"words_hash": words_hash, "since": since, "site": site, "besides": besides},
    )
    return int(rows[0][0])
