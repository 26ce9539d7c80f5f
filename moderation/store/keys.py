"""The signing keys: a ring in the store, so that links outlive restarts and moves."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import insert, select

from moderation.store.contract import Query
from moderation.store.tables import signing_key
from moderation.store.upsert import insert_or_leave

RING = select(signing_key.c.value).order_by(signing_key.c.created_at, signing_key.c.id)
ADD = insert(signing_key)


def ring() -> Query[Sequence[bytes]]:
    """All keys, oldest first: the last one signs, any of them verifies."""
    rows = yield RING, {}
    return [bytes(row[0]) for row in rows]


def add(key_id: str, value: bytes, now: datetime) -> Query[None]:
    yield ADD, {"id": key_id, "value": value, "created_at": now}


ADD_FIRST = insert_or_leave(signing_key)
FIRST = "first"  # one name, so that of two processes that start at once one is quicker


def ensure(value: bytes, now: datetime) -> Query[Sequence[bytes]]:
    """The ring, with `value` as its first key where it was empty."""
    have = yield from ring()
    if not have:
        yield ADD_FIRST, {"id": FIRST, "value": value, "created_at": now}
        have = yield from ring()
    return have
