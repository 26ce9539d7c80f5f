"""Answer as the owner: the reply stands at once, and a held comment answered is approved."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from moderation.domain.clock import Clock
from moderation.domain.comment import (
    Author,
    Badge,
    Client,
    Comment,
    Format,
    Kind,
    Status,
    Type,
    WaitingFor,
)
from moderation.domain.decision import Action, Actor
from moderation.domain.errors import Duplicate, IllegalMove, NotFound
from moderation.domain.ids import new_id
from moderation.domain.site import Site
from moderation.flow import follow, prepare
from moderation.flow.follow import Features
from moderation.flow.lessons import Prepared, School
from moderation.flow.moves import move, stale
from moderation.flow.teach import Label
from moderation.store import articles, comments
from moderation.store.contract import Query, Store


class Answer:
    """Moderators' replies."""

    def __init__(
        self,
        store: Store,
        sites: Sequence[Site],
        clock: Clock,
        *,
        school: School | None = None,
    ) -> None:
        self._store = store
        self._sites = {site.id: site for site in sites}
        self._clock = clock
        self._school = school  # there is a check that learns

    async def reply(
        self,
        comment_id: str,
        text: str,
        actor: Actor,
        *,
        author: Author,
        badge: Badge,
        version: int | None = None,
        sites: frozenset[str] = frozenset(),
    ) -> Comment:
        """Answer a comment that is shown, or that waits and is approved by this.

        Raises NotFound, IllegalMove for spam and trash, VersionStale, Duplicate and Busy.
        """
        now = self._clock.now()
        prepared: Mapping[str, Prepared] = {}
        if self._school is not None:
            prepared = await self._school.prepare([comment_id])
        return await self._store.write(
            self._reply, comment_id, text, actor, author, badge, version, sites, prepared, now
        )

    def _reply(
        self,
        comment_id: str,
        text: str,
        actor: Actor,
        author: Author,
        badge: Badge,
        version: int | None,
        sites: frozenset[str],
        prepared: Mapping[str, Prepared],
        now: datetime,
    ) -> Query[Comment]:
        ident = new_id(now)
        yield from articles.lock_of(comment_id)
        parent = yield from comments.by_id(comment_id)
        if parent is None or (sites and parent.site not in sites):
            raise NotFound
        if version is not None and version != parent.version:
            raise (yield from stale(parent))
        waits_elsewhere = (
            parent.status is Status.HELD and parent.waiting_for is not WaitingFor.MODERATOR
        )
        if parent.status in (Status.SPAM, Status.TRASH) or waits_elsewhere:
            raise IllegalMove("Only a comment that is shown or waits for you can be answered.")
        article = yield from articles.by_id(parent.article_id)
        site = self._sites.get(parent.site)
        if article is None or site is None:
            raise NotFound
        answer = _draft(parent, text, author, badge, ident, now)
        derived = prepare.derive(answer, unique=True)
        if (yield from comments.by_fingerprint(derived.fingerprint or "")) is not None:
            raise Duplicate
        if parent.status is Status.HELD:
            yield from move(
                parent, Status.APPROVED, None, Action.APPROVE, actor, decision_id=ident, now=now
            )
            if self._school is not None:
                yield from self._school.teach(parent, Label.HAM, ident, now, prepared)
        yield from comments.add(answer, derived, at=now)
        yield from follow.received(answer, article, site, (), Features())
        return answer


def _draft(
    parent: Comment, text: str, author: Author, badge: Badge, ident: str, now: datetime
) -> Comment:
    return Comment(
        id=ident,
        site=parent.site,
        article_id=parent.article_id,
        anchor=f"comment-{ident}",
        kind=Kind.COMMENT,
        via=(Kind.COMMENT,),
        type=Type.REPLY,
        status=Status.APPROVED,
        waiting_for=None,
        version=1,
        parent_id=parent.id,
        author=author,
        author_id=None,
        source=None,
        text=text,
        format=Format.MARKDOWN,
        html=prepare.render(text, Format.MARKDOWN),
        received_at=now,
        published_at=now,
        edited_at=None,
        status_before=None,
        client=Client(),
        badge=badge,
    )
