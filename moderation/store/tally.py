"""How many comments there are of each kind: kept with every change, not counted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import cast, func, select

from moderation.domain.comment import Kind, Status, Type, WaitingFor
from moderation.store.columns import Whole
from moderation.store.contract import Query
from moderation.store.tables import comment, tally
from moderation.store.upsert import upsert


@dataclass(frozen=True, slots=True)
class Key:
    """What is counted together."""

    site: str
    status: Status
    waiting_for: WaitingFor | None
    kind: Kind
    type: Type


@dataclass(frozen=True, slots=True)
class Count:
    """How many comments there are of a key."""

    key: Key
    number: int


_KEY = (tally.c.site, tally.c.status, tally.c.waiting_for, tally.c.kind, tally.c.type)
ALL = select(*_KEY, cast(func.sum(tally.c.number), Whole)).group_by(*_KEY)


def counts() -> Query[Sequence[Count]]:
    """Every number that is not zero: some tens of rows a site, however many comments."""
    rows = yield ALL, {}
    return [Count(_key(*row[:5]), row[5]) for row in rows if row[5]]


def _key(site: str, status: Status, waiting_for: str, kind: Kind, type_: Type) -> Key:
    return Key(site, status, WaitingFor(waiting_for) if waiting_for else None, kind, type_)


_COUNTED = (
    comment.c.site,
    comment.c.status,
    comment.c.waiting_for,
    comment.c.kind,
    comment.c.type,
)
COUNTED = select(*_COUNTED, func.count()).group_by(*_COUNTED)


def drift() -> Query[Mapping[Key, int]]:
    """By how much comments are more than what is kept says; nothing, if nobody was at the tables.

    Counts all there is, in one snapshot with what is kept: for a reader, at night.
    """
    kept = {count.key: count.number for count in (yield from counts())}
    rows = yield COUNTED, {}
    counted = {Key(*row[:5]): int(row[5]) for row in rows}
    apart = {key: counted.get(key, 0) - kept.get(key, 0) for key in counted.keys() | kept.keys()}
    return {key: by for key, by in apart.items() if by}


MEND = upsert(tally)
MEND = MEND.on_conflict_do_update(
    index_elements=list(tally.primary_key),
    set_={"number": tally.c.number + MEND.excluded.number},
)


def mend(apart: Mapping[Key, int]) -> Query[None]:
    """Add what `drift` found. What was counted meanwhile stays right: it is a difference."""
    for key, by in apart.items():
        yield (
            MEND,
            {
                "site": key.site,
                "status": key.status,
                "waiting_for": key.waiting_for or "",
                "kind": key.kind,
                "type": key.type,
                "slot": 0,
                "number": by,
            },
        )
