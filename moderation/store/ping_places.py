"""Whose past speaks for each ping: the place it came from, as it was told when it was looked at."""

from collections.abc import Sequence

from sqlalchemy import bindparam, select, update

from moderation.domain.trust import SourcePlace
from moderation.store.contract import Query
from moderation.store.tables import ping

OF = select(ping.c.place_host, ping.c.place_path).where(ping.c.comment_id == bindparam("id"))
PUT = (
    update(ping)
    .where(ping.c.comment_id == bindparam("comment"))
    .values(place_host=bindparam("new_host"), place_path=bindparam("new_path"))
)
UNTOLD = (
    select(ping.c.comment_id, ping.c.source, ping.c.place)
    .where(ping.c.place_host.is_(None))
    .order_by(ping.c.comment_id)
    .limit(bindparam("limit"))
)


def of(comment_id: str) -> Query[SourcePlace | None]:
    """The place of a ping; None where there is none, or none was told yet."""
    rows = yield OF, {"id": comment_id}
    return SourcePlace(*rows[0]) if rows and rows[0][0] else None


def put(comment_id: str, found: SourcePlace | None) -> Query[None]:
    host, path = (found.host, found.path) if found is not None else ("", "")
    yield PUT, {"comment": comment_id, "new_host": host, "new_path": path}


def untold(limit: int) -> Query[Sequence[tuple[str, str, str | None]]]:
    """List pings of which nobody has told the place yet: id, source, whom a bridge showed."""
    rows = yield UNTOLD, {"limit": limit}
    return [(row[0], row[1], row[2]) for row in rows]
