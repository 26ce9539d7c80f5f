"""Kept models: each as it was after a line of the journal, so that a start folds only the rest."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, func, or_, select

from moderation.domain.lesson import Teaching
from moderation.store.contract import Query
from moderation.store.tables import journal, snapshot
from moderation.store.upsert import upsert


@dataclass(frozen=True, slots=True)
class Snapshot:
    sequence: int
    form: str
    model: bytes


_insert = upsert(snapshot)
PUT = _insert.on_conflict_do_update(
    index_elements=[snapshot.c.scope],
    set_={name: _insert.excluded[name] for name in ("seq", "form", "model", "at")},
)
OF = select(snapshot.c.seq, snapshot.c.form, snapshot.c.model).where(
    snapshot.c.scope == bindparam("scope")
)
# What came later and reaches back to before the snapshot: what it holds stands no more.
SPOILT = select(func.count()).where(
    journal.c.seq > bindparam("after"),
    or_(
        journal.c.undoes <= bindparam("after"),
        journal.c.teaching == bindparam("anew", type_=journal.c.teaching.type),
    ),
)


def _is_spoilt(sequence: int) -> Query[bool]:
    rows = yield SPOILT, {"after": sequence, "anew": Teaching.ANEW}
    return bool(rows[0][0])


def put(scope: str, kept: Snapshot, at: datetime) -> Query[bool]:
    """Keep a model, unless the journal was changed before its line meanwhile."""
    if (yield from _is_spoilt(kept.sequence)):
        return False
    yield (
        PUT,
        {
            "scope": scope,
            "seq": kept.sequence,
            "form": kept.form,
            "model": kept.model,
            "at": at,
        },
    )
    return True


def of(scope: str) -> Query[Snapshot | None]:
    """The model kept for a scope; None where there is none that still holds."""
    rows = yield OF, {"scope": scope}
    if not rows or (yield from _is_spoilt(rows[0][0])):
        return None
    return Snapshot(*rows[0])
