"""Sources that an owner refuses at the door, and what owners did about sources by hand."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from moderation.domain.decision import Actor


@dataclass(frozen=True, slots=True)
class Block:
    """One refusal; what its host and path mean is told by `text.globs.Pattern`."""

    id: str
    site: str  # "" = every site
    host: str
    path: str
    by: str
    at: datetime
    expires_at: datetime | None = None
    hits: int = 0
    hit_at: datetime | None = None
    decision_id: str | None = None  # that moved what waited from there to spam

    def holds(self, now: datetime) -> bool:
        return self.expires_at is None or now < self.expires_at


class SourceDeed(StrEnum):
    """What a person did about a source."""

    TRUST = "trust"
    WATCH = "watch"  # never trust
    LEAVE = "leave"  # to its past: neither of these any more
    BLOCK = "block"
    UNBLOCK = "unblock"


@dataclass(frozen=True, slots=True)
class SourceLine:
    """One line of the log about a source."""

    id: str
    at: datetime
    actor: Actor
    deed: SourceDeed
    site: str  # "" = every site
    source: str
