"""What owners set in the dashboard: of a key the newest line is in force, and all are the log."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, insert, select

from moderation.domain.decision import Actor
from moderation.store.contract import Query
from moderation.store.tables import owner_setting


@dataclass(frozen=True, slots=True)
class Change:
    """One line: who set what when. `value` None: as the settings file has it."""

    site: str  # "" for all
    key: str
    value: object
    at: datetime
    actor: Actor


ADD = insert(owner_setting)


def put(ident: str, change: Change) -> Query[None]:
    """Set a value, or give a key back to the file."""
    yield (
        ADD,
        {
            "id": ident,
            "site": change.site,
            "key": change.key,
            "value": change.value,
            "at": change.at,
            "actor_id": change.actor.id,
            "actor_name": change.actor.name,
            "door": change.actor.door,
        },
    )


_later = owner_setting.alias("later")
IN_FORCE = select(owner_setting.c.site, owner_setting.c.key, owner_setting.c.value).where(
    ~select(_later.c.id)
    .where(
        _later.c.site == owner_setting.c.site,
        _later.c.key == owner_setting.c.key,
        (_later.c.at > owner_setting.c.at)
        | ((_later.c.at == owner_setting.c.at) & (_later.c.id > owner_setting.c.id)),
    )
    .exists()
)


def in_force() -> Query[Mapping[tuple[str, str], object]]:
    """What is set, by site and key; what was given back to the file is left out."""
    rows = yield IN_FORCE, {}
    return {(site, key): value for site, key, value in rows if value is not None}


LAST = (
    select(
        owner_setting.c.site,
        owner_setting.c.key,
        owner_setting.c.value,
        owner_setting.c.at,
        owner_setting.c.actor_name,
        owner_setting.c.door,
        owner_setting.c.actor_id,
    )
    .order_by(owner_setting.c.at.desc(), owner_setting.c.id.desc())
    .limit(bindparam("limit"))
)


def last(*, limit: int) -> Query[Sequence[Change]]:
    """The newest changes."""
    rows = yield LAST, {"limit": limit}
    return [Change(row[0], row[1], row[2], row[3], Actor(*row[4:])) for row in rows]
