"""One post that two bridges show is one entry: who has it, and who follows when that is gone."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from moderation.domain.comment import REACTIONS, Comment, Status, WaitingFor
from moderation.domain.decision import Action
from moderation.domain.ids import new_id
from moderation.domain.ping import Bridged, PingState
from moderation.flow import follow
from moderation.flow.hear import verify_job
from moderation.flow.moves import move
from moderation.store import comments, ping_names, ping_places, pings
from moderation.store.contract import Query
from moderation.store.pings import PingRecord
from moderation.text import bridges
from moderation.text.shared_hosts import exact_place
from moderation.text.urls import host_of


def entry_of(record: PingRecord, draft: Comment, bridged: Bridged) -> Query[str | None]:
    """Find the comment that shows the same post already; the post's names are taken otherwise.

    Two pages show one post where they have a name for it in common and, unless the
    addresses of both vouch for it, say the same: a page that claims somebody else's post
    with words of its own stays an entry of its own, and takes nothing away. What was gone
    has no claim any more; what a person rejected keeps it.
    """
    names = bridged.names
    for holder in (yield from ping_names.holders(record.article_id, names)):
        if holder == record.comment_id:
            continue
        other = yield from comments.by_id(holder)
        known = yield from pings.by_comment(holder)
        if other is None or known is None or known.state in (PingState.DECLINED, PingState.GONE):
            continue
        if _is_same(known, other, draft, bridged):
            if bridged.vouched and not _is_vouched(known):  # what is proven better stands
                better = replace(known, place=bridged.place, host=_host(known, bridged))
                yield from pings.save(better)
                yield from ping_places.put(holder, exact_place(bridged.place))
            return holder
        if not bridged.vouched or _is_vouched(known):  # what is proven better takes the names
            held = yield from _held(known, names)
            names = tuple(name for name in names if name not in held)
    yield from ping_names.take(record.article_id, names, record.comment_id)
    return None


def _held(record: PingRecord, names: Sequence[str]) -> Query[Sequence[str]]:
    """Those of some names that lead to one comment."""
    held = []
    for name in names:
        if record.comment_id in (yield from ping_names.holders(record.article_id, [name])):
            held.append(name)
    return held


def _is_same(known: PingRecord, other: Comment, draft: Comment, bridged: Bridged) -> bool:
    if other.type is not draft.type:
        return False
    proven = bridged.vouched and _is_vouched(known)
    return proven or draft.type in REACTIONS or bridges.alike(other.text, draft.text)


def _is_vouched(record: PingRecord) -> bool:
    return not bridges.is_bridge(host_of(record.place or f"https://{bridges.HOST}/"))


def _host(record: PingRecord, bridged: Bridged) -> str:
    return host_of(bridged.place) or record.host


def bridged_record(record: PingRecord, bridged: Bridged | None) -> PingRecord:
    """A ping as it is kept once its page was found to show somebody's post (or not any more)."""
    if bridged is None:
        return replace(record, place=None, host=host_of(record.source) or record.host)
    return replace(record, place=bridged.place, host=_host(record, bridged))


def put_aside(comment: Comment, entry: str, now: datetime) -> Query[None]:
    """Let a comment rest whose post has its entry already."""
    yield from move(
        comment,
        Status.TRASH,
        None,
        Action.SETTLE,
        follow.MACHINE,
        decision_id=new_id(now),
        now=now,
        reason=f"It is the same post as {entry}, by another bridge.",
    )


def take_up(comment_id: str, now: datetime) -> Query[None]:
    """After an entry was found gone: look whether another bridge still shows the post."""
    for twin in (yield from pings.twins(comment_id)):
        yield from pings.save(replace(twin, twin_of=None, state=PingState.RECEIVED, tries=0))
        comment = yield from comments.by_id(twin.comment_id)
        if comment is not None and comment.status is Status.TRASH:
            yield from move(
                comment,
                Status.HELD,
                WaitingFor.SOURCE,
                Action.SETTLE,
                follow.MACHINE,
                decision_id=new_id(now),
                now=now,
                reason="The page that showed this post is gone.",
            )
            yield from verify_job(comment.id, now)
