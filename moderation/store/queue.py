"""The queue: comments listed by what they are and wait for, counted, and searched."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, exists, func, or_, select, tuple_

from moderation.domain.comment import Comment, Kind, Status, Type, WaitingFor
from moderation.store import tally
from moderation.store.comments import COLUMNS, as_comment
from moderation.store.contract import Query
from moderation.store.tables import comment

ORDERS = ("oldest", "newest", "priority")


@dataclass(frozen=True, slots=True)
class Filter:
    """Which comments; None and "" mean any. `words` are folded; all must occur."""

    status: Status | None = None
    waiting_for: WaitingFor | None = None
    kind: Kind | None = None
    type: Type | None = None
    article_id: str | None = None
    site: str | None = None
    sites: frozenset[str] = frozenset()  # what the asker may see; empty = all
    words: tuple[str, ...] = ()
    since: datetime | None = None
    until: datetime | None = None
    calm_since: datetime | None = None  # neither came, was decided nor edited at or after it
    stirred_since: datetime | None = None  # the opposite
    heads: bool = False  # of each wave the newest only; for a filter by status alone


@dataclass(frozen=True, slots=True)
class Mark:
    """Where a page ended: the last row's sort values."""

    at: datetime
    id: str
    score: float = 0.0


def _like(word: str) -> str:
    escaped = word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"


def _conditions(wanted: Filter) -> tuple[list[ColumnElement[bool]], dict[str, object]]:
    """The WHERE of a filter and its values; a statement's shape depends on what is set."""
    where: list[ColumnElement[bool]] = []
    values: dict[str, object] = {}
    plain: Mapping[str, tuple[ColumnElement[Any], object]] = {
        "f_status": (comment.c.status, wanted.status),
        "f_waiting": (comment.c.waiting_for, wanted.waiting_for),
        "f_kind": (comment.c.kind, wanted.kind),
        "f_type": (comment.c.type, wanted.type),
        "f_article": (comment.c.article_id, wanted.article_id),
        "f_site": (comment.c.site, wanted.site),
    }
    for name, (column, value) in plain.items():
        if value is not None:
            where.append(column == bindparam(name, type_=column.type))
            values[name] = value
    if wanted.sites:
        where.append(comment.c.site.in_(bindparam("f_sites", expanding=True)))
        values["f_sites"] = sorted(wanted.sites)
    for number, word in enumerate(wanted.words):
        where.append(comment.c.words.like(bindparam(f"f_word{number}"), escape="\\"))
        values[f"f_word{number}"] = _like(word)
    if wanted.since is not None:
        where.append(
            comment.c.received_at >= bindparam("f_since", type_=comment.c.received_at.type)
        )
        values["f_since"] = wanted.since
    if wanted.until is not None:
        where.append(comment.c.received_at < bindparam("f_until", type_=comment.c.received_at.type))
        values["f_until"] = wanted.until
    if wanted.calm_since is not None:
        where.append(~_stirred("f_calm"))
        values["f_calm"] = wanted.calm_since
    if wanted.stirred_since is not None:
        where.append(_stirred("f_stirred"))
        values["f_stirred"] = wanted.stirred_since
    if wanted.heads:
        where.append(_is_head(waiting=wanted.waiting_for is not None))
    return where, values


def _is_head(*, waiting: bool) -> ColumnElement[bool]:
    """Whether a comment is of no wave, or the newest of its wave with the same status."""
    other = comment.alias("other")
    newer = (
        other.c.wave == comment.c.wave,
        other.c.status == comment.c.status,
        other.c.id > comment.c.id,
        *((other.c.waiting_for == comment.c.waiting_for,) if waiting else ()),
    )
    return or_(comment.c.wave.is_(None), ~exists().where(*newer))


def _stirred(name: str) -> ColumnElement[bool]:
    """Whether something happened to a comment at or after a moment; never NULL."""
    since = bindparam(name, type_=comment.c.status_at.type)
    edited = and_(comment.c.edited_at.is_not(None), comment.c.edited_at >= since)
    return or_(comment.c.status_at >= since, edited)


def _after(order: str) -> ColumnElement[bool]:
    at = bindparam("m_at", type_=comment.c.received_at.type)
    ident = bindparam("m_id", type_=comment.c.id.type)
    # Compared as rows, so that an engine begins at the mark instead of passing over all before it.
    place, marked = tuple_(comment.c.received_at, comment.c.id), tuple_(at, ident)
    if order == "oldest":
        return place > marked
    if order == "newest":
        return place < marked
    score = bindparam("m_score", type_=comment.c.score.type)
    return tuple_(comment.c.score, *place.clauses) > tuple_(score, *marked.clauses)


def _ordered(statement: Select[Any], order: str) -> Select[Any]:
    if order == "newest":
        return statement.order_by(comment.c.received_at.desc(), comment.c.id.desc())
    if order == "priority":  # what is surely ham first: it is waiting to be published
        return statement.order_by(comment.c.score, comment.c.received_at, comment.c.id)
    return statement.order_by(comment.c.received_at, comment.c.id)


def page(
    wanted: Filter, *, order: str = "newest", after: Mark | None = None, limit: int = 20
) -> Query[Sequence[Comment]]:
    """List one page in an order of ORDERS, from the row after `after`."""
    where, values = _conditions(wanted)
    if after is not None:
        where.append(_after(order))
        values |= {"m_at": after.at, "m_id": after.id}
        if order == "priority":
            values["m_score"] = after.score
    statement = _ordered(select(*COLUMNS).where(*where), order).limit(bindparam("f_limit"))
    rows = yield statement, values | {"f_limit": limit}
    return [as_comment(row) for row in rows]


@dataclass(frozen=True, slots=True)
class Total:
    """How many comments a filter finds; at least so many, where they are not `exact`."""

    number: int
    exact: bool = True


def total(wanted: Filter) -> Query[Total]:
    """How many a filter finds."""
    if _is_kept(wanted):
        counts = yield from tally.counts()
        return Total(sum(count.number for count in counts if _counts(wanted, count.key)))
    where, values = _conditions(wanted)
    rows = yield select(func.count()).select_from(comment).where(*where), values
    return Total(int(rows[0][0]))


def _is_kept(wanted: Filter) -> bool:
    """Whether a filter asks for nothing but what is kept a tally of."""
    return wanted == Filter(
        status=wanted.status,
        waiting_for=wanted.waiting_for,
        kind=wanted.kind,
        type=wanted.type,
        site=wanted.site,
        sites=wanted.sites,
    )


def _counts(wanted: Filter, key: tally.Key) -> bool:
    asked = (
        (wanted.status, key.status),
        (wanted.waiting_for, key.waiting_for),
        (wanted.kind, key.kind),
        (wanted.type, key.type),
        (wanted.site, key.site),
    )
    here = not wanted.sites or key.site in wanted.sites
    return here and all(value is None or value == has for value, has in asked)


NEWS = (
    select(comment.c.id)
    .where(
        comment.c.status == Status.HELD,
        comment.c.waiting_for == WaitingFor.MODERATOR,
        comment.c.told_at > bindparam("since", type_=comment.c.told_at.type),
    )
    .limit(1)
)


def has_news(since: datetime) -> Query[bool]:
    """Whether anything waits for a moderator that there was no cause to tell of before."""
    rows = yield NEWS, {"since": since}
    return bool(rows)
