"""How comments are walked through in an order: what an index answers, and what each is asked.

Conditions go by name. Of a walk those `along` it are answered from its index, which has them in
order; the `sieve` is held against each comment that is passed. A sieve may let next to nothing
through, so a walk with one is done in strides, and its caller says how many.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    bindparam,
    exists,
    func,
    literal_column,
    or_,
    select,
    tuple_,
)

from moderation.domain.comment import Comment, Status
from moderation.store.comments import COLUMNS, as_comment
from moderation.store.contract import Query
from moderation.store.tables import comment
from moderation.store.tables.comments import PING

STRIDE = 2000  # comments passed by one statement
ORDERS = ("oldest", "newest", "priority")


@dataclass(frozen=True, slots=True)
class Mark:
    """Where a page ended: the last row's sort values."""

    at: datetime
    id: str
    score: float = 0.0


@dataclass(frozen=True, slots=True)
class Walk:
    """One way through the comments; its statements are the same for the same names."""

    along: tuple[str, ...]
    sieve: tuple[str, ...]
    order: str  # one of ORDERS


def _is(name: str, column: ColumnElement[Any]) -> Callable[[], ColumnElement[bool]]:
    return lambda: column == bindparam(name, type_=column.type)


def _hidden(name: str, column: ColumnElement[Any]) -> Callable[[], ColumnElement[bool]]:
    """A condition that no index answers: else an engine may take the wrong one."""
    return lambda: func.coalesce(column, literal_column("''")) == bindparam(name, type_=column.type)


def _stirred(name: str) -> ColumnElement[bool]:
    """Whether something happened to a comment at or after a moment; never NULL."""
    since = bindparam(name, type_=comment.c.status_at.type)
    edited = and_(comment.c.edited_at.is_not(None), comment.c.edited_at >= since)
    return or_(comment.c.status_at >= since, edited)


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


_CONDITIONS: Mapping[str, Callable[[], ColumnElement[bool]]] = {
    "status": _is("status", comment.c.status),
    "hidden status": _hidden("status", comment.c.status),
    "held": lambda: comment.c.status == Status.HELD,
    "waiting": _is("waiting", comment.c.waiting_for),
    "hidden waiting": _hidden("waiting", comment.c.waiting_for),
    "decided": lambda: comment.c.waiting_for.is_(None),
    "kind": _is("kind", comment.c.kind),
    "ping": lambda: and_(PING),
    "type": _is("type", comment.c.type),
    "article": _is("article", comment.c.article_id),
    "site": _is("site", comment.c.site),
    "sites": lambda: comment.c.site.in_(bindparam("sites", expanding=True)),
    "client": _is("client", comment.c.address),
    "since": lambda: comment.c.received_at >= _moment("since"),
    "until": lambda: comment.c.received_at < _moment("until"),
    "hidden since": lambda: _whenever() >= _moment("since"),
    "hidden until": lambda: _whenever() < _moment("until"),
    "calm": lambda: ~_stirred("calm"),
    "heads": lambda: _is_head(waiting=False),
    "waiting heads": lambda: _is_head(waiting=True),
}


def _moment(name: str) -> ColumnElement[datetime]:
    return bindparam(name, type_=comment.c.received_at.type)


def _whenever() -> ColumnElement[datetime]:
    return func.coalesce(comment.c.received_at, literal_column("0"))


def condition(name: str) -> ColumnElement[bool]:
    """One condition; its value goes by the name's last word."""
    return _CONDITIONS[name]()


def _keys(order: str) -> tuple[ColumnElement[Any], ...]:
    time = (comment.c.received_at, comment.c.id)
    # What is surely ham comes first: it is waiting to be published.
    return (comment.c.score, *time) if order == "priority" else time


def _behind(order: str) -> ColumnElement[bool]:
    """Whether a row comes after the mark, compared as rows: so that an engine begins at it."""
    place, mark = tuple_(*_keys(order)), _mark(order, "m")
    return place < mark if order == "newest" else place > mark


def _until(order: str) -> ColumnElement[bool]:
    """Whether a row is at the end of a stride, or before it."""
    place, mark = tuple_(*_keys(order)), _mark(order, "e")
    return place >= mark if order == "newest" else place <= mark


def _mark(order: str, prefix: str) -> ColumnElement[Any]:
    names = ("score", "at", "id") if order == "priority" else ("at", "id")
    keys = zip(names, _keys(order), strict=True)
    return tuple_(*(bindparam(f"{prefix}_{name}", type_=key.type) for name, key in keys))


