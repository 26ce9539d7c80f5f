"""Moderators, and the one-time links that make them."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import bindparam, delete, func, insert, select, update

from moderation.domain.moderator import Moderator, Role
from moderation.store.contract import Query, Row
from moderation.store.tables import link, moderator
from moderation.store.upsert import insert_or_leave

COLUMNS = (
    moderator.c.id,
    moderator.c.name,
    moderator.c.email,
    moderator.c.role,
    moderator.c.disabled,
    moderator.c.created_at,
    moderator.c.letters_stopped_at,
)


def as_moderator(row: Row) -> Moderator:
    return Moderator(*row)


ADD = insert_or_leave(moderator).returning(moderator.c.id)


def add(new: Moderator, password_hash: str) -> Query[bool]:
    """Add a moderator; False where the name is taken. "" as hash: cannot sign in yet."""
    rows = yield (
        ADD,
        {
            "id": new.id,
            "name": new.name,
            "name_key": new.name.casefold(),
            "email": new.email,
            "password_hash": password_hash,
            "role": new.role,
            "disabled": new.disabled,
            "created_at": new.created_at,
            "mailed_at": None,
            "letters_stopped_at": None,
        },
    )
    return bool(rows)


BY_ID = select(*COLUMNS).where(moderator.c.id == bindparam("id"))
BY_NAME = select(*COLUMNS, moderator.c.password_hash).where(
    moderator.c.name_key == bindparam("name")
)
ALL = select(*COLUMNS).order_by(moderator.c.name_key)


def by_id(moderator_id: str) -> Query[Moderator | None]:
    rows = yield BY_ID, {"id": moderator_id}
    return as_moderator(rows[0]) if rows else None


def by_name(name: str) -> Query[tuple[Moderator, str] | None]:
    """A moderator and the hash of the password."""
    rows = yield BY_NAME, {"name": name.casefold()}
    return (as_moderator(rows[0][:-1]), rows[0][-1]) if rows else None


def everyone() -> Query[Sequence[Moderator]]:
    rows = yield ALL, {}
    return [as_moderator(row) for row in rows]


OWNERS = (
    select(func.count())
    .select_from(moderator)
    .where(moderator.c.role == Role.OWNER, ~moderator.c.disabled)
)


def has_owner() -> Query[bool]:
    rows = yield OWNERS, {}
    return bool(rows[0][0])


SET_PASSWORD = (
    update(moderator)
    .where(moderator.c.id == bindparam("moderator"))
    .values(password_hash=bindparam("new_hash"))
    .returning(moderator.c.id)
)


def set_password(moderator_id: str, password_hash: str) -> Query[bool]:
    rows = yield SET_PASSWORD, {"moderator": moderator_id, "new_hash": password_hash}
    return bool(rows)


SET_DISABLED = (
    update(moderator)
    .where(moderator.c.id == bindparam("moderator"))
    .values(disabled=bindparam("is_disabled"))
    .returning(moderator.c.id)
)


def set_disabled(moderator_id: str, *, disabled: bool) -> Query[bool]:
    rows = yield SET_DISABLED, {"moderator": moderator_id, "is_disabled": disabled}
    return bool(rows)


MAILED_AT = select(moderator.c.mailed_at).where(moderator.c.id == bindparam("id"))
SET_MAILED_AT = (
    update(moderator)
    .where(moderator.c.id == bindparam("moderator"))
    .values(mailed_at=bindparam("new_at"))
)


def mailed_at(moderator_id: str) -> Query[datetime | None]:
    """When the last mail about what waits went out."""
    rows = yield MAILED_AT, {"id": moderator_id}
    return rows[0][0] if rows else None


def set_mailed_at(moderator_id: str, at: datetime) -> Query[None]:
    yield SET_MAILED_AT, {"moderator": moderator_id, "new_at": at}


STOP_LETTERS = (
    update(moderator)
    .where(moderator.c.id == bindparam("moderator"))
    .values(letters_stopped_at=bindparam("new_at"))
)


def stop_letters(moderator_id: str, at: datetime | None) -> Query[None]:
    """Send no more mail about what waits; with None, send it again."""
    yield STOP_LETTERS, {"moderator": moderator_id, "new_at": at}


LONGEST_LINK = timedelta(days=14)  # one good for longer was made under a clock that was ahead
ADD_LINK = insert(link)
LINK = select(link.c.moderator_id, link.c.expires_at).where(
    link.c.hash == bindparam("hash"), link.c.purpose == bindparam("purpose")
)
USE_LINK = delete(link).where(link.c.hash == bindparam("hash")).returning(link.c.hash)
DROP_LINKS = delete(link).where(link.c.purpose == bindparam("purpose"))


def add_link(
    link_hash: str, purpose: str, *, moderator_id: str | None, expires_at: datetime
) -> Query[None]:
    """Keep the hash of a one-time link."""
    yield (
        ADD_LINK,
        {
            "hash": link_hash,
            "purpose": purpose,
            "moderator_id": moderator_id,
            "expires_at": expires_at,
        },
    )


def find_link(link_hash: str, purpose: str, now: datetime) -> Query[tuple[str | None] | None]:
    """The moderator a link is for, as a tuple of one; None where it is unknown or too old."""
    rows = yield LINK, {"hash": link_hash, "purpose": purpose}
    if not rows or not now <= rows[0][1] <= now + LONGEST_LINK:
        return None
    return (rows[0][0],)


def use_link(link_hash: str) -> Query[bool]:
    """Take a link out of the world; False where somebody was quicker."""
    rows = yield USE_LINK, {"hash": link_hash}
    return bool(rows)


def drop_links(purpose: str) -> Query[None]:
    yield DROP_LINKS, {"purpose": purpose}
