"""What is asked of the queue, and the names and values of its conditions."""

from dataclasses import dataclass
from datetime import datetime

from moderation.domain.comment import Kind, Status, Type, WaitingFor


@dataclass(frozen=True, slots=True)
class Filter:
    """Which comments; None and "" mean any. `words` are terms; all must occur."""

    status: Status | None = None
    waiting_for: WaitingFor | None = None
    kind: Kind | None = None
    type: Type | None = None
    article_id: str | None = None
    site: str | None = None
    sites: frozenset[str] = frozenset()  # what the asker may see; empty = all
    client: str | None = None  # the network address it came from
    words: tuple[str, ...] = ()
    since: datetime | None = None
    until: datetime | None = None
    calm_since: datetime | None = None  # neither came, was decided nor edited at or after it
    heads: bool = False  # of each wave the newest only; for a filter by status alone


def names_of(wanted: Filter) -> tuple[str, ...]:
    """What a filter asks for beside words, by the names of conditions."""
    heads = "waiting heads" if wanted.waiting_for is not None else "heads"
    asked = {
        "status": wanted.status,
        "waiting": wanted.waiting_for,
        "kind": wanted.kind,
        "type": wanted.type,
        "article": wanted.article_id,
        "site": wanted.site,
        "sites": wanted.sites or None,
        "client": wanted.client,
        "since": wanted.since,
        "until": wanted.until,
        "calm": wanted.calm_since,
        heads: wanted.heads or None,
    }
    return tuple(name for name, value in asked.items() if value is not None)


def values_of(wanted: Filter) -> dict[str, object]:
    """The values of a filter's conditions; what a statement does not ask for is no matter."""
    return {
        "status": wanted.status,
        "waiting": wanted.waiting_for,
        "kind": wanted.kind,
        "type": wanted.type,
        "article": wanted.article_id,
        "site": wanted.site,
        "sites": sorted(wanted.sites),
        "client": wanted.client,
        "since": wanted.since,
        "until": wanted.until,
        "calm": wanted.calm_since,
    }