def _values(mark: Mark | None, prefix: str) -> dict[str, object]:
    if mark is None:
        return {}
    return {f"{prefix}_at": mark.at, f"{prefix}_id": mark.id, f"{prefix}_score": mark.score}


def _ordered(statement: Select[Any], walk: Walk) -> Select[Any]:
    keys = _keys(walk.order)
    if walk.order == "newest":
        return statement.order_by(*(key.desc() for key in keys))
    if "decided" in walk.along:  # PostgreSQL knows of no order behind what is NULL, else
        return statement.order_by(comment.c.waiting_for, *keys)
    return statement.order_by(*keys)


@lru_cache(maxsize=512)
def _rows(walk: Walk, after: bool, end: bool) -> Select[Any]:
    """The comments between two marks, of which either may be missing."""
    where = [condition(name) for name in (*walk.along, *walk.sieve)]
    where += [_behind(walk.order)] if after else []
    where += [_until(walk.order)] if end else []
    return _ordered(select(*COLUMNS).where(*where), walk).limit(bindparam("limit"))


@lru_cache(maxsize=512)
def _stride(walk: Walk, after: bool) -> Select[Any]:
    """Where so many comments of a walk have been passed: known from the index alone."""
    where = [condition(name) for name in walk.along] + ([_behind(walk.order)] if after else [])
    place = select(comment.c.score, comment.c.received_at, comment.c.id)
    if walk.order != "priority":
        place = select(literal_column("0.0", comment.c.score.type), *_keys(walk.order))
    return _ordered(place.where(*where), walk).limit(1).offset(bindparam("passed"))


@lru_cache(maxsize=512)
def _count(walk: Walk, end: bool) -> Select[Any]:
    where = [condition(name) for name in (*walk.along, *walk.sieve)]
    where += [_until(walk.order)] if end else []
    return select(func.count()).select_from(comment).where(*where)


@lru_cache(maxsize=512)
def among(names: tuple[str, ...]) -> Select[Any]:
    """Those of some comments, given by id, that fit."""
    hidden = {"status": "hidden status", "waiting": "hidden waiting"}
    where = [condition(hidden.get(name, name)) for name in names]
    return select(*COLUMNS).where(comment.c.id.in_(bindparam("ids", expanding=True)), *where)


def _place(
    walk: Walk, values: Mapping[str, object], after: Mark | None, length: int
) -> Query[Mark | None]:
    """The place `length` comments on; None where there are no more than that."""
    asked = {**values, **_values(after, "m"), "passed": length}
    rows = yield _stride(walk, after is not None), asked
    return Mark(rows[0][1], rows[0][2], rows[0][0]) if rows else None


def go(
    walk: Walk,
    values: Mapping[str, object],
    *,
    after: Mark | None,
    limit: int,
    most: int,
    stride: int = STRIDE,
) -> Query[tuple[list[Comment], Mark | None]]:
    """Find up to `limit` comments, and the place to go on from where `most` were passed before."""
    found: list[Comment] = []
    at = after
    while True:
        end = None
        if walk.sieve:
            end = yield from _place(walk, values, at, stride)
        marks = {**values, **_values(at, "m"), **_values(end, "e")}
        rows = yield (
            _rows(walk, at is not None, end is not None),
            marks | {"limit": limit - len(found)},
        )
        found += [as_comment(row) for row in rows]
        if len(found) >= limit or end is None:
            return found, None
        at, most = end, most - stride
        if most <= 0:
            return found, end


def count(walk: Walk, values: Mapping[str, object], *, most: int) -> Query[tuple[int, bool]]:
    """Count what a walk finds among `most` comments; and whether those were all."""
    end = yield from _place(walk, values, None, most)
    rows = yield _count(walk, end is not None), {**values, **_values(end, "e")}
    return int(rows[0][0]), end is None


def in_order(found: Sequence[Comment], order: str) -> list[Comment]:
    """What several walks of one order found, as one would have."""
    return sorted(found, key=lambda c: place_of(mark_of(c), order), reverse=order == "newest")


def mark_of(last: Comment) -> Mark:
    return Mark(last.received_at, last.id, last.score)


def is_behind(mark: Mark, other: Mark, order: str) -> bool:
    """Whether a mark comes after another in an order."""
    place, other_place = place_of(mark, order), place_of(other, order)
    return place < other_place if order == "newest" else place > other_place


def place_of(mark: Mark, order: str) -> tuple[Any, ...]:
    """What an order compares; of `newest` the greatest comes first."""
    return (mark.score, mark.at, mark.id) if order == "priority" else (mark.at, mark.id)
