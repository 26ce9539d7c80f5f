"""Tokens: programs' keys to the API, kept as hashes."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import bindparam, insert, select, update

from moderation.domain.moderator import Token
from moderation.store.contract import Query, Row
from moderation.store.tables import token

_COLUMNS = (
    token.c.id,
    token.c.name,
    token.c.scopes,
    token.c.sites,
    token.c.created_at,
    token.c.used_at,
    token.c.revoked_at,
)


def _token(row: Row) -> Token:
    return Token(row[0], row[1], frozenset(row[2]), frozenset(row[3]), *row[4:])


ADD = insert(token)
BY_HASH = select(*_COLUMNS).where(token.c.hash == bindparam("hash"), token.c.revoked_at.is_(None))
ALL = select(*_COLUMNS).order_by(token.c.created_at, token.c.id)
USED = update(token).where(token.c.id == bindparam("token")).values(used_at=bindparam("now"))
REVOKE = (
    update(token)
    .where(token.c.id == bindparam("token"), token.c.revoked_at.is_(None))
    .values(revoked_at=bindparam("now"))
    .returning(token.c.id)
)


def add(new: Token, token_hash: str) -> Query[None]:
    yield (
        ADD,
        {
            "id": new.id,
            "hash": token_hash,
            "name": new.name,
            "scopes": tuple(sorted(new.scopes)),
            "sites": sorted(new.sites),
            "created_at": new.created_at,
            "used_at": None,
            "revoked_at": None,
        },
    )


def by_hash(token_hash: str) -> Query[Token | None]:
    """A token that is not revoked."""
    rows = yield BY_HASH, {"hash": token_hash}
    return _token(rows[0]) if rows else None


def everyone() -> Query[Sequence[Token]]:
    rows = yield ALL, {}
    return [_token(row) for row in rows]


def used(token_id: str, now: datetime) -> Query[None]:
    yield USED, {"token": token_id, "now": now}


def revoke(token_id: str, now: datetime) -> Query[bool]:
    rows = yield REVOKE, {"token": token_id, "now": now}
    return bool(rows)
