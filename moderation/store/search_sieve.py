"""What a search asks of the comments: the statements that go with one sieve."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import Select, bindparam, case, null, select, tuple_

from moderation.store.columns import Whole
from moderation.store.search_index import came
from moderation.store.tables import comment
from moderation.store.walks import condition


@dataclass(frozen=True, slots=True)
class Sieve:
    """Conditions besides the terms, by the names that walks know them by."""

    names: tuple[str, ...]
    values: dict[str, object]


@dataclass(frozen=True, slots=True)
class Statements:
    """What is asked with the conditions of one sieve."""

    through: Mapping[bool, Select[Any]]  # backwards or not
    at: Select[Any]
    within: Select[Any]
    scored: Select[Any]  # with the words
    by_score: Select[Any]
    named: Select[Any]


@lru_cache(maxsize=512)
def statements(names: tuple[str, ...]) -> Statements:
    """The statements of a sieve of these names; compiling one takes longer than its answer."""
    where = [condition(name) for name in names]
    score, ident, words = comment.c.score, comment.c.id, comment.c.words
    bind_at = bindparam("s_at", type_=Whole)
    place, mark = tuple_(came, ident), tuple_(bind_at, bindparam("s_id", type_=ident.type))
    start, end = bindparam("s_start", type_=Whole), bindparam("s_end", type_=Whole)
    within = (came >= start, came < end)
    fits = words.like(bindparam("s_like", type_=words.type), escape="\\")
    rows = bindparam("s_rows", type_=Whole)
    bind_score = bindparam("s_score", type_=score.type)
    # Words only where they can be the ones: most of what is looked at stays where it is.
    light = select(score, came, ident, case((fits, words), else_=null())).where(*where)
    ahead = tuple_(score, *place.clauses) > tuple_(bind_score, *mark.clauses)
    in_order = (score, came, ident)
    return Statements(
        through={
            True: light.where(*within, place < mark)
            .order_by(came.desc(), ident.desc())
            .limit(rows),
            False: light.where(*within, place > mark).order_by(came, ident).limit(rows),
        },
        at=light.where(came.in_(bindparam("s_times", expanding=True, type_=Whole))),
        within=select(came).where(*where, *within),
        scored=light.where(ahead).order_by(*in_order).limit(rows),
        by_score=select(*in_order).where(*where, ahead).order_by(*in_order).limit(rows),
        named=select(*in_order, words).where(ident.in_(bindparam("s_ids", expanding=True))),
    )


def like(letters: str) -> str:
    """A pattern of LIKE that finds some letters anywhere."""
    escaped = letters.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"
