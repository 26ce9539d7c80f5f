"""Take in a ping: registered at once, believed later; nothing is fetched before the answer."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from moderation.checks.contract import Case
from moderation.domain.article import Article
from moderation.domain.clock import Clock
from moderation.domain.comment import Author, Comment, Format, Kind, Status, Type, WaitingFor
from moderation.domain.decision import Action
from moderation.domain.errors import (
    Busy,
    Closed,
    FieldFault,
    Forbidden,
    InvalidFields,
    UnknownArticle,
)
from moderation.domain.ids import new_id
from moderation.domain.ping import PingState
from moderation.domain.site import Site
from moderation.domain.submission import Ping
from moderation.flow import arrivals, follow, places, prepare
from moderation.flow.block import Blocks
from moderation.flow.look import look_again
from moderation.flow.moves import move
from moderation.flow.places import Place
from moderation.flow.screen import Screen
from moderation.flow.settle import left_by_person
from moderation.store import articles, comments, jobs, ping_places, pings
from moderation.store.contract import Query, Store
from moderation.store.pings import PingRecord
from moderation.text import urls
from moderation.text.discovery import article_of
from moderation.text.pair import page_of
from moderation.text.shared_hosts import place_of

REOPENS_AFTER = timedelta(minutes=10)
ROOM = 10_000  # pings that may wait for their source to be seen; then 503
COUNT_EVERY = 5.0  # seconds


@dataclass(frozen=True, slots=True)
class Heard:
    """What a sender is told: `repeated` where the pair was registered already."""

    comment_id: str
    repeated: bool


class Hear:
    """Pings of all protocols; one (source, article) pair is one comment."""

    def __init__(
        self,
        store: Store,
        sites: Sequence[Site],
        screen: Screen,
        blocks: Blocks,
        clock: Clock,
        *,
        public_url: str,
    ) -> None:
        self._store = store
        self._public_url = public_url
        self._sites = sites
        self._screen = screen
        self._blocks = blocks
        self._clock = clock
        self._full = False
        self._counted_at: float | None = None  # by the monotonic clock

    async def ping(self, ping: Ping) -> Heard:
        """Register a ping and ask for its verification.

        Raises UnknownArticle, Closed, Forbidden for a blocked source, RateLimited and Busy;
        then nothing was kept.
        """
        now = self._clock.now()
        place = await places.locate(self._store, self._sites, self._article(ping))
        await look_again(self._store, place, now)
        _check_takes(place, ping.protocol, now)
        await self._screen.admit(_case(ping, place, now))
        await self._blocks.check(place.site.id, ping.source)
        await self._check_room()
        return await self._store.write(self._keep, ping, now, new_id(now))

    def _article(self, ping: Ping) -> str:
        """The address that is pinged: the page of a thread stands for its article."""
        return article_of(ping.target, self._public_url)

    async def _check_room(self) -> None:
        """Raise Busy while too many sources are still to be seen; counted now and then."""
        now = self._clock.monotonic()
        if self._counted_at is None or now - self._counted_at >= COUNT_EVERY:
            self._counted_at = now
            self._full = await self._store.read(jobs.count, "verify") >= ROOM
        if self._full:
            raise Busy("Too many pings are waiting. Please try again later.", retry_after=300)

    def _keep(self, ping: Ping, now: datetime, ident: str) -> Query[Heard]:
        place = yield from places.find(self._sites, self._article(ping))
        _check_takes(place, ping.protocol, now)
        yield from self._check_not_itself(ping, place)
        source = page_of(ping.source)
        article = yield from places.ensure(self._sites, place, now)
        yield from articles.lock(article.id)
        known = yield from pings.by_pair(article.id, (*source, ping.source))
        if known is not None:
            return (yield from self._again(known, ping, now))
        comment = _draft(ping, article, ping.source, ident, now)
        yield from comments.add(comment, prepare.derive(comment, unique=False), at=now)
        record = PingRecord(
            comment_id=comment.id,
            article_id=article.id,
            source=source[0],
            host=urls.host_of(source[0]),
            state=PingState.RECEIVED,
            cause=None,
            tries=0,
            asked_at=now,
            claims=arrivals.claims(ping),
            trace=(),
        )
        yield from pings.add(record)
        yield from ping_places.put(comment.id, place_of(ping.source))
        yield from arrivals.arrive(comment.id, ping, now)
        yield from follow.received(comment, article, place.site, (), follow.Features())
        if follow.needs_look(article, place.site):
            yield from follow.look(article, now)
        yield from verify_job(comment.id, now)
        return Heard(comment.id, repeated=False)

    def _check_not_itself(self, ping: Ping, place: Place) -> Query[None]:
        """Raise InvalidFields where the source is but another address of the article.

        And Forbidden where it is of the same site, and the site takes none of its own.
        """
        try:
            source = yield from places.find(self._sites, ping.source)
        except UnknownArticle:
            return
        if source.url == place.url:
            sentence = "The source and the target are the same page."
            raise InvalidFields([FieldFault("target", "malformed", sentence)])
        if source.site.id == place.site.id and not place.site.pings.own_site:
            raise Forbidden("This site takes no pings from pages of its own.")

    def _again(self, known: PingRecord, ping: Ping, now: datetime) -> Query[Heard]:
        """The pair is known: note the arrival, and look again where that can change anything.

        What a person decided stands; a sender may have it looked at again, not undone.
        """
        comment = yield from comments.by_id(known.comment_id)
        if comment is None:  # its row goes with the comment's
            raise Closed
        yield from arrivals.arrive(comment.id, ping, now)
        yield from arrivals.note_door(comment, ping.protocol)
        rested = now - known.asked_at >= REOPENS_AFTER
        failed = known.state in (PingState.DECLINED, PingState.GONE)
        reopens = failed and rested and not (yield from left_by_person(comment.id))
        known = replace(known, claims=arrivals.claims_with(known, comment, ping))
        if reopens:  # by the address that was given now: the other one may not answer
            address = page_of(ping.source)[0]
            record = replace(
                known, source=address, state=PingState.RECEIVED, cause=None, tries=0, asked_at=now
            )
            yield from pings.save(record)
            if comment.status is Status.TRASH:
                yield from move(
                    comment,
                    Status.HELD,
                    WaitingFor.SOURCE,
                    Action.SETTLE,
                    follow.MACHINE,
                    decision_id=new_id(now),
                    now=now,
                    reason="The source was pinged again.",
                )
            yield from verify_job(comment.id, now)
        else:
            looks = ping.protocol is Kind.WEBMENTION and rested  # "look again"
            fresh = replace(known, asked_at=now, tries=0)
            if known.state is PingState.RECEIVED:
                fresh = replace(fresh, cause=None)
            yield from pings.save(fresh if looks else known)
            if looks and known.state is not PingState.RECEIVED:
                yield from verify_job(comment.id, now)
        return Heard(comment.id, repeated=not reopens)


def verify_job(comment_id: str, due_at: datetime, *, by_itself: bool = False) -> Query[None]:
    """Ask for the source to be fetched; `by_itself` where nobody outside has asked for it."""
    payload = {"comment": comment_id} | ({"by_itself": True} if by_itself else {})
    yield from jobs.add(new_id(due_at), "verify", comment_id, payload, due_at=due_at, now=due_at)


def _check_takes(place: Place, protocol: Kind, now: datetime) -> None:
    allowed = {
        Kind.PINGBACK: place.site.pings.pingback,
        Kind.TRACKBACK: place.site.pings.trackback,
        Kind.WEBMENTION: place.site.pings.webmention,
    }
    if not allowed[protocol]:
        raise Closed("This site takes no pings of this kind.")
    places.check_open(place, now, pings=True)
    if places.is_front(place) and place.article is None:
        raise Closed("The front page is no article.")


def _draft(ping: Ping, article: Article, source: str, ident: str, now: datetime) -> Comment:
    """A ping before its source was seen: what the sender claims, waiting for the source."""
    text = ping.excerpt
    return Comment(
        id=ident,
        site=article.site,
        article_id=article.id,
        anchor=f"comment-{ident}",
        kind=ping.protocol,
        via=(ping.protocol,),
        type=Type.MENTION,
        status=Status.HELD,
        waiting_for=WaitingFor.SOURCE,
        version=1,
        parent_id=None,
        author=Author(name=ping.blog_name or urls.host_of(source), url=source),
        author_id=None,
        source=source,
        text=text,
        format=Format.PLAIN,
        html=prepare.render(text, Format.PLAIN),
        received_at=now,
        published_at=now,
        edited_at=None,
        status_before=None,
        client=ping.client,
        title=ping.title,
    )


def _case(ping: Ping, place: Place, now: datetime) -> Case:
    """What `flood` looks at before anything is kept."""
    return Case(
        comment_id="",
        site=place.site,
        article_id=place.article.id if place.article is not None else None,
        article_url=place.url,
        article_published_at=None,
        kind=ping.protocol,
        type=Type.MENTION,
        author=Author(),
        author_id=None,
        text="",
        html="",
        source=ping.source,
        client=ping.client,
        received_at=now,
    )
