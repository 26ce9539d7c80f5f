"""Lists of hosts that were fetched anew: kept whole, so that all processes have the same."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, select

from moderation.store.contract import Query
from moderation.store.rules import changed
from moderation.store.tables import host_list
from moderation.store.upsert import upsert


@dataclass(frozen=True, slots=True)
class Head:
    """What is known of a copy beside its hosts."""

    number: int  # of hosts
    origin: str  # the address or the file it came from
    by: str
    at: datetime


HEADS = select(
    host_list.c.name, host_list.c.number, host_list.c.origin, host_list.c.by, host_list.c.at
)


def heads() -> Query[dict[str, Head]]:
    """The copies there are, by name."""
    rows = yield HEADS, {}
    return {row[0]: Head(*row[1:]) for row in rows}


HOSTS = select(host_list.c.hosts).where(host_list.c.name == bindparam("name"))


def hosts(name: str) -> Query[bytes | None]:
    """A copy's hosts as they were put, None where there is none."""
    rows = yield HOSTS, {"name": name}
    return bytes(rows[0][0]) if rows else None


_insert = upsert(host_list)
PUT = _insert.on_conflict_do_update(
    index_elements=[host_list.c.name],
    set_={name: _insert.excluded[name] for name in ("hosts", "number", "origin", "by", "at")},
)


def put(name: str, packed: bytes, head: Head) -> Query[None]:
    """Put a copy in the place of the one before; every process hears of it as of a changed rule."""
    yield (
        PUT,
        {
            "name": name,
            "hosts": packed,
            "number": head.number,
            "origin": head.origin,
            "by": head.by,
            "at": head.at,
        },
    )
    yield from changed()
