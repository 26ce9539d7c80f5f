"""What follows from a look at a ping's source: its link is proven, or it is not (any more)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from math import ceil

from moderation.domain.article import Article
from moderation.domain.clock import rfc3339
from moderation.domain.comment import Author, Comment, Format, Status, WaitingFor
from moderation.domain.decision import Action
from moderation.domain.errors import NotFound
from moderation.domain.ids import new_id
from moderation.domain.opinion import Opinion, score
from moderation.domain.opinion import settle as settle_opinions
from moderation.domain.ping import Cause, PingState, SourceFacts
from moderation.domain.site import Site
from moderation.flow import follow, prepare, twins
from moderation.flow.follow import Features
from moderation.flow.moves import move
from moderation.flow.revise import words_before
from moderation.flow.rule import STATUS_OF, circumstances, is_proven
from moderation.flow.settle import decided_by_person, edited_by_person, left_by_person
from moderation.store import articles, comment_changes, comments, log, opinions, pings
from moderation.store.contract import Query
from moderation.store.pings import PingRecord, Receipt
from moderation.text.urls import host_of

TRACE = 20  # looks remembered
STEP = timedelta(minutes=1)
LONGEST = timedelta(seconds=40)  # that a look may take: a fetch, and reading what it brought


@dataclass(frozen=True, slots=True)
class Known:
    """A ping and all that is needed to look at its source."""

    record: PingRecord
    comment: Comment
    article: Article
    addresses: tuple[str, ...]
    targets: tuple[str, ...]  # as given by who pinged
    asked: Receipt | None  # the last arrival: who made us look


@dataclass(frozen=True, slots=True)
class Failed:
    """A look that did not prove the link."""

    cause: Cause
    reason: str  # for the owner's trace only
    delays: Sequence[int]  # minutes from each try to the next
    absent: bool = True  # the mention is not there (any more); False: nobody could tell
    told: bool = False  # the last try was before; this is the hour to tell what came of it


class Proof:
    """The writes after a look."""

    def __init__(self, on: Features) -> None:
        self._on = on

    def failed(
        self, comment_id: str, failed: Failed, began: datetime, now: datetime
    ) -> Query[datetime | None]:
        """Note a failed look that began at `began`; when to come again, or None after the last."""
        yield from articles.lock_of(comment_id)
        known = yield from known_of(comment_id)
        if known is None:
            return None
        record, comment = known.record, known.comment
        proven = comment.verified_at is not None
        if not failed.told:
            trace = _traced(record, failed.reason, now)
            record = replace(record, tries=record.tries + 1, trace=trace)
        if len(failed.delays) >= record.tries:
            yield from pings.save(record)
            delays = failed.delays[: record.tries]
            return now + timedelta(minutes=delays[-1]) if proven else _due(record, delays, began)
        if failed.cause is Cause.NOT_READABLE and not (proven or failed.told):
            yield from pings.save(replace(record, cause=failed.cause))
            return _due(record, (*failed.delays, 1), began)
        stands = proven and comment.waiting_for is not WaitingFor.SOURCE
        if stands and not failed.absent:  # once seen, and out of reach for now: nothing changes
            yield from pings.save(replace(record, tries=0))
            return None
        gone = proven or failed.cause is Cause.GONE
        was_there = proven and failed.absent and failed.cause is Cause.NOT_READABLE
        cause = Cause.GONE if was_there else failed.cause
        state = PingState.GONE if gone else PingState.DECLINED
        yield from pings.save(replace(record, state=state, cause=cause))
        stays = comment.status in (Status.TRASH, Status.SPAM)
        if not (stays or (not proven and (yield from left_by_person(comment_id)))):
            yield from self._hide(comment, failed.reason, now)
        yield from twins.take_up(comment_id, now)
        return None

    def _hide(self, comment: Comment, reason: str, now: datetime) -> Query[None]:
        yield from move(
            comment,
            Status.TRASH,
            None,
            Action.SETTLE,
            follow.MACHINE,
            decision_id=new_id(now),
            now=now,
            reason=f"Its source could not be verified: {reason}.",
        )

    def proven(
        self,
        draft: Comment,
        facts: SourceFacts,
        said: Sequence[Opinion],
        site: Site,
        now: datetime,
    ) -> Query[None]:
        """The link is there: keep the page's words, and rule where that was not done yet."""
        yield from articles.lock_of(draft.id)
        known = yield from known_of(draft.id)
        if known is None:
            raise NotFound
        comment = known.comment
        changed = with_facts(known, facts, now)
        if (yield from edited_by_person(comment.id)):  # a moderator's words stand
            changed = replace(comment, verified_at=now)
        trace = _traced(known.record, "links to the article", now)
        record = replace(known.record, state=PingState.VERIFIED, cause=None, tries=0, trace=trace)
        record = twins.bridged_record(record, facts.bridged)
        entry = None
        if facts.bridged is not None and record.twin_of is None:
            entry = yield from twins.entry_of(record, changed, facts.bridged)
        yield from pings.save(replace(record, twin_of=entry or record.twin_of))
        if comment.waiting_for is WaitingFor.SOURCE and entry is not None:
            yield from _rewrite(changed)
            yield from twins.put_aside(comment, entry, now)
        elif comment.waiting_for is WaitingFor.SOURCE:
            said = (*said, *circumstances(known.article, site))
            yield from self._examined(changed, said, now)
            yield from self._rule(changed, said, site, now)
        elif comment.status in (Status.TRASH, Status.SPAM):  # put away as it was
            yield from _rewrite(replace(comment, verified_at=now))
        elif _words(changed) != _words(comment):
            yield from self._otherwise(comment, changed, said, now)
        else:
            yield from _rewrite(changed)
            same = replace(changed, verified_at=comment.verified_at)
            if comment.status is Status.APPROVED and same != comment:
                yield from articles.shift(comment.article_id)

    def _examined(self, comment: Comment, said: Sequence[Opinion], now: datetime) -> Query[None]:
        """Keep a comment's words with what the checks say of them."""
        yield from _rewrite(comment)
        yield from opinions.put(comment.id, said, now)
        yield from comment_changes.set_score(comment.id, score(said))

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

    def _otherwise(
        self, comment: Comment, changed: Comment, said: Sequence[Opinion], now: datetime
    ) -> Query[None]:
        """The source says something else than before: whoever saw the old words is told."""
        was_shown = comment.status is Status.APPROVED
        if was_shown:  # before its words change: its thread counts it as what it was
            comment = yield from move(
                comment,
                Status.HELD,
                WaitingFor.MODERATOR,
                Action.SETTLE,
                follow.MACHINE,
                decision_id=new_id(now),
                now=now,
                reason="Its source says something else now.",
            )
        changed = replace(
            changed,
            status=comment.status,
            waiting_for=comment.waiting_for,
            status_before=comment.status_before,
            version=comment.version + 1,
        )
        yield from self._examined(changed, said, now)
        line = follow.entry(
            comment,
            Action.EDIT,
            follow.MACHINE,
            decision_id=new_id(now),
            at=now,
            to=comment.status,
            version=changed.version,
            reason="Its source says something else now.",
            before=words_before(comment),
        )
        yield from log.add(line)
        yield from follow.ask_remote(changed, said, self._on, now, edited=True)
        # Whoever approved it is told at once, whatever a remote check will say.
        heard = self._on.remote if was_shown else ()
        yield from follow.tell(changed, said, self._on, now, heard=heard, again=was_shown)


