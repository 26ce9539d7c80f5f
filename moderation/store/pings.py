"""Pings: what is known of a (source, article) pair beside its comment, and each time it arrived."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import bindparam, delete, func, insert, select, update

from moderation.domain.comment import Client, Kind
from moderation.domain.ping import Cause, PingState
from moderation.store.contract import Query, Row
from moderation.store.tables import ping, receipt
from moderation.store.upsert import insert_or_leave


@dataclass(frozen=True, slots=True)
class PingRecord:
    """One mention of an article by a source, by whichever protocols it came."""

    comment_id: str
    article_id: str
    source: str  # canonical
    host: str  # of the source; of a bridge's page the host of `place`
    state: PingState
    cause: Cause | None
    tries: int  # fetches since `asked_at`
    asked_at: datetime  # the last ping that made us look
    claims: Mapping[str, str]  # what the sender said of itself: title, excerpt, blog_name
    trace: Sequence[Mapping[str, object]]  # what was fetched when, and what came of it
    dropped: int | None = None  # arrivals whose receipts are not kept any more
    place: str | None = None  # of a bridge's page: the address its author's trust is kept under
    twin_of: str | None = None  # the same post by another bridge: the comment that is its entry


@dataclass(frozen=True, slots=True)
class Receipt:
    """One arrival of a ping."""

    id: str
    comment_id: str
    protocol: Kind
    target: str  # as given
    client: Client
    received_at: datetime
    claims: Mapping[str, str] = field(default_factory=dict)  # what the sender said this time


_COLUMNS = (
    ping.c.comment_id,
    ping.c.article_id,
    ping.c.source,
    ping.c.host,
    ping.c.state,
    ping.c.cause,
    ping.c.tries,
    ping.c.asked_at,
    ping.c.claims,
    ping.c.trace,
    ping.c.dropped,
    ping.c.place,
    ping.c.twin_of,
)


def _ping(row: Row) -> PingRecord:
    return PingRecord(*row)


def _values(record: PingRecord) -> dict[str, object]:
    return {column.name: getattr(record, column.name) for column in _COLUMNS}


ADD = insert_or_leave(ping).returning(ping.c.comment_id)


def add(record: PingRecord) -> Query[bool]:
    """Register a pair; False where it is registered already."""
    rows = yield ADD, _values(record)
    return bool(rows)


BY_PAIR = select(*_COLUMNS).where(
    ping.c.article_id == bindparam("article_id"),
    ping.c.source.in_(bindparam("sources", expanding=True)),
)


def by_pair(article_id: str, sources: Sequence[str]) -> Query[PingRecord | None]:
    """Find an article's mention by any spelling of its source; of several by the first."""
    rows = yield BY_PAIR, {"article_id": article_id, "sources": sources}
    found = {record.source: record for record in map(_ping, rows)}
    return next((found[source] for source in sources if source in found), None)


BY_COMMENT = select(*_COLUMNS).where(ping.c.comment_id == bindparam("id"))


def by_comment(comment_id: str) -> Query[PingRecord | None]:
    rows = yield BY_COMMENT, {"id": comment_id}
    return _ping(rows[0]) if rows else None


UPDATE = (
    update(ping)
    .where(ping.c.comment_id == bindparam("comment"))
    .values(
        source=bindparam("new_source"),
        host=bindparam("new_host"),
        state=bindparam("new_state"),
        cause=bindparam("new_cause"),
        tries=bindparam("new_tries"),
        asked_at=bindparam("new_asked_at"),
        claims=bindparam("new_claims"),
        trace=bindparam("new_trace"),
        place=bindparam("new_place"),
        twin_of=bindparam("new_twin_of"),
    )
)


def save(record: PingRecord) -> Query[None]:
    """Keep what became of a ping."""
    yield (
        UPDATE,
        {
            "comment": record.comment_id,
            "new_source": record.source,
            "new_host": record.host,
            "new_state": record.state,
            "new_cause": record.cause,
            "new_tries": record.tries,
            "new_asked_at": record.asked_at,
            "new_claims": record.claims,
            "new_trace": record.trace,
            "new_place": record.place,
            "new_twin_of": record.twin_of,
        },
    )


TWINS = select(*_COLUMNS).where(ping.c.twin_of == bindparam("id")).order_by(ping.c.comment_id)


def twins(comment_id: str) -> Query[Sequence[PingRecord]]:
    """List the pings whose pages show the same post as the page of this one."""
    rows = yield TWINS, {"id": comment_id}
    return [_ping(row) for row in rows]


ADD_RECEIPT = insert(receipt)


def add_receipt(arrived: Receipt) -> Query[None]:
    yield (
        ADD_RECEIPT,
        {
            "id": arrived.id,
            "comment_id": arrived.comment_id,
            "protocol": arrived.protocol,
            "target": arrived.target,
            "address": arrived.client.address,
            "user_agent": arrived.client.user_agent,
            "received_at": arrived.received_at,
            "claims": arrived.claims or None,
        },
    )


RECEIPTS = (
    select(
        receipt.c.id,
        receipt.c.comment_id,
        receipt.c.protocol,
        receipt.c.target,
        receipt.c.address,
        receipt.c.user_agent,
        receipt.c.received_at,
        receipt.c.claims,
    )
    .where(receipt.c.comment_id == bindparam("id"))
    .order_by(receipt.c.received_at, receipt.c.id)
)


def receipts(comment_id: str) -> Query[Sequence[Receipt]]:
    """List the arrivals of a ping, oldest first."""
    rows = yield RECEIPTS, {"id": comment_id}
    return [Receipt(*(*row[:4], Client(row[4], row[5]), row[6], row[7] or {})) for row in rows]


DROP = delete(receipt).where(receipt.c.id.in_(bindparam("ids", expanding=True)))
DROPPED = (
    update(ping)
    .where(ping.c.comment_id == bindparam("comment"))
    .values(dropped=func.coalesce(ping.c.dropped, 0) + bindparam("more", type_=ping.c.dropped.type))
)


def drop_receipts(comment_id: str, gone: Sequence[Receipt]) -> Query[None]:
    """Keep of some arrivals only that there were so many."""
    if gone:
        yield DROP, {"ids": [receipt.id for receipt in gone]}
        yield DROPPED, {"comment": comment_id, "more": len(gone)}


MANY = (
    select(receipt.c.comment_id)
    .group_by(receipt.c.comment_id)
    .having(func.count() > bindparam("more_than"))
    .order_by(receipt.c.comment_id)
    .limit(bindparam("limit"))
)


def with_many_receipts(more_than: int, *, limit: int) -> Query[Sequence[str]]:
    """List comments of pings that have arrived more often than that."""
    rows = yield MANY, {"more_than": more_than, "limit": limit}
    return [row[0] for row in rows]
