"""The writer's own page: what became of a reply, and what its writer may still do with it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from moderation.domain.article import Article
from moderation.domain.clock import Clock
from moderation.domain.comment import Comment, Status, WaitingFor
from moderation.domain.decision import Action, Actor, Door
from moderation.domain.errors import Forbidden, NotFound
from moderation.domain.ids import new_id
from moderation.domain.opinion import Opinion, Ruling, Verdict, score
from moderation.domain.opinion import settle as settle_opinions
from moderation.domain.site import Site
from moderation.flow import follow
from moderation.flow.cases import case_of
from moderation.flow.follow import Features
from moderation.flow.moves import move
from moderation.flow.prepare import render_aside
from moderation.flow.receive import check_shows
from moderation.flow.revise import Rendered, Words, rewrite
from moderation.flow.rule import is_proven
from moderation.flow.screen import Screen
from moderation.flow.settle import settle
from moderation.flow.signatures import sign_again
from moderation.store import articles, authors, comment_changes, comments, log, opinions
from moderation.store.contract import Query, Store

WRITER = Actor(name="its writer", door=Door.WRITER)


@dataclass(frozen=True, slots=True)
class Own:
    """A comment as its writer may know it. Held and spam both read "waiting"."""

    comment: Comment
    article: Article
    site: Site
    state: str  # "waiting", "shown", "not_published", "withdrawn"
    may_edit: bool
    edit_until: datetime | None  # while shown
    may_withdraw: bool
    confirmed: bool  # it is tied to an author by an address or a key


class Writer:
    """What a private link or an author key allows."""

    def __init__(
        self, store: Store, sites: Sequence[Site], screen: Screen, clock: Clock, on: Features
    ) -> None:
        self._store = store
        self._sites = {site.id: site for site in sites}
        self._screen = screen
        self._clock = clock
        self._on = on

    async def own(self, comment_id: str) -> Own:
        """A comment by its private link. Raises NotFound once it is gone."""
        return await self._store.read(self._own, comment_id)

    def _own(self, comment_id: str) -> Query[Own]:
        comment = yield from comments.by_id(comment_id)
        site = self._sites.get(comment.site) if comment is not None else None
        if comment is None or site is None:
            raise NotFound
        article = yield from articles.by_id(comment.article_id)
        if article is None:
            raise NotFound
        approved_at = yield from comments.approved_at(comment_id)
        now = self._clock.now()
        until = None
        may_edit = comment.status in (Status.HELD, Status.SPAM)
        if comment.status is Status.APPROVED and approved_at is not None:
            until = approved_at + timedelta(minutes=site.moderation.edit_minutes)
            may_edit = now < until
        return Own(
            comment=comment,
            article=article,
            site=site,
            state=(yield from _state(comment)),
            may_edit=may_edit,
            edit_until=until if may_edit else None,
            may_withdraw=comment.status is not Status.TRASH,
            confirmed=comment.author_id is not None,
        )

    async def edit(self, comment_id: str, text: str) -> Comment:
        """Change the text; it is checked anew, and one that is shown may wait again.

        Raises NotFound, Forbidden when the time is over, and what checks refuse with.
        """
        own = await self.own(comment_id)
        if not own.may_edit:
            raise Forbidden("The time to change this comment is over.")
        now = self._clock.now()
        draft = replace(own.comment, text=text, html=await render_aside(text, own.comment.format))
        check_shows(draft.html)
        said = await self._screen.at_once(case_of(draft, own.article, own.site, edited=True))
        return await self._store.write(self._edit, own, draft, said, now)

    def _edit(
        self, own: Own, draft: Comment, said: Sequence[Opinion], now: datetime
    ) -> Query[Comment]:
        yield from articles.lock_of(own.comment.id)
        current = yield from self._own(own.comment.id)
        if not current.may_edit:
            raise Forbidden("The time to change this comment is over.")
        words = Words(text=draft.text)
        rendered = Rendered(draft.text, draft.html)
        changed = yield from rewrite(current.comment, words, WRITER, now, rendered)
        yield from opinions.put(changed.id, said, now)
        yield from sign_again(changed, own.article, own.site, now)
        everything = yield from opinions.of(changed.id)
        yield from comment_changes.set_score(changed.id, score(everything))
        was_shown = changed.status is Status.APPROVED
        if was_shown:
            changed = yield from self._rule_again(changed, everything, current.site, now)
        yield from follow.ask_remote(changed, said, self._on, now, edited=True)
        heard = self._on.remote if was_shown else ()  # whoever approved it is told at once
        yield from follow.tell(changed, everything, self._on, now, heard=heard, again=was_shown)
        return changed

    def _rule_again(
        self, comment: Comment, said: Sequence[Opinion], site: Site, now: datetime
    ) -> Query[Comment]:
        """One that a person approved stays, unless a check objects to what it says now."""
        objects = any(o.verdict in (Verdict.SPAM, Verdict.HOLD) for o in said)
        ruling = settle_opinions(said, site.moderation.hold, proven=is_proven(said))
        if not objects or ruling is Ruling.APPROVE:
            return comment
        return (
            yield from move(
                comment,
                Status.HELD,
                WaitingFor.MODERATOR,
                Action.SETTLE,
                follow.MACHINE,
                decision_id=new_id(now),
                now=now,
                reason="Its writer changed it.",
            )
        )

    async def withdraw(self, comment_id: str) -> Comment:
        """Take a comment back. Raises NotFound, and Forbidden where it is not there to take."""
        return await self._store.write(self._withdraw, comment_id, self._clock.now())

    def _withdraw(self, comment_id: str, now: datetime) -> Query[Comment]:
        yield from articles.lock_of(comment_id)
        own = yield from self._own(comment_id)
        if not own.may_withdraw:
            raise Forbidden("This comment is not published any more.")
        return (
            yield from move(
                own.comment,
                Status.TRASH,
                None,
                Action.WITHDRAW,
                WRITER,
                decision_id=new_id(now),
                now=now,
            )
        )

    async def confirm(self, comment_id: str) -> Own:
        """The mailed link was followed: the address is its writer's.

        The comment is tied to the author who owns the address, and ruled on again.
        """
        now = self._clock.now()
        own = await self.own(comment_id)
        await self._store.write(self._confirm, comment_id, new_id(now), now)
        changed = await self.own(comment_id)
        case = case_of(changed.comment, changed.article, changed.site)
        history = await self._screen.ask("history", case)
        await self._store.write(
            settle, comment_id, history, tuple(self._sites.values()), self._on, now
        )
        return own

    def _confirm(self, comment_id: str, author_id: str, now: datetime) -> Query[None]:
        own = yield from self._own(comment_id)
        if not own.comment.author.email:
            raise Forbidden("This comment carries no address.")
        author = own.comment.author_id or author_id
        known = yield from authors.by_address(_folded(own.comment))
        if known is None and own.comment.author_id is None:
            yield from authors.add(author, now)
        author = yield from authors.confirm(_folded(own.comment), known or author, now)
        yield from comment_changes.set_author(comment_id, author)

    async def list_own(self, author_key_hash: str) -> Sequence[tuple[Comment, str]]:
        """A remembered author's comments, newest first, each with what its writer is told.

        Raises NotFound for an unknown key.
        """
        return await self._store.read(_list_own, author_key_hash)


STATES = {
    Status.HELD: "waiting",
    Status.SPAM: "waiting",
    Status.APPROVED: "shown",
    Status.TRASH: "not_published",
}


def _state(comment: Comment) -> Query[str]:
    """What the writer is told; of one in the trash, whether it was the writer who put it there."""
    if comment.status is Status.TRASH:
        story = yield from log.of_comment(comment.id)
        if story and story[-1].action is Action.WITHDRAW:
            return "withdrawn"
    return STATES[comment.status]


def _folded(comment: Comment) -> str:
    return comment.author.email.casefold()


def _list_own(author_key_hash: str) -> Query[Sequence[tuple[Comment, str]]]:
    author_id = yield from authors.by_key(author_key_hash)
    if author_id is None:
        raise NotFound
    told = []
    for comment in (yield from comments.by_author(author_id)):
        told.append((comment, (yield from _state(comment))))
    return told
