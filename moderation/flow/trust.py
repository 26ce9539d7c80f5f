"""Earned trust: what decisions say of the places pings come from, and what is made of it."""

from moderation.domain.clock import EPOCH, to_micros
from moderation.domain.comment import Comment, Status
from moderation.domain.decision import Action, Door, LogEntry
from moderation.domain.ping import SourceFacts
from moderation.domain.trust import LAPSES_AFTER, Mark, Past, SourcePlace, Vouch
from moderation.store import comments, log, ping_places, trusted_places, vouches
from moderation.store.contract import Query
from moderation.text.shared_hosts import exact_place, place_of

_LAPSE_MICROS = to_micros(EPOCH + LAPSES_AFTER)
_OF_PERSON = {
    Status.APPROVED: Mark.APPROVED,
    Status.SPAM: Mark.SPAM,
    Status.TRASH: Mark.TRASH,
    Status.HELD: Mark.NEITHER,
}


def past_of(site: str, place: SourcePlace, needed: int) -> Query[Past]:
    """What is known of a place; of its approvals no more than are `needed`.

    What was approved before the last rejection, or before a year's silence, is over.
    """
    by_hand = yield from trusted_places.of(site, place)
    rejection = yield from vouches.last_rejection(site, place)
    after = rejection.id if rejection is not None else ""
    last = yield from vouches.last_good(site, place, after)
    if last is None or not needed:
        return Past((), last.at if last is not None else None, rejection, by_hand)
    since = yield from vouches.last_gap(site, place, after, _LAPSE_MICROS)
    approvals = yield from vouches.approvals(
        site, place, after=after, since=since or EPOCH, limit=needed
    )
    return Past(tuple(approvals), last.at, rejection, by_hand)


def note(comment: Comment, line: LogEntry) -> Query[None]:
    """Keep what a line of the log says of the place a ping came from."""
    mark = mark_of(line) if comment.kind.is_ping else None
    if mark is None:
        return
    place = yield from ping_places.of(comment.id)
    if place is not None:
        yield from vouches.add(comment.site, place, _vouch(line, mark))


def take_back(line: LogEntry) -> Query[None]:
    """Un-earn, or give back, exactly what a line of the log had said."""
    yield from vouches.remove(line.id)


def mark_of(line: LogEntry) -> Mark | None:
    """What a line says of the place; the service's own doubts, and rules, say nothing of it."""
    moved = line.to_status is not None and line.from_status is not line.to_status
    if line.to_status is None or not moved or line.action in (Action.UNDO, Action.RULE):
        return None
    if line.actor.door is not Door.MACHINE:
        return _OF_PERSON[line.to_status]
    return Mark.SHOWN if line.to_status is Status.APPROVED else None


def placed(page_url: str, facts: SourceFacts) -> SourcePlace | None:
    """The place that speaks for a source whose redirects ended at `page_url`.

    Readers are led there too: an address on a trusted host that leads elsewhere is not
    that host. Of a bridge's page it is the place of the person it shows.
    """
    bridged = facts.bridged
    return exact_place(bridged.place) if bridged is not None else place_of(page_url)


def catch_up(limit: int) -> Query[bool]:
    """Tell the places of pings from before there were any, and what was decided on them."""
    found = yield from ping_places.untold(limit)
    for comment_id, source, bridged in found:
        place = exact_place(bridged) if bridged else place_of(source)
        yield from ping_places.put(comment_id, place)
        comment = yield from comments.by_id(comment_id)
        if comment is None or place is None:
            continue
        for line in (yield from log.of_comment(comment_id)):
            mark = mark_of(line)
            if mark is not None and line.undone_by is None:
                yield from vouches.add(comment.site, place, _vouch(line, mark))
    return len(found) == limit


def _vouch(line: LogEntry, mark: Mark) -> Vouch:
    return Vouch(line.id, line.comment_id, mark, line.actor.name, line.at)
