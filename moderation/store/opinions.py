"""Opinions: what each check said of a comment, the newest of each."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import bindparam, select

from moderation.domain.opinion import Opinion
from moderation.store import evidence
from moderation.store.contract import Query, Row, Soon
from moderation.store.rules import note_hits
from moderation.store.tables import opinion
from moderation.store.upsert import upsert

_insert = upsert(opinion)
PUT = _insert.on_conflict_do_update(
    index_elements=[opinion.c.comment_id, opinion.c.check],
    set_={
        name: _insert.excluded[name] for name in ("verdict", "because", "score", "decisive", "at")
    },
)


def put(comment_id: str, opinions: Sequence[Opinion], at: datetime) -> Query[None]:
    """Keep opinions, and the evidence they rest on; a check's newer one replaces its older.

    The owner's rules that fit are counted.
    """
    values = [
        {
            "comment_id": comment_id,
            "check": o.check,
            "verdict": o.verdict,
            "because": o.because,
            "score": o.score,
            "decisive": o.decisive,
            "at": at,
        }
        for o in opinions
    ]
    if values:
        yield Soon(PUT, values)
    for found in (o.evidence for o in opinions if o.evidence is not None):
        yield from evidence.put(comment_id, found)
    yield from note_hits(comment_id, (ident for o in opinions for ident in o.rules), at)


_COLUMNS = (
    opinion.c.check,
    opinion.c.verdict,
    opinion.c.because,
    opinion.c.score,
    opinion.c.decisive,
)


def _opinion(row: Row) -> Opinion:
    return Opinion(*row)


OF = select(*_COLUMNS).where(opinion.c.comment_id == bindparam("id")).order_by(opinion.c.check)


def of(comment_id: str) -> Query[Sequence[Opinion]]:
    """All opinions about a comment, by name of the check."""
    rows = yield OF, {"id": comment_id}
    return [_opinion(row) for row in rows]


OF_MANY = (
    select(opinion.c.comment_id, *_COLUMNS)
    .where(opinion.c.comment_id.in_(bindparam("ids", expanding=True)))
    .order_by(opinion.c.comment_id, opinion.c.check)
)


def of_many(ids: Iterable[str]) -> Query[dict[str, list[Opinion]]]:
    """All opinions about some comments, keyed by the comment's id."""
    wanted = sorted(set(ids))
    found: dict[str, list[Opinion]] = {ident: [] for ident in wanted}
    if wanted:
        rows = yield OF_MANY, {"ids": wanted}
        for row in rows:
            found[row[0]].append(_opinion(row[1:]))
    return found
