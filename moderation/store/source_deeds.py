"""The log of what people did about sources by hand: trusted, watched, blocked."""

from collections.abc import Sequence

from sqlalchemy import bindparam, insert, select

from moderation.domain.block import SourceLine
from moderation.domain.decision import Actor
from moderation.store.contract import Query
from moderation.store.tables import source_deed

ADD = insert(source_deed)
LAST = (
    select(
        source_deed.c.id,
        source_deed.c.at,
        source_deed.c.actor_name,
        source_deed.c.door,
        source_deed.c.actor_id,
        source_deed.c.deed,
        source_deed.c.site,
        source_deed.c.source,
    )
    .where(source_deed.c.id < bindparam("before"), source_deed.c.id > bindparam("after"))
    .order_by(source_deed.c.id.desc())
    .limit(bindparam("limit"))
)


def add(line: SourceLine) -> Query[None]:
    yield (
        ADD,
        {
            "id": line.id,
            "at": line.at,
            "actor_id": line.actor.id,
            "actor_name": line.actor.name,
            "door": line.actor.door,
            "deed": line.deed,
            "site": line.site,
            "source": line.source,
        },
    )


def last(*, before: str = "~", after: str = "", limit: int) -> Query[Sequence[SourceLine]]:
    """The newest lines between two ids, newest first."""
    rows = yield LAST, {"before": before, "after": after, "limit": limit}
    return [SourceLine(*(*row[:2], Actor(*row[2:5]), *row[5:])) for row in rows]
