"""Sources refused at the door: the owner's list, and how often each was met."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import bindparam, delete, func, insert, literal, or_, select, update

from moderation.domain.block import Block
from moderation.domain.comment import Status, WaitingFor
from moderation.store.columns import Flag
from moderation.store.contract import Query, Row
from moderation.store.tables import block, comment, ping

_COLUMNS = (
    block.c.id,
    block.c.site,
    block.c.host,
    block.c.path,
    block.c.by,
    block.c.at,
    block.c.expires_at,
    block.c.hits,
    block.c.hit_at,
    block.c.decision_id,
)


def _block(row: Row) -> Block:
    return Block(*row)


ADD = insert(block)


def add(made: Block) -> Query[None]:
    values = {column.name: getattr(made, column.name) for column in _COLUMNS}
    yield ADD, values | {"starred": "*" in made.host.removeprefix("*.")}


BY_ID = select(*_COLUMNS).where(block.c.id == bindparam("id"))


def by_id(block_id: str) -> Query[Block | None]:
    rows = yield BY_ID, {"id": block_id}
    return _block(rows[0]) if rows else None


SAME = select(*_COLUMNS).where(
    block.c.site == bindparam("site"),
    block.c.host == bindparam("host"),
    block.c.path == bindparam("path"),
)


def same(site: str, host: str, path: str) -> Query[Block | None]:
    """The block of just this pattern, if there is one."""
    rows = yield SAME, {"site": site, "host": host, "path": path}
    return _block(rows[0]) if rows else None


# Those that are names, or "*." and a name, by the index; the others, which are few, all.
CANDIDATES = select(*_COLUMNS).where(
    or_(
        block.c.host.in_(bindparam("hosts", expanding=True)),
        block.c.starred == literal(True, Flag()),
    ),
    or_(block.c.site == "", block.c.site == bindparam("site")),
    or_(
        block.c.expires_at.is_(None),
        block.c.expires_at > bindparam("now", type_=block.c.expires_at.type),
    ),
)


def candidates(site: str, hosts: Sequence[str], now: datetime) -> Query[Sequence[Block]]:
    """List the blocks in force that may mean one of these hosts."""
    rows = yield CANDIDATES, {"site": site, "hosts": list(hosts), "now": now}
    return [_block(row) for row in rows]


HIT = (
    update(block)
    .where(block.c.id == bindparam("block"))
    .values(hits=block.c.hits + 1, hit_at=bindparam("new_at"))
)


def hit(block_id: str, at: datetime) -> Query[None]:
    """Count a ping that was refused."""
    yield HIT, {"block": block_id, "new_at": at}


COUNT = select(func.count()).select_from(block)
PAGE = (
    select(*_COLUMNS)
    .where(block.c.id < bindparam("before"))
    .order_by(block.c.id.desc())
    .limit(bindparam("limit"))
)


def count() -> Query[int]:
    rows = yield COUNT, {}
    return int(rows[0][0])


def page(*, before: str = "~", limit: int) -> Query[Sequence[Block]]:
    """List blocks, newest first."""
    rows = yield PAGE, {"before": before, "limit": limit}
    return [_block(row) for row in rows]


REMOVE = delete(block).where(block.c.id == bindparam("id")).returning(*_COLUMNS)
OF_DECISION = select(*_COLUMNS).where(block.c.decision_id == bindparam("id"))
ENDED = delete(block).where(block.c.expires_at < bindparam("before", type_=block.c.at.type))


def remove(block_id: str) -> Query[Block | None]:
    rows = yield REMOVE, {"id": block_id}
    return _block(rows[0]) if rows else None


def of_decision(decision_id: str) -> Query[Sequence[Block]]:
    """List what was blocked by a decision."""
    rows = yield OF_DECISION, {"id": decision_id}
    return [_block(row) for row in rows]


def forget_ended(before: datetime) -> Query[None]:
    yield ENDED, {"before": before}


WAITING = (
    select(comment.c.id, comment.c.site, comment.c.version, ping.c.source, ping.c.place)
    .join_from(ping, comment, comment.c.id == ping.c.comment_id)
    .where(comment.c.status == Status.HELD, comment.c.waiting_for == bindparam("waiting_for"))
    .order_by(comment.c.received_at, comment.c.id)
    .limit(bindparam("limit"))
)


Waiting = tuple[str, str, int, str, str | None]


def waiting(waiting_for: WaitingFor, *, limit: int) -> Query[Sequence[Waiting]]:
    """List pings that wait: id, site, version, source, and whose post a bridge shows."""
    rows = yield WAITING, {"waiting_for": waiting_for, "limit": limit}
    return [(row[0], row[1], row[2], row[3], row[4]) for row in rows]
