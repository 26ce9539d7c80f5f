"""Pieces of comments, and threads as entries with their pieces: narrow rows, along an index."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from sqlalchemy import (
    Select,
    Text,
    and_,
    bindparam,
    delete,
    func,
    literal_column,
    select,
    tuple_,
    type_coerce,
)
from sqlalchemy.sql.elements import ColumnElement

from moderation.domain.comment import Comment, Status
from moderation.domain.thread import PAGE_SIZE, Entry
from moderation.store import articles, comments
from moderation.store.columns import Whole
from moderation.store.contract import Query
from moderation.store.lists import lists_of
from moderation.store.tables import comment, piece
from moderation.store.upsert import upsert

SLICE = PAGE_SIZE + 1  # rows of a step: a page at once, and PostgreSQL's event loop has a rest
NARROW = 2000  # the same of rows without pieces
FIRST = -(2**63)  # before any moment


_entry = partial(tuple.__new__, Entry)  # of a whole row, without a function for each


@dataclass(frozen=True, slots=True)
class Made:
    """What formats made of one comment."""

    comment: Comment  # as it was then
    version: str
    html: bytes
    json: bytes


# As the drivers give them: turning instants and words into ours costs more than reading them.
_PLACED = (
    comment.c.id,
    comment.c.parent_id,
    type_coerce(comment.c.published_at, Whole()),
    type_coerce(comment.c.type, Text()),
)
_SHOWN = and_(comment.c.article_id == bindparam("article_id"), comment.c.status == Status.APPROVED)
# Hidden from SQLite: rather than look a long list up it would read all that is approved anywhere.
_IS_SHOWN = func.coalesce(comment.c.status, literal_column("''")) == Status.APPROVED
_AFTER = tuple_(comment.c.published_at, comment.c.id) > tuple_(
    bindparam("at", type_=Whole()), bindparam("after", type_=Text())
)


def _with(column: ColumnElement[bytes]) -> Select[tuple[object, ...]]:
    current = and_(piece.c.comment_id == comment.c.id, piece.c.version == bindparam("version"))
    return select(*_PLACED, column).outerjoin_from(comment, piece, current)


def _in_order(rows: Select[tuple[object, ...]]) -> Select[tuple[object, ...]]:
    return (
        rows.where(_SHOWN, _AFTER)
        .order_by(comment.c.published_at, comment.c.id)
        .limit(bindparam("limit"))
    )


_COLUMNS = {"html": piece.c.html, "json": piece.c.json}
THREAD = {name: _in_order(_with(column)) for name, column in _COLUMNS.items()}
OUTLINE = _in_order(select(*_PLACED))
OF = {
    name: _with(column).where(comment.c.id.in_(bindparam("ids", expanding=True)), _IS_SHOWN)
    for name, column in _COLUMNS.items()
}


def thread(article_id: str, column: str, version: str) -> Query[list[Entry]]:
    """All that readers see of an article, oldest first, with pieces of this version."""
    return (yield from _slices(THREAD[column], article_id, SLICE, {"version": version}))


def outline(article_id: str) -> Query[list[Entry]]:
    """The same without pieces."""
    return (yield from _slices(OUTLINE, article_id, NARROW, {}))


def _slices(
    statement: Select[tuple[object, ...]],
    article_id: str,
    limit: int,
    more: Mapping[str, object],
) -> Query[list[Entry]]:
    found: list[Entry] = []
    at, after = FIRST, ""
    while True:
        values = {"article_id": article_id, "at": at, "after": after, "limit": limit, **more}
        rows = yield statement, values
        found.extend(map(_entry, rows))
        if len(rows) < limit:
            return found
        at, after = found[-1].published_at, found[-1].id


def of(ids: Iterable[str], column: str, version: str) -> Query[list[Entry]]:
    """Those of some comments that readers see, oldest first."""
    found: list[Entry] = []
    for some in lists_of(ids):
        rows = yield OF[column], {"ids": some, "version": version}
        found.extend(map(_entry, rows))
    return sorted(found, key=lambda entry: (entry.published_at, entry.id))


_insert = upsert(piece)
PUT = _insert.on_conflict_do_update(
    index_elements=[piece.c.comment_id],
    set_={name: _insert.excluded[name] for name in ("version", "html", "json")},
)


def put(made: Sequence[Made]) -> Query[None]:
    """Keep pieces of comments that are still what they were made of."""
    ids = [each.comment.id for each in made]
    yield from articles.lock_of(*ids)  # whoever changes a comment takes its article first
    now = yield from comments.by_ids(ids)
    yield (
        PUT,
        [
            {
                "comment_id": each.comment.id,
                "version": each.version,
                "html": each.html,
                "json": each.json,
            }
            for each in made
            if now.get(each.comment.id) == each.comment
        ],
    )


FORGET = delete(piece).where(piece.c.comment_id == bindparam("comment"))


def forget(comment_id: str) -> Query[None]:
    """Have a comment's pieces made anew: readers are to see something else of it."""
    yield FORGET, {"comment": comment_id}
