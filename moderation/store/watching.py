"""Sources that are looked at again: when, and what they were when they were judged."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, func, select, update

from moderation.store.contract import Query, Row
from moderation.store.tables import watch
from moderation.store.upsert import upsert


@dataclass(frozen=True, slots=True)
class Watched:
    """The source of one ping whose link was seen."""

    comment_id: str
    due_at: datetime
    looks: int = 0  # how far the time between looks has grown
    page: str = ""  # where its redirects ended; "" before that was kept
    etag: str = ""
    last_modified: str = ""
    sketch: Sequence[int] = ()  # see `text/sketch.py`


_COLUMNS = (
    watch.c.comment_id,
    watch.c.due_at,
    watch.c.looks,
    watch.c.page,
    watch.c.etag,
    watch.c.last_modified,
    watch.c.sketch,
)


def _watched(row: Row) -> Watched:
    return Watched(*(*row[:6], tuple(row[6])))


OF = select(*_COLUMNS).where(watch.c.comment_id == bindparam("id"))


def of(comment_id: str) -> Query[Watched | None]:
    rows = yield OF, {"id": comment_id}
    return _watched(rows[0]) if rows else None


_insert = upsert(watch)
PUT = _insert.on_conflict_do_update(
    index_elements=[watch.c.comment_id],
    set_={column.name: _insert.excluded[column.name] for column in _COLUMNS[1:]},
)


def put(watched: Watched) -> Query[None]:
    """Keep when a source is next looked at, and what it is now."""
    values = {column.name: getattr(watched, column.name) for column in _COLUMNS}
    yield PUT, values | {"sketch": list(watched.sketch)}


DUE = (
    select(*_COLUMNS)
    .where(watch.c.due_at <= bindparam("now", type_=watch.c.due_at.type))
    .order_by(watch.c.due_at, watch.c.comment_id)
    .limit(bindparam("limit"))
)


def due(now: datetime, *, limit: int) -> Query[Sequence[Watched]]:
    """List sources whose time has come, the longest overdue first."""
    rows = yield DUE, {"now": now, "limit": limit}
    return [_watched(row) for row in rows]


NEXT = select(func.min(watch.c.due_at))


def next_due() -> Query[datetime | None]:
    rows = yield NEXT, {}
    value: datetime | None = rows[0][0]
    return value


POSTPONE = (
    update(watch)
    .where(watch.c.comment_id == bindparam("comment"))
    .values(due_at=bindparam("new_due"))
)


def postpone(comment_id: str, due_at: datetime) -> Query[None]:
    yield POSTPONE, {"comment": comment_id, "new_due": due_at}


BRING_BACK = (
    update(watch)
    .where(watch.c.due_at > bindparam("latest", type_=watch.c.due_at.type))
    .values(due_at=bindparam("new_due"))
)


def bring_back(due_at: datetime, *, latest: datetime) -> Query[None]:
    """Have those that are due later than they can be looked at now."""
    yield BRING_BACK, {"latest": latest, "new_due": due_at}
