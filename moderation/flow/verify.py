"""Look at a ping's source: fetch it, prove the link, take its words, and rule."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from moderation.domain.article import Article
from moderation.domain.clock import Clock, rfc3339
from moderation.domain.comment import Author, Comment, Format, Status, WaitingFor
from moderation.domain.decision import Action
from moderation.domain.errors import NotFound
from moderation.domain.ids import new_id
from moderation.domain.job import Job
from moderation.domain.opinion import Opinion, score
from moderation.domain.opinion import settle as settle_opinions
from moderation.domain.ping import Cause, PingState, SourceFacts
from moderation.domain.site import Site
from moderation.flow import follow, prepare
from moderation.flow.cases import case_of
from moderation.flow.follow import Features
from moderation.flow.moves import move
from moderation.flow.rule import STATUS_OF, is_proven
from moderation.flow.screen import Screen
from moderation.flow.settle import decided_by_person
from moderation.flow.worker import Later
from moderation.net.contract import Fetcher, NotHtml, NotReadable, Reader, TooBusy
from moderation.store import articles, comment_changes, comments, opinions, pings
from moderation.store.contract import Query, Store
from moderation.store.pings import PingRecord
from moderation.text import urls

# Minutes between tries, as senders may publish after they ping, and servers have bad days.
UNREADABLE = (1, 5, 30, 360)
NO_LINK = (1, 5)
TRACE = 20  # looks remembered


@dataclass(frozen=True, slots=True)
class Known:
    """A ping and all that is needed to look at its source."""

    record: PingRecord
    comment: Comment
    article: Article
    addresses: tuple[str, ...]
    targets: tuple[str, ...]  # as given by who pinged


@dataclass(frozen=True, slots=True)
class Failed:
    """A look that did not prove the link."""

    cause: Cause
    reason: str  # for the owner's trace only
    delays: Sequence[int]  # minutes to the further tries


class Verify:
    """The job `verify`: one look at one source."""

    def __init__(
        self,
        store: Store,
        sites: Sequence[Site],
        screen: Screen,
        fetcher: Fetcher,
        reader: Reader,
        clock: Clock,
        on: Features,
    ) -> None:
        self._store = store
        self._sites = {site.id: site for site in sites}
        self._screen = screen
        self._fetcher = fetcher
        self._reader = reader
        self._clock = clock
        self._on = on

    async def __call__(self, job: Job) -> None:
        """Look at the source of one ping. Raises `Later` where it is to be tried again."""
        comment_id = str(job.payload["comment"])
        known = await self._store.read(_known, comment_id)
        site = self._sites.get(known.comment.site) if known is not None else None
        if known is None or site is None:
            return
        found = await self._look(known)
        now = self._clock.now()
        if isinstance(found, Failed):
            due_at = await self._store.write(self._failed, comment_id, found, now)
            if due_at is not None:
                raise Later(due_at, found.reason)
            return
        draft = _with_facts(known, found, now)
        said = await self._screen.at_once(case_of(draft, known.article, site))
        await self._store.write(self._proven, draft, found, said, site, now)

    async def _look(self, known: Known) -> SourceFacts | Failed:
        source = known.record.source
        via = "/".join(kind.value.title() for kind in known.comment.via)
        headers = {}
        if known.comment.client.address:
            # So that the victim of a forged ping can find who asked us to come.
            headers["X-Pingback-Forwarded-For"] = known.comment.client.address
        try:
            page = await self._fetcher.fetch(
                source, purpose=f"verifying {via} to {known.article.url}", headers=headers
            )
            facts = await self._reader.read_source(page, self._targets(known))
        except TooBusy as busy:
            moment = self._clock.now() + timedelta(seconds=busy.retry_after)
            raise Later(moment, "waiting for a place", counted=False) from busy
        except NotHtml as error:
            return Failed(Cause.NOT_HTML, error.reason, ())
        except NotReadable as error:
            if error.status == 410:
                return Failed(Cause.GONE, error.reason, ())
            return Failed(Cause.NOT_READABLE, error.reason, UNREADABLE)
        if facts.gone:
            return Failed(Cause.GONE, "the page says that it is gone", ())
        if not facts.links:
            return Failed(Cause.NO_LINK, "the page does not link to the article", NO_LINK)
        return facts

    def _targets(self, known: Known) -> list[str]:
        """Every way to link to the article: its addresses by either scheme and any host of the
        site, and the targets as senders gave them."""
        site = self._sites[known.comment.site]
        return sorted(set(known.targets).union(*(urls.spellings(a, site) for a in known.addresses)))

    def _failed(self, comment_id: str, failed: Failed, now: datetime) -> Query[datetime | None]:
        """Note a failed look; when to try again, or None after the last try."""
        known = yield from _known(comment_id)
        if known is None:
            return None
        record = known.record
        tries = record.tries + 1
        again = len(failed.delays) >= tries
        proven = known.comment.verified_at is not None
        gone = failed.cause is Cause.GONE
        record = replace(record, tries=tries, trace=_traced(record, failed.reason, now))
        if again:
            yield from pings.save(record)
            return now + timedelta(minutes=failed.delays[tries - 1])
        state = PingState.GONE if gone or proven else PingState.DECLINED
        yield from pings.save(replace(record, state=state, cause=failed.cause))
        comment = known.comment
        unreadable = failed.cause is Cause.NOT_READABLE
        stays = comment.status in (Status.TRASH, Status.SPAM) or (proven and unreadable)
        if not stays:
            yield from articles.lock(comment.article_id)
            yield from move(
                comment,
                Status.TRASH,
                None,
                Action.SETTLE,
                follow.MACHINE,
                decision_id=new_id(now),
                now=now,
                reason=f"Its source could not be verified: {failed.reason}.",
            )
        return None

    def _proven(
        self,
        draft: Comment,
        facts: SourceFacts,
        said: Sequence[Opinion],
        site: Site,
        now: datetime,
    ) -> Query[None]:
        """The link is there: keep the page's words, and rule."""
        known = yield from _known(draft.id)
        if known is None:
            raise NotFound
        comment = known.comment
        changed = _with_facts(known, facts, now)
        record = replace(
            known.record,
            state=PingState.VERIFIED,
            cause=None,
            tries=0,
            trace=_traced(known.record, "links to the article", now),
        )
        yield from articles.lock(comment.article_id)
        yield from pings.save(record)
        yield from opinions.put(comment.id, said, now)
        yield from comment_changes.rewrite(changed, prepare.derive(changed, unique=False))
        yield from comment_changes.set_score(comment.id, score(said))
        if comment.waiting_for is WaitingFor.SOURCE:
            yield from self._rule(changed, said, site, now)
        elif comment.status is Status.APPROVED and _words(comment) != _words(changed):
            yield from self._back_to_queue(changed, now)
        elif comment.status is Status.APPROVED:
            yield from articles.shift(comment.article_id)

    def _rule(
        self, comment: Comment, said: Sequence[Opinion], site: Site, now: datetime
    ) -> Query[None]:
        ruling = settle_opinions(said, site.moderation.hold, proven=is_proven(said))
        to = STATUS_OF[ruling]
        person = yield from decided_by_person(comment.id)
        if person:
            to = Status.HELD
        moved = yield from move(
            comment,
            to,
            WaitingFor.MODERATOR if to is Status.HELD else None,
            Action.SETTLE,
            follow.MACHINE,
            decision_id=new_id(now),
            now=now,
            reason="Its source links to the article.",
        )
        yield from follow.ask_remote(moved, said, self._on, now)
        yield from follow.tell(moved, said, self._on, now)

    def _back_to_queue(self, comment: Comment, now: datetime) -> Query[None]:
        moved = yield from move(
            comment,
            Status.HELD,
            WaitingFor.MODERATOR,
            Action.SETTLE,
            follow.MACHINE,
            decision_id=new_id(now),
            now=now,
            reason="Its source says something else now.",
        )
        said = yield from opinions.of(comment.id)
        yield from follow.tell(moved, said, self._on, now, again=True)


