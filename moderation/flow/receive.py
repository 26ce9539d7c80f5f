"""Take in a reader's reply: checked, ruled on, and on disk before it is answered."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from moderation.checks.contract import SAME_TEXT_WITHIN, Glance
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
from moderation.flow.drafts import case_of_draft, draft_of
from moderation.flow.follow import Features
from moderation.flow.look import look_again
from moderation.flow.places import Place
from moderation.flow.rule import circumstances, rule_on
from moderation.flow.screen import Screen
from moderation.flow.signatures import signature_of
from moderation.signing import Signing
from moderation.store import authors, comments, glances, once, opinions, waves
from moderation.store.contract import Query, Store
from moderation.text.markup import plain


@dataclass(frozen=True, slots=True)
class Received:
    """What a writer is told. Spam reads `HELD`, like anything that waits."""

    id: str
    shown: bool  # approved: readers see it
    html: str
    author_key: str  # "" unless the writer asked to be remembered
    article_url: str
    anchor: str


@dataclass(frozen=True, slots=True)
class Known:
    """What the store says before a reply is checked."""

    place: Place
    author_id: str | None
    glance: Glance | None
    first: "Received | None" = None  # the answer this very request was given before


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
        draft = draft_of(reply, known.place, known.author_id, now)
        said = await self._screen.admit(case_of_draft(draft, reply, known.place))
        draft = replace(draft, html=await prepare.render_aside(reply.text, reply.format))
        check_shows(draft.html)
        case = case_of_draft(draft, reply, known.place, known.glance)
        said += await self._screen.at_once(case)
        found_by = signature_of(case)
        secret = self._secret(reply, known, idempotency_key)
        return await self._store.write(
            self._keep, draft, reply, tuple(said), known.place, secret, idempotency_key, found_by
        )

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
        return self._signing.derive("author key", key, _body_hash(reply))

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

    def _keep(
        self,
        draft: Comment,
        reply: Reply,
        said: Sequence[Opinion],
        place: Place,
        secret: str,
        key: str,
        found_by: Signature,
    ) -> Query[Received]:
        """The one write: refuse before the first change, then keep all that follows."""
        now = draft.received_at
        once_key = _once_key(place.site, key)
        if key and (first := (yield from self._answered(place.site, key, reply))) is not None:
            return first
        place = yield from places.find(self._sites, place.url)
        places.check_open(place, now)
        yield from _check_parent(reply, place)
        yield from _check_new(reply, place)
        article = yield from places.ensure(self._sites, place, now)
        said = (*said, *circumstances(article, place.site))  # as known now, not at the door
        comment = rule_on(replace(draft, article_id=article.id), said, place.site)
        derived = prepare.derive(comment, unique=True)
        if secret and comment.author_id is None:
            comment = replace(comment, author_id=new_id(now))
            yield from _remember(comment, secret, now)
        if not (yield from comments.add(comment, derived, at=now)):
            # Another process was quicker: with this very request, or with one like it.
            if key and (first := (yield from self._answered(place.site, key, reply))):
                return first
            raise Duplicate
        yield from opinions.put(comment.id, said, now)
        yield from waves.keep(comment.id, found_by, now)
        yield from follow.received(comment, article, place.site, said, self._on)
        received = Received(
            id=comment.id,
            shown=comment.status is Status.APPROVED,
            html=comment.html,
            author_key=secret,
            article_url=article.url,
            anchor=comment.anchor,
        )
        if key:
            yield from _remember_answer(once_key, reply, received, now)
        return received

    def _answered(self, site: Site, key: str, reply: Reply) -> Query[Received | None]:
        """The answer kept under a key. Raises IdempotencyMismatch where the body was another."""
        kept = yield from once.answer(_once_key(site, key))
        if kept is None:
            return None
        body_hash, answer = kept
        if body_hash != _body_hash(reply):
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


def _check_new(reply: Reply, place: Place) -> Query[None]:
    """Raise Duplicate where the same was said here before."""
    if place.article is None:
        return
    same = prepare.fingerprint(place.article.id, reply.parent, reply.author, reply.text)
    if (yield from comments.by_fingerprint(same)) is not None:
        raise Duplicate


def check_shows(html: str) -> None:
    """Raise InvalidFields for a text that readers would see nothing of."""
    if not plain(html).strip():
        message = "Nothing of this would be seen."
        raise InvalidFields([FieldFault("comment", "missing", message)])


def _check_fields(reply: Reply, site: Site) -> None:
    faults = []
    if site.moderation.require_name and not reply.author.name:
        faults.append(FieldFault("author", "missing", "Please give a name."))
    if site.moderation.require_email and not reply.author.email:
        faults.append(FieldFault("email", "missing", "Please give an e-mail address."))
    if faults:
        raise InvalidFields(faults)


def _remember(comment: Comment, secret: str, now: datetime) -> Query[None]:
    if comment.author_id is not None:
        yield from authors.add(comment.author_id, now)
        yield from authors.add_key(comment.author_id, hash_secret(secret), now)


def _once_key(site: Site, key: str) -> str:
    return f"comments:{site.id}:{key}"


def _body_hash(reply: Reply) -> str:
    """What must be the same for a repeat to be the same request."""
    author = reply.author
    parts: list[object] = [reply.article, reply.parent, reply.text]
    parts += [author.name, author.email, author.url, reply.remember, reply.subscribe]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def _remember_answer(once_key: str, reply: Reply, received: Received, now: datetime) -> Query[None]:
    answer = {
        "id": received.id,
        "shown": received.shown,
        "html": received.html,
        "author_key": _kept_as(reply, received),
        "article_url": received.article_url,
        "anchor": received.anchor,
    }
    yield from once.keep_answer(once_key, _body_hash(reply), answer, now)


def _kept_as(reply: Reply, received: Received) -> str:
    """How a repeat comes by the author key, which is a secret and not kept."""
    if not received.author_key:
        return ""
    return "brought" if received.author_key == reply.author_key else "derived"
