"""One comment as a moderator sees it: all that is known of it, and its whole story."""

from collections.abc import Sequence
from dataclasses import dataclass

from moderation.domain.article import Article
from moderation.domain.comment import Comment
from moderation.domain.decision import Action, LogEntry
from moderation.domain.errors import NotFound
from moderation.domain.moderator import Moderator
from moderation.domain.opinion import Opinion
from moderation.domain.site import Site
from moderation.flow.moves import DONE
from moderation.store import (
    akismet_records,
    articles,
    authors,
    comments,
    log,
    moderators,
    opinions,
    pings,
    queue,
    tally,
)
from moderation.store.akismet_records import AkismetRecord
from moderation.store.contract import Query, Store
from moderation.store.pings import PingRecord, Receipt
from moderation.text import markup


@dataclass(frozen=True, slots=True)
class Seen:
    """A comment with everything about it."""

    comment: Comment
    article: Article
    site: Site
    parent: Comment | None
    opinions: tuple[Opinion, ...]
    story: tuple[LogEntry, ...]  # oldest first
    approved_before: int  # comments of the same proven author
    ping: PingRecord | None
    receipts: tuple[Receipt, ...]
    akismet: AkismetRecord | None

    @property
    def words(self) -> str:
        """What it says, as plain text."""
        return markup.plain(self.comment.html)

    def last_words(self) -> str:
        """Who did what last, as a sentence."""
        decided = [e for e in self.story if e.action is not Action.RECEIVE]
        if not decided:
            return f"This comment is “{self.comment.status}”."
        last = decided[-1]
        when = last.at.strftime("%d %B, %H:%M UTC")
        return f"{last.actor.name} was first: it was {DONE[last.action]} on {when}."


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the queue."""

    comment: Comment
    article: Article
    parent: Comment | None
    opinions: tuple[Opinion, ...]
    approved_before: int


@dataclass(frozen=True, slots=True)
class Listed:
    """A page of the queue."""

    lines: Sequence[Line]
    stopped: queue.Mark | None = None  # enough was looked at: there may be more behind it


class See:
    """What the dashboard and the API show."""

    def __init__(self, store: Store, sites: Sequence[Site]) -> None:
        self._store = store
        self._sites = {site.id: site for site in sites}

    async def comment(self, comment_id: str, *, sites: frozenset[str] = frozenset()) -> Seen:
        """Everything about one comment. Raises NotFound."""
        return await self._store.read(self._comment, comment_id, sites)

    def _comment(self, comment_id: str, sites: frozenset[str]) -> Query[Seen]:
        comment = yield from comments.by_id(comment_id)
        if comment is None or (sites and comment.site not in sites):
            raise NotFound("There is no such comment.")
        article = yield from articles.by_id(comment.article_id)
        site = self._sites.get(comment.site)
        if article is None or site is None:
            raise NotFound("There is no such comment.")
        parent = None
        if comment.parent_id is not None:
            parent = yield from comments.by_id(comment.parent_id)
        approved = 0
        if comment.author_id is not None:
            approved = yield from authors.approved_by(comment.author_id)
        return Seen(
            comment=comment,
            article=article,
            site=site,
            parent=parent,
            opinions=tuple((yield from opinions.of(comment_id))),
            story=tuple((yield from log.of_comment(comment_id))),
            approved_before=approved,
            ping=(yield from pings.by_comment(comment_id)),
            receipts=tuple((yield from pings.receipts(comment_id))),
            akismet=(yield from akismet_records.of(comment_id)),
        )

    async def page(
        self, wanted: queue.Filter, *, order: str, after: queue.Mark | None, limit: int
    ) -> Listed:
        """A page of the queue. It may be short of lines, and not the last."""
        return await self._store.read(self._page, wanted, order, after, limit)

    def _page(
        self, wanted: queue.Filter, order: str, after: queue.Mark | None, limit: int
    ) -> Query[Listed]:
        page = yield from queue.look(wanted, order=order, after=after, limit=limit)
        found = page.comments
        said = yield from opinions.of_many(c.id for c in found)
        places = yield from articles.by_ids(c.article_id for c in found)
        parents = yield from comments.by_ids(c.parent_id for c in found if c.parent_id)
        lines = []
        for c in found:
            approved = 0
            if c.author_id is not None:
                approved = yield from authors.approved_by(c.author_id)
            parent = parents.get(c.parent_id or "")
            lines.append(Line(c, places[c.article_id], parent, tuple(said[c.id]), approved))
        return Listed(lines, page.stopped)

    async def total(self, wanted: queue.Filter) -> queue.Total:
        return await self._store.read(queue.total, wanted)

    async def counts(self) -> Sequence[tally.Count]:
        return await self._store.read(tally.counts)

    async def log(self, *, before_id: str = "~", limit: int = 50) -> Sequence[LogEntry]:
        """The newest log entries."""
        return await self._store.read(log.last, before_id=before_id, limit=limit)

    async def moderator(self, moderator_id: str) -> Moderator | None:
        return await self._store.read(moderators.by_id, moderator_id)
