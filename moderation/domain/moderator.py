"""Who may decide: moderators, their sessions, and tokens for programs."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Role(StrEnum):
    OWNER = "owner"  # everything
    MODERATOR = "moderator"  # decides
    READER = "reader"  # looks on


class Scope(StrEnum):
    READ = "read"
    MODERATE = "moderate"
    ADMIN = "admin"


SCOPES_OF_ROLE: dict[Role, frozenset[Scope]] = {
    Role.OWNER: frozenset({Scope.READ, Scope.MODERATE, Scope.ADMIN}),
    Role.MODERATOR: frozenset({Scope.READ, Scope.MODERATE}),
    Role.READER: frozenset({Scope.READ}),
}


@dataclass(frozen=True, slots=True)
class Moderator:
    id: str
    name: str  # what they sign in with, unique without regard to case
    email: str
    role: Role
    disabled: bool
    created_at: datetime
    letters_stopped_at: datetime | None = None  # wants no mail about what waits


@dataclass(frozen=True, slots=True)
class Session:
    """A signed-in browser. Only a hash of its cookie is stored."""

    moderator: Moderator
    csrf_token: str
    created_at: datetime
    seen_at: datetime


@dataclass(frozen=True, slots=True)
class Token:
    """A program's key to the API. Only a hash is stored."""

    id: str
    name: str
    scopes: frozenset[Scope]
    sites: frozenset[str]  # empty = all
    created_at: datetime
    used_at: datetime | None = None
    revoked_at: datetime | None = None