def untold(record: PingRecord) -> Failed | None:
    """What came of a ping whose tries were all made, where that is still to be told."""
    if record.state is not PingState.RECEIVED or record.cause is not Cause.NOT_READABLE:
        return None
    reason = str(record.trace[-1]["what"]) if record.trace else "not readable"
    return Failed(record.cause, reason, (), told=True)


def _due(record: PingRecord, minutes: Sequence[int], began: datetime) -> datetime:
    """When the next step of a ping is due: so long after it came, later by whole minutes only.

    Not counted from the end of a look: how long a host kept us, whether it refused at once
    or was silent, is not to be seen in when the status changes.
    """
    due = record.asked_at + timedelta(minutes=sum(minutes))
    late = began + LONGEST - due
    return due + max(0, ceil(late / STEP)) * STEP


def known_of(comment_id: str) -> Query[Known | None]:
    record = yield from pings.by_comment(comment_id)
    comment = yield from comments.by_id(comment_id)
    if record is None or comment is None:
        return None
    article = yield from articles.by_id(comment.article_id)
    if article is None:
        return None
    receipts = yield from pings.receipts(comment_id)
    addresses = yield from articles.addresses(article.id)
    targets = tuple(receipt.target for receipt in receipts)
    asked = receipts[-1] if receipts else None
    return Known(record, comment, article, addresses, targets, asked)


def _traced(record: PingRecord, what: str, now: datetime) -> list[dict[str, object]]:
    looks: list[dict[str, object]] = [dict(look) for look in record.trace]
    looks.append({"at": rfc3339(now), "what": what})
    return looks[-TRACE:]


def _rewrite(changed: Comment) -> Query[None]:
    yield from comment_changes.rewrite(changed, prepare.derive(changed, unique=False))


def _words(comment: Comment) -> tuple[object, ...]:
    return comment.text, comment.author, comment.title, comment.type


def with_facts(known: Known, facts: SourceFacts, now: datetime) -> Comment:
    """The comment as the source page words it; what the sender claims only fills gaps."""
    comment, claims = known.comment, known.record.claims
    text = facts.content or facts.excerpt or claims.get("excerpt", "")
    title = facts.title or claims.get("title", "")
    shown = facts.bridged.post if facts.bridged is not None else known.record.source
    name = facts.author_name or claims.get("blog_name", "") or title or host_of(shown)
    changed = replace(
        comment,
        source=shown,
        author=Author(name=name, url=facts.author_url or shown),
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
