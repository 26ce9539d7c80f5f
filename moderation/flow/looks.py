"""What is known of a source before a look, and what a look finds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from math import ceil
from typing import TypeAlias

from moderation.domain.article import Article
from moderation.domain.clock import rfc3339
from moderation.domain.comment import Author, Comment, Format
from moderation.domain.ping import Cause, PingState, SourceFacts
from moderation.flow import change, prepare
from moderation.net.contract import Version
from moderation.store import articles, comments, pings, watching
from moderation.store.contract import Query
from moderation.store.pings import PingRecord, Receipt
from moderation.store.watching import Watched
from moderation.text.urls import host_of, same_page

TRACE = 20  # looks remembered
Look: TypeAlias = Mapping[str, object]  # facts of one fetch, for the owner's trace
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
    watched: Watched | None  # once its link was seen


@dataclass(frozen=True, slots=True)
class Failed:
    """A look that did not prove the link."""

    cause: Cause
    reason: str  # for the owner's trace only
    delays: Sequence[int]  # minutes from each try to the next
    absent: bool = True  # the mention is not there (any more); False: nobody could tell
    told: bool = False  # the last try was before; this is the hour to tell what came of it
    look: Look = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Found:
    """A look that proved the link."""

    facts: SourceFacts
    version: Version  # where its redirects ended, and what its server calls it
    by_itself: bool = False  # nobody outside has asked for this look
    look: Look = field(default_factory=dict)


def untold(record: PingRecord) -> Failed | None:
    """What came of a ping whose tries were all made, where that is still to be told."""
    if record.state is not PingState.RECEIVED or record.cause is not Cause.NOT_READABLE:
        return None
    reason = str(record.trace[-1]["what"]) if record.trace else "not readable"
    return Failed(record.cause, reason, (), told=True)


def due(record: PingRecord, minutes: Sequence[int], began: datetime) -> datetime:
    """When the next step of a ping is due: so long after it came, later by whole minutes only.

    Not counted from the end of a look: how long a host kept us, whether it refused at once
    or was silent, is not to be seen in when the status changes.
    """
    moment = record.asked_at + timedelta(minutes=sum(minutes))
    late = began + LONGEST - moment
    return moment + max(0, ceil(late / STEP)) * STEP


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
    watched = yield from watching.of(comment_id)
    asked = receipts[-1] if receipts else None
    return Known(record, comment, article, addresses, targets, asked, watched)


def traced(record: PingRecord, what: str, now: datetime, facts: Look) -> list[dict[str, object]]:
    """The trace with one look more."""
    looks: list[dict[str, object]] = [dict(look) for look in record.trace]
    looks.append({**facts, "at": rfc3339(now), "what": what})
    return looks[-TRACE:]


def with_facts(known: Known, found: Found, now: datetime) -> Comment:
    """The comment as the source page words it; what the sender claims only fills gaps."""
    comment, claims, facts = known.comment, known.record.claims, found.facts
    text = facts.content or facts.excerpt or claims.get("excerpt", "")
    title = facts.title or claims.get("title", "")
    shown = facts.bridged.post if facts.bridged is not None else _led(known, found.version.url)
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
    if comment.verified_at is not None and change.words(changed) != change.words(comment):
        changed = replace(changed, edited_at=now)
    return changed


def _led(known: Known, page: str) -> str:
    """Where readers are led, and whom trust is asked of: where the source's redirects end.

    Whoever has an address on a trusted host that leads elsewhere is not that host.
    """
    given = known.comment.source or known.record.source
    return given if same_page(given, page) else page