def _known(comment_id: str) -> Query[Known | None]:
    record = yield from pings.by_comment(comment_id)
    comment = yield from comments.by_id(comment_id)
    if record is None or comment is None:
        return None
    article = yield from articles.by_id(comment.article_id)
    if article is None:
        return None
    receipts = yield from pings.receipts(comment_id)
    addresses = yield from articles.addresses(article.id)
    return Known(record, comment, article, addresses, tuple(r.target for r in receipts))


def _traced(record: PingRecord, what: str, now: datetime) -> list[dict[str, object]]:
    looks: list[dict[str, object]] = [dict(look) for look in record.trace]
    looks.append({"at": rfc3339(now), "what": what})
    return looks[-TRACE:]


def _words(comment: Comment) -> tuple[object, ...]:
    return comment.text, comment.author, comment.title, comment.type


def _with_facts(known: Known, facts: SourceFacts, now: datetime) -> Comment:
    """The comment as the source page words it; what the sender claims only fills gaps."""
    comment, claims = known.comment, known.record.claims
    text = facts.content or facts.excerpt or claims.get("excerpt", "")
    title = facts.title or claims.get("title", "")
    name = facts.author_name or claims.get("blog_name", "") or title or known.record.host
    changed = replace(
        comment,
        author=Author(name=name, url=facts.author_url or known.record.source),
        type=facts.type,
        text=text,
        format=Format.PLAIN,
        html=prepare.render(text, Format.PLAIN),
        title=title,
        language=facts.language,
        published_at=facts.published_at or comment.published_at,
        verified_at=now,
    )
    if comment.verified_at is not None and _words(changed) != _words(comment):
        changed = replace(changed, edited_at=now)
    return changed
