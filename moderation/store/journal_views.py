"""What owners are shown of the journal: how much was learnt, the last of it, what has a token."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, func, select

from moderation.domain.comment import Status
from moderation.domain.lesson import Teaching
from moderation.store.contract import Query
from moderation.store.evidence import having, unpacked
from moderation.store.tables import comment, journal


@dataclass(frozen=True, slots=True)
class Past:
    """One decision that stands, and what was thought of its comment before."""

    sequence: int
    comment_id: str
    spam: bool
    probability: float | None
    clear: bool
    at: datetime


COUNTS = (
    select(journal.c.site, journal.c.teaching, func.count())
    .where(journal.c.stands == bindparam("stands"))
    .group_by(journal.c.site, journal.c.teaching)
)


def counts() -> Query[dict[tuple[str, Teaching], int]]:
    """How many lessons stand, by site and what they teach."""
    rows = yield COUNTS, {"stands": True}
    return {(site, teaching): number for site, teaching, number in rows}


UNTAUGHT = (
    select(comment.c.id)
    .where(
        comment.c.id > bindparam("after"),
        comment.c.status.in_([Status.APPROVED, Status.SPAM]),
        ~select(journal.c.seq).where(journal.c.comment_id == comment.c.id).exists(),
    )
    .order_by(comment.c.id)
    .limit(bindparam("limit"))
)


def untaught(after: str, *, limit: int) -> Query[Sequence[str]]:
    """Comments that are shown or spam, and of which the journal knows nothing."""
    rows = yield UNTAUGHT, {"after": after, "limit": limit}
    return [row[0] for row in rows]


PAST = (
    select(
        journal.c.seq,
        journal.c.comment_id,
        journal.c.teaching,
        journal.c.probability,
        journal.c.clear,
        journal.c.at,
    )
    .where(journal.c.stands == bindparam("stands"))
    .order_by(journal.c.seq.desc())
    .limit(bindparam("limit"))
)
OF_SITE = PAST.where(journal.c.site == bindparam("site"))


def past(site: str | None, *, limit: int) -> Query[Sequence[Past]]:
    """The last decisions that stand, newest first, of a site or (None) of all."""
    values: dict[str, object] = {"stands": True, "limit": limit}
    if site is not None:
        values["site"] = site
    rows = yield PAST if site is None else OF_SITE, values
    return [Past(r[0], r[1], r[2] is Teaching.SPAM, *r[3:]) for r in rows]


TOKENS = (
    select(journal.c.seq, journal.c.tokens)
    .where(journal.c.stands == bindparam("stands"), journal.c.seq < bindparam("before"))
    .order_by(journal.c.seq.desc())
    .limit(bindparam("limit"))
)
TOKENS_OF_SITE = TOKENS.where(journal.c.site == bindparam("site"))
NEWEST = 2**62  # above every line


def tokens_before(
    site: str | None, before: int | None, *, limit: int
) -> Query[Sequence[tuple[int, Sequence[str]]]]:
    """Line and tokens of lessons in force, newest first, of a site or (None) of all."""
    last = NEWEST if before is None else before
    values: dict[str, object] = {"stands": True, "before": last, "limit": limit}
    if site is not None:
        values["site"] = site
    rows = yield TOKENS if site is None else TOKENS_OF_SITE, values
    return [(row[0], unpacked(row[1])) for row in rows]


_recent = (
    select(journal.c.comment_id, journal.c.teaching, journal.c.tokens, journal.c.seq)
    .where(journal.c.stands == bindparam("stands"))
    .order_by(journal.c.seq.desc())
    .limit(bindparam("limit"))
    .subquery()
)
WITH_TOKEN = (
    select(_recent.c.comment_id, _recent.c.teaching, _recent.c.tokens)
    .where(_recent.c.tokens.like(bindparam("pattern"), escape="!"))
    .order_by(_recent.c.seq.desc())
)


def with_token(token: str, *, among: int) -> Query[Sequence[tuple[str, bool]]]:
    """Which of the last `among` lessons have a token: comment and whether it was spam."""
    rows = yield WITH_TOKEN, {"stands": True, "limit": among, "pattern": having(token)}
    return [(row[0], row[1] is Teaching.SPAM) for row in rows if token in unpacked(row[2])]
