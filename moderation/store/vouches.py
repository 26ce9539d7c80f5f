"""What decisions said of the places that pings came from; kept as long as the log is."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import and_, bindparam, delete, exists, func, insert, select

from moderation.domain.trust import REJECTIONS, Mark, SourcePlace, Vouch
from moderation.store.columns import Whole
from moderation.store.contract import Query, Row
from moderation.store.tables import vouch

_COLUMNS = (vouch.c.id, vouch.c.comment_id, vouch.c.mark, vouch.c.by, vouch.c.at)
_GOOD = (Mark.APPROVED, Mark.SHOWN)
_later = vouch.alias("later")
# Of several decisions on one comment the last by a person counts.
_STANDS = and_(
    vouch.c.site == bindparam("site"),
    vouch.c.host == bindparam("host"),
    vouch.c.path == bindparam("path"),
    ~exists(
        select(1).where(
            _later.c.comment_id == vouch.c.comment_id,
            _later.c.id > vouch.c.id,
            _later.c.mark != Mark.SHOWN,
        )
    ),
)


def _where(site: str, place: SourcePlace) -> dict[str, object]:
    return {"site": site, "host": place.host, "path": place.path}


def _vouch(row: Row) -> Vouch:
    return Vouch(*row)


ADD = insert(vouch)


def add(site: str, place: SourcePlace, said: Vouch) -> Query[None]:
    yield (
        ADD,
        _where(site, place)
        | {
            "id": said.id,
            "comment_id": said.comment_id,
            "mark": said.mark,
            "by": said.by,
            "at": said.at,
        },
    )


REMOVE = delete(vouch).where(vouch.c.id == bindparam("entry"))


def remove(entry_id: str) -> Query[None]:
    """Take back what a line of the log said: the decision was undone."""
    yield REMOVE, {"entry": entry_id}


REJECTION = (
    select(*_COLUMNS)
    .where(_STANDS, vouch.c.mark.in_(sorted(REJECTIONS)))
    .order_by(vouch.c.id.desc())
    .limit(1)
)


def last_rejection(site: str, place: SourcePlace) -> Query[Vouch | None]:
    rows = yield REJECTION, _where(site, place)
    return _vouch(rows[0]) if rows else None


_good = (
    select(
        vouch.c.at.label("at"),
        func.lag(vouch.c.at).over(order_by=vouch.c.id).label("before"),
    )
    .where(_STANDS, vouch.c.mark.in_(_GOOD), vouch.c.id > bindparam("after"))
    .subquery()
)
GAP = select(func.max(_good.c.at)).where(
    _good.c.at - _good.c.before > bindparam("longest_micros", type_=Whole())
)


def last_gap(
    site: str, place: SourcePlace, after: str, longest_micros: int
) -> Query[datetime | None]:
    """When the place was heard of again after the last pause that was too long; None for none."""
    values = _where(site, place) | {"after": after, "longest_micros": longest_micros}
    rows = yield GAP, values
    found: datetime | None = rows[0][0]
    return found


APPROVALS = (
    select(*_COLUMNS)
    .where(
        _STANDS,
        vouch.c.mark == Mark.APPROVED,
        vouch.c.id > bindparam("after"),
        vouch.c.at >= bindparam("since", type_=vouch.c.at.type),
    )
    .order_by(vouch.c.id)
    .limit(bindparam("limit"))
)


def approvals(
    site: str, place: SourcePlace, *, after: str, since: datetime, limit: int
) -> Query[Sequence[Vouch]]:
    """List people's approvals after a line of the log and since a moment, oldest first."""
    values = _where(site, place) | {"after": after, "since": since, "limit": limit}
    rows = yield APPROVALS, values
    return [_vouch(row) for row in rows]


LAST = (
    select(*_COLUMNS)
    .where(_STANDS, vouch.c.mark.in_(_GOOD), vouch.c.id > bindparam("after"))
    .order_by(vouch.c.id.desc())
    .limit(1)
)


def last_good(site: str, place: SourcePlace, after: str) -> Query[Vouch | None]:
    """The last ping that was approved, by whomever."""
    rows = yield LAST, _where(site, place) | {"after": after}
    return _vouch(rows[0]) if rows else None


PLACES = (
    select(vouch.c.host, vouch.c.path)
    .where(
        vouch.c.site == bindparam("site"),
        (vouch.c.host > bindparam("host"))
        | ((vouch.c.host == bindparam("host")) & (vouch.c.path > bindparam("path"))),
        vouch.c.host.like(bindparam("like"), escape="!"),
    )
    .distinct()
    .order_by(vouch.c.host, vouch.c.path)
    .limit(bindparam("limit"))
)


def places(
    site: str, *, like: str = "%", after: SourcePlace | None = None, limit: int
) -> Query[Sequence[SourcePlace]]:
    """List the places of a site by name, from the one after `after` on."""
    last = after or SourcePlace("", "")
    values = _where(site, last) | {"like": like, "limit": limit}
    rows = yield PLACES, values
    return [SourcePlace(*row) for row in rows]
