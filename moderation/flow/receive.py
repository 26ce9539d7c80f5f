"""Take in a reader's reply: checked, ruled on, and on disk before it is answered."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from moderation.checks.contract import SAME_TEXT_WITHIN, Glance
from moderation.domain.article import Article
from moderation.domain.clock import Clock
from moderation.domain.comment import Comment, Status
from moderation.domain.errors import (
    Duplicate,
    FieldFault,
    IdempotencyMismatch,
    InvalidFields,
    UnknownParent,
)
from moderation.domain.ids import hash_secret, new_id, new_secret
from moderation.domain.opinion import Opinion
from moderation.domain.site import Site
from moderation.domain.submission import Reply
from moderation.domain.wave import Signature
from moderation.flow import follow, places, prepare
from moderation.flow.drafts import case_of_reply, draft_of
from moderation.flow.follow import Features
from moderation.flow.look import look_again
from moderation.flow.places import Place
from moderation.flow.repeats import Received, body_hash, once_key, remember_answer
from moderation.flow.rule import circumstances, rule_on
from moderation.flow.screen import Screen
from moderation.flow.signatures import signature_of
from moderation.signing import Signing
from moderation.store import authors, comments, glances, once, opinions, waves
from moderation.store.comments import Derived
from moderation.store.contract import Query, Store, loose
from moderation.text.markup import plain


@dataclass(frozen=True, slots=True)
class Known:
    """What the store says before a reply is checked."""

    place: Place
    author_id: str | None
    glance: Glance | None
    first: "Received | None" = None  # the answer this very request was given before


@dataclass(frozen=True, slots=True)
class New:
    """A reply that was let in, with all that is kept of it."""

    draft: Comment
    reply: Reply
    said: tuple[Opinion, ...]
    place: Place
    secret: str  # the author key that is given back
    key: str  # of idempotency
    found_by: Signature
    derived: Derived


class Receive:
    """Replies, one at a time; the store groups the commits."""

    def __init__(
        self,
        store: Store,
        sites: Sequence[Site],
        screen: Screen,
        signing: Signing,
        clock: Clock,
        on: Features,
    ) -> None:
        self._signing = signing
        self._store = store
        self._sites = sites
        self._screen = screen
        self._clock = clock
        self._on = on

    async def reply(self, reply: Reply, *, idempotency_key: str = "") -> Received:
        """Keep a reply and say what became of it.

        Raises UnknownArticle, Closed, UnknownParent, InvalidFields, Duplicate, RateLimited,
        IdempotencyMismatch and Busy; then nothing was kept.
        """
        now = self._clock.now()
        known = await self._store.read(self._look, reply, idempotency_key, now)
        if known.first is not None:
            return known.first
        await look_again(self._store, known.place, now)
        places.check_open(known.place, now)
        _check_fields(reply, known.place.site)
        case = case_of_reply(reply, known.place, known.author_id, now)
        said = await self._screen.admit(case)
        html = await prepare.render_aside(reply.text, reply.format)  # it is what costs
        seen = check_shows(html)
        case = replace(case, html=html, glance=known.glance)
        said += await self._screen.at_once(case)
        draft = draft_of(case, reply)
        new = New(
            draft=draft,
            reply=reply,
            said=tuple(said),
            place=known.place,
            secret=self._secret(reply, known, idempotency_key),
            key=idempotency_key,
            found_by=signature_of(case, seen),
            derived=prepare.derive(draft, unique=True, seen=seen),
        )
        return await self._store.write(self._keep, new)

    def _secret(self, reply: Reply, known: Known, key: str) -> str:
        """The author key that is given back: the one brought along, or a new one.

        Under an Idempotency-Key it is derived from what was sent, so that a repeat gets it
        again and the store need not keep it.
        """
        if not reply.remember:
            return ""
        if known.author_id is not None:
            return reply.author_key
        return self._derive(reply, key) if key else new_secret()

    def _derive(self, reply: Reply, key: str) -> str:
        return self._signing.derive("author key", key, body_hash(reply))

    @loose
    def _look(self, reply: Reply, key: str, now: datetime) -> Query[Known]:
        place = yield from places.find(self._sites, reply.article)
        if key and (first := (yield from self._answered(place.site, key, reply))):
            return Known(place, None, None, first)  # `flood` is not asked about a repeat
        author_id = None
        if reply.author_key:
            author_id = yield from authors.by_key(hash_secret(reply.author_key))
        yield from _check_parent(reply, place)
        since = now - SAME_TEXT_WITHIN
        seen = yield from glances.take(place.site.id, prepare.words_hash(reply.text), since=since)
        return Known(place, author_id, Glance(*seen))

    def _keep(self, new: New) -> Query[Received]:
        """The one write: refuse before the first change, then keep all that follows."""
        draft, reply, place, secret, key = new.draft, new.reply, new.place, new.secret, new.key
        now = draft.received_at
        answer_key = once_key(place.site, key)
        if key and (first := (yield from self._answered(place.site, key, reply))) is not None:
            return first
        place = yield from places.find(self._sites, place.url)
        places.check_open(place, now)
        yield from _check_parent(reply, place)
        article = yield from places.ensure(self._sites, place, now)
        draft, derived = _below(article, draft, new.derived)
        said = (*new.said, *circumstances(article, place.site))  # as known now, not at the door
        comment = rule_on(draft, said, place.site)
        new_author = new_id(now) if secret and comment.author_id is None else None
        if new_author is not None:
            comment = replace(comment, author_id=new_author)
        told = follow.tells(comment, said, self._on)
        if not (yield from comments.add(comment, derived, at=now, told=told)):
            # The same was said here before; maybe by this very request, in another process.
            if key and (first := (yield from self._answered(place.site, key, reply))):
                return first
            raise Duplicate
        if new_author is not None:
            yield from authors.add(new_author, now)
            yield from authors.add_key(new_author, hash_secret(secret), now)
        yield from opinions.put(comment.id, said, now)
        yield from waves.keep(comment.id, new.found_by, now)
        yield from follow.received(comment, article, place.site, said, self._on, told=told)
        received = Received(
            id=comment.id,
            shown=comment.status is Status.APPROVED,
            html=comment.html,
            author_key=secret,
            article_url=article.url,
            anchor=comment.anchor,
        )
        if key:
            yield from remember_answer(answer_key, reply, received, now)
        return received

    def _answered(self, site: Site, key: str, reply: Reply) -> Query[Received | None]:
        """The answer kept under a key. Raises IdempotencyMismatch where the body was another."""
        kept = yield from once.answer(once_key(site, key))
        if kept is None:
            return None
        known, answer = kept
        if known != body_hash(reply):
            raise IdempotencyMismatch
        given = {"": "", "derived": self._derive(reply, key), "brought": reply.author_key}
        return Received(**{**answer, "author_key": given[answer["author_key"]]})


def _check_parent(reply: Reply, place: Place) -> Query[None]:
    if reply.parent is None:
        return
    parent = yield from comments.by_id(reply.parent)
    here = place.article.id if place.article is not None else None
    if parent is None or parent.article_id != here or parent.status is not Status.APPROVED:
        raise UnknownParent


def _below(article: Article, draft: Comment, derived: Derived) -> tuple[Comment, Derived]:
    """A draft under its article, and what is made of it: known before, but for a first one."""
    if draft.article_id == article.id:
        return draft, derived
    draft = replace(draft, article_id=article.id)
    return draft, prepare.derive(draft, unique=True)


def check_shows(html: str) -> str:
    """What readers see of it; raises InvalidFields where that is nothing."""
    seen = plain(html)
    if not seen.strip():
        message = "Nothing of this would be seen."
        raise InvalidFields([FieldFault("comment", "missing", message)])
    return seen


def _check_fields(reply: Reply, site: Site) -> None:
    faults = []
    if site.moderation.require_name and not reply.author.name:
        faults.append(FieldFault("author", "missing", "Please give a name."))
    if site.moderation.require_email and not reply.author.email:
        faults.append(FieldFault("email", "missing", "Please give an e-mail address."))
    if faults:
        raise InvalidFields(faults)
