"""The same said elsewhere, and pings from the same corner: what checks ask of the past."""

from datetime import datetime

from sqlalchemy import bindparam, func, select

from moderation.domain.comment import Status
from moderation.store.contract import Query
from moderation.store.tables import comment, ping

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


APPROVED_SOURCES = (
    select(func.coalesce(ping.c.place, ping.c.source))
    .join_from(ping, comment, comment.c.id == ping.c.comment_id)
    .where(
        ping.c.host == bindparam("host"),
        comment.c.site == bindparam("site"),
        comment.c.status == Status.APPROVED,
    )
    .limit(1000)
)


def approved_sources(site: str, host: str) -> Query[list[str]]:
    """List the sources of a host whose pings were approved (at most 1,000).

    Of what a bridge showed it is the place of its author.
    """
    rows = yield APPROVED_SOURCES, {"site": site, "host": host}
    return [row[0] for row in rows]
