"""The journal: what people's decisions teach, in order of commit; the spam check is its fold.

A line is never changed but for `stands`, which is true of the last word on each comment. A
lesson puts the one before it out of force; so does a withdrawal, and what stood before that
lesson stands again. Whoever has read up to a line reads on from there and knows all of it.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import bindparam, delete, func, insert, select, update

from moderation.domain.lesson import Evidence, Lesson, Teaching
from moderation.store.contract import AtLast, Query, Row
from moderation.store.evidence import unpacked, values
from moderation.store.tables import journal, snapshot

_COLUMNS = (
    journal.c.seq,
    journal.c.site,
    journal.c.comment_id,
    journal.c.teaching,
    journal.c.undoes,
    journal.c.stands,
    journal.c.features,
    journal.c.tokens,
    journal.c.probability,
    journal.c.clear,
)
NOTHING = Evidence(0, ())


def _lesson(row: Row) -> Lesson:
    evidence = Evidence(row[6], unpacked(row[7]), row[8], row[9])
    return Lesson(row[0], row[1], row[2], row[3], row[4], row[5], evidence)


STANDING_OF = select(*_COLUMNS).where(
    journal.c.comment_id == bindparam("comment"), journal.c.stands == bindparam("stands")
)


def standing_of(comment_id: str) -> Query[Lesson | None]:
    """The lesson in force about a comment."""
    rows = yield STANDING_OF, {"comment": comment_id, "stands": True}
    return _lesson(rows[-1]) if rows else None


_stands = journal.alias("stands")
ADD = insert(journal).values(
    undoes=select(func.max(_stands.c.seq))
    .where(
        _stands.c.comment_id == bindparam("about"),
        _stands.c.stands == bindparam("in_force", type_=journal.c.stands.type),
    )
    .scalar_subquery()
)
_newest = journal.alias("newest")
SUPERSEDE = (
    update(journal)
    .where(
        journal.c.comment_id == bindparam("about"),
        journal.c.stands == bindparam("in_force", type_=journal.c.stands.type),
        journal.c.seq
        < select(func.max(_newest.c.seq))
        .where(_newest.c.comment_id == bindparam("about"))
        .scalar_subquery(),
    )
    .values(stands=bindparam("out_of_force", type_=journal.c.stands.type))
)


def teach(
    site: str,
    comment_id: str,
    teaching: Teaching,
    evidence: Evidence,
    decision_id: str,
    at: datetime,
) -> Query[None]:
    """Add a lesson: from now on it is the last word on its comment."""
    about = {"about": comment_id, "in_force": True}
    yield AtLast(ADD, about | _values(site, comment_id, teaching, evidence, decision_id, at))
    yield AtLast(SUPERSEDE, about | {"out_of_force": False})


def _values(
    site: str,
    comment_id: str,
    teaching: Teaching,
    evidence: Evidence,
    decision_id: str,
    at: datetime,
) -> dict[str, object]:
    return {
        "site": site,
        "comment_id": comment_id,
        "teaching": teaching,
        "stands": teaching in (Teaching.SPAM, Teaching.HAM),
        "decision_id": decision_id,
        "at": at,
        **values(evidence),
    }


OF_DECISION = select(*_COLUMNS).where(
    journal.c.comment_id == bindparam("comment"),
    journal.c.decision_id == bindparam("decision"),
    journal.c.stands == bindparam("stands"),
)
SET_STANDS = (
    update(journal)
    .where(journal.c.seq == bindparam("line"))
    .values(stands=bindparam("new_stands", type_=journal.c.stands.type))
)
ADD_MARK = insert(journal)


def take_back(comment_id: str, decision_id: str, at: datetime) -> Query[None]:
    """Withdraw what a decision taught, if it is in force: what stood before stands again."""
    rows = yield (
        OF_DECISION,
        {"comment": comment_id, "decision": decision_id, "stands": True},
    )
    if not rows:
        return
    lesson = _lesson(rows[-1])
    yield SET_STANDS, {"line": lesson.sequence, "new_stands": False}
    if lesson.undoes is not None:
        yield SET_STANDS, {"line": lesson.undoes, "new_stands": True}
    mark = _values(lesson.site, comment_id, Teaching.WITHDRAWN, NOTHING, decision_id, at)
    yield AtLast(ADD_MARK, mark | {"undoes": lesson.sequence})


DELETE = delete(journal).where(journal.c.comment_id == bindparam("comment"))
DROP_SNAPSHOTS = delete(snapshot)


def erase(comment_ids: Iterable[str], at: datetime) -> Query[None]:
    """Drop all that comments ever taught, as when a person is erased; every model is folded anew.

    Their lines and the models made of them go in this commit; a process that knows them
    starts afresh before it weighs the next comment.
    """
    for comment_id in comment_ids:
        yield DELETE, {"comment": comment_id}
    yield from anew(at)


def anew(at: datetime) -> Query[None]:
    """Say that lines have changed: kept models go, and who knows the old ones starts afresh."""
    yield DROP_SNAPSHOTS, {}
    yield AtLast(ADD_MARK, _values("", "", Teaching.ANEW, NOTHING, "", at) | {"undoes": None})


RENEW = (
    update(journal)
    .where(journal.c.seq == bindparam("line"))
    .values(features=bindparam("new_features"), tokens=bindparam("new_tokens"))
)


def renew(sequence: int, evidence: Evidence) -> Query[None]:
    """Give a line the tokens of another version; `anew` has to follow."""
    found = values(evidence)
    yield (
        RENEW,
        {
            "line": sequence,
            "new_features": found["features"],
            "new_tokens": found["tokens"],
        },
    )


REHEARSED = (
    update(journal)
    .where(journal.c.seq == bindparam("line"))
    .values(probability=bindparam("new_probability"))
)


def rehearsed(sequence: int, probability: float) -> Query[None]:
    """Note what would have been thought of a comment before the decision on it."""
    yield REHEARSED, {"line": sequence, "new_probability": probability}


_later = journal.alias("later")
FALLEN = (
    select(journal.c.seq)
    .where(
        journal.c.stands == bindparam("in_force", type_=journal.c.stands.type),
        journal.c.tokens != "",
        select(_later.c.seq)
        .where(
            _later.c.comment_id == journal.c.comment_id,
            _later.c.undoes == journal.c.seq,
            _later.c.at < bindparam("before", type_=_later.c.at.type),
        )
        .exists(),
    )
    .order_by(journal.c.seq)
    .limit(bindparam("limit"))
)
FORGET_TOKENS = (
    update(journal).where(journal.c.seq.in_(bindparam("lines", expanding=True))).values(tokens="")
)


def fallen(before: datetime, *, limit: int) -> Query[Sequence[int]]:
    """List lines put out of force so long ago that no undo brings them back; for a reader."""
    rows = yield FALLEN, {"in_force": False, "before": before, "limit": limit}
    return [row[0] for row in rows]


def forget_tokens(lines: Sequence[int]) -> Query[None]:
    """Drop the tokens of fallen lines: once fallen so long, none stands again."""
    if lines:
        yield FORGET_TOKENS, {"lines": lines}


SINCE = (
    select(*_COLUMNS)
    .where(journal.c.seq > bindparam("after"))
    .order_by(journal.c.seq)
    .limit(bindparam("limit"))
)


def since(after: int, *, limit: int) -> Query[Sequence[Lesson]]:
    """What came after a line, oldest first, of all sites."""
    rows = yield SINCE, {"after": after, "limit": limit}
    return [_lesson(row) for row in rows]


STANDING = (
    select(*_COLUMNS)
    .where(
        journal.c.seq > bindparam("after"),
        journal.c.stands == bindparam("stands"),
    )
    .order_by(journal.c.seq)
    .limit(bindparam("limit"))
)


def standing(after: int, *, limit: int) -> Query[Sequence[Lesson]]:
    """Lessons in force after a line, oldest first, of all sites."""
    rows = yield STANDING, {"after": after, "limit": limit, "stands": True}
    return [_lesson(row) for row in rows]


OLD_FEATURES = (
    select(*_COLUMNS)
    .where(
        journal.c.seq > bindparam("after"),
        journal.c.features != bindparam("features"),
        journal.c.teaching.in_([Teaching.SPAM, Teaching.HAM]),
    )
    .order_by(journal.c.seq)
    .limit(bindparam("limit"))
)


def of_other_features(features: int, after: int, *, limit: int) -> Query[Sequence[Lesson]]:
    """Lessons whose tokens are of another version, oldest first."""
    rows = yield OLD_FEATURES, {"features": features, "after": after, "limit": limit}
    return [_lesson(row) for row in rows]


BY_NUMBERS = select(*_COLUMNS).where(journal.c.seq.in_(bindparam("lines", expanding=True)))


def by_numbers(lines: Iterable[int]) -> Query[Sequence[Lesson]]:
    wanted = sorted(set(lines))
    if not wanted:
        return []
    rows = yield BY_NUMBERS, {"lines": wanted}
    return [_lesson(row) for row in rows]


LAST = select(func.max(journal.c.seq))


def last() -> Query[int]:
    """The number of the newest line, 0 before the first."""
    rows = yield LAST, {}
    return rows[0][0] or 0
