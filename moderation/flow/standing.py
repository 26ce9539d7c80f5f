"""Where a ping stands, as far as its sender is told."""

from dataclasses import dataclass
from datetime import datetime

from moderation.domain.comment import Kind, Status, WaitingFor
from moderation.domain.errors import NotFound
from moderation.domain.ping import Cause, PingState
from moderation.store import articles, comments, pings
from moderation.store.contract import Query, Store


@dataclass(frozen=True, slots=True)
class Standing:
    """No person's data; spam and trash read `waiting`."""

    state: PingState
    cause: Cause | None
    kind: Kind
    source: str
    target: str
    received_at: datetime


class StandingOf:
    """Looks a ping up by its comment."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def __call__(self, comment_id: str) -> Standing:
        """Raises NotFound once the comment is deleted."""
        return await self._store.read(_standing, comment_id)


def _standing(comment_id: str) -> Query[Standing]:
    comment = yield from comments.by_id(comment_id)
    record = yield from pings.by_comment(comment_id)
    if comment is None or record is None:
        raise NotFound
    article = yield from articles.by_id(comment.article_id)
    state, cause = record.state, record.cause
    entry = comment
    if record.twin_of is not None and comment.status is Status.TRASH:  # told as its entry is
        entry = (yield from comments.by_id(record.twin_of)) or comment
    if entry.status is Status.APPROVED:
        state, cause = PingState.SHOWN, None
    elif state is PingState.VERIFIED:
        checked = entry.waiting_for is not WaitingFor.SOURCE
        state = PingState.WAITING if checked else PingState.VERIFIED
    return Standing(
        state=state,
        cause=cause if state in (PingState.DECLINED, PingState.GONE) else None,
        kind=comment.kind,
        source=record.source,
        target=article.url if article is not None else "",
        received_at=comment.received_at,
    )
