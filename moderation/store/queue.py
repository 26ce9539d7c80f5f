"""The queue: comments listed by what they are and wait for, counted, and searched."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import bindparam, select

from moderation.domain.clock import to_micros
from moderation.domain.comment import Comment, Status, WaitingFor
from moderation.store import tally, walks
from moderation.store.comments import as_comment, by_ids
from moderation.store.contract import Query
from moderation.store.filters import Filter, names_of, values_of
from moderation.store.search import END, START, Found, Place, Search, by_time
from moderation.store.search_order import among, by_score
from moderation.store.search_sieve import Sieve
from moderation.store.tables import comment
from moderation.store.tables.comments import EDITED
from moderation.store.walks import ORDERS, Mark, Walk, mark_of
from moderation.text.terms import terms

__all__ = ["ORDERS", "Filter", "Mark", "mark_of"]
UNBOUNDED = 1 << 62
MOST = 20_000  # comments passed for a page
COUNTED = 10_000  # comments passed for a total
FOUND = 1000  # counted of what words find
PER_COMMENT = 5  # work of a search


def ways(wanted: Filter, order: str) -> list[tuple[Walk, dict[str, object]]]:
    """The walks that find what a filter asks for, of which no comment is in two."""
    if wanted.waiting_for is not None and wanted.status is None:
        wanted = replace(wanted, status=Status.HELD)  # nothing else waits
    along: tuple[str, ...]
    if wanted.article_id is not None:
        along, several = ("article",), [wanted]
    elif order == "priority":
        along, several = ("status", "waiting"), list(_each_wait(wanted))
    elif wanted.kind is not None and wanted.kind.is_ping:
        along, several = ("kind", "ping", "status"), list(_each_status(wanted))
    else:
        along, several = ("status", "waiting"), [wanted]
    if order != "priority":
        along += ("since", "until")
    return [(_walk(one, along, order), values_of(one)) for one in several]


def _walk(wanted: Filter, along: tuple[str, ...], order: str) -> Walk:
    names = names_of(wanted)
    answered = tuple(name for name in along if name in names or name == "ping")
    sieve = tuple(name for name in names if name not in answered)
    if order == "priority" and wanted.waiting_for is None and "status" in answered:
        answered += ("decided",)
    if wanted.article_id is not None:
        sieve = _hidden(sieve, "status", "waiting")
    if order == "priority":
        sieve = _hidden(sieve, "since", "until")
        if wanted.article_id is not None:  # what one article has, put in order
            return Walk((*answered, *sieve), (), order)
    return Walk(answered, sieve, order)


def _hidden(sieve: tuple[str, ...], *names: str) -> tuple[str, ...]:
    """A sieve whose conditions of these names lead no engine to another index."""
    return tuple(f"hidden {name}" if name in names else name for name in sieve)


def _each_status(wanted: Filter) -> Iterator[Filter]:
    for status in Status:
        if wanted.status in (None, status):
            yield replace(wanted, status=status)


def _each_wait(wanted: Filter) -> Iterator[Filter]:
    """A filter for each status and wait: only within one is there an order by score."""
    for one in _each_status(wanted):
        if one.status is not Status.HELD:
            yield one
            continue
        for waiting_for in WaitingFor:
            if wanted.waiting_for in (None, waiting_for):
                yield replace(one, waiting_for=waiting_for)


@dataclass(frozen=True, slots=True)
class Page:
    """A part of a list."""

    comments: Sequence[Comment]
    stopped: Mark | None = None  # enough was looked at: there may be more behind this place


def page(
    wanted: Filter, *, order: str = "newest", after: Mark | None = None, limit: int = 20
) -> Query[Sequence[Comment]]:
    """List one page in an order of ORDERS, from the row after `after`, however long it takes."""
    found = yield from look(wanted, order=order, after=after, limit=limit, most=UNBOUNDED)
    return found.comments


def look(
    wanted: Filter,
    *,
    order: str = "newest",
    after: Mark | None = None,
    limit: int = 20,
    most: int = MOST,
    stride: int = walks.STRIDE,
) -> Query[Page]:
    """List one page; it may be short and not the last where `most` comments did not fit."""
    if wanted.words:
        return (yield from _search(wanted, order, after, limit, most * PER_COMMENT))
    walked = ways(wanted, order)
    if any(walk.sieve for walk, _ in walked) and (yield from _is_nothing(wanted)):
        return Page(())
    found: list[Comment] = []
    stops: list[Mark] = []
    for walk, values in walked:
        share = max(1, most // len(walked))
        some, stopped = yield from walks.go(
            walk, values, after=after, limit=limit, most=share, stride=stride
        )
        found += some
        stops += [stopped] if stopped is not None else []
    if len(walked) > 1:
        found = walks.in_order(found, order)
    if not stops:
        return Page(found[:limit])
    # Behind the first place at which a walk stopped the others' finds are not all there are.
    first = max if order == "newest" else min
    stop = first(stops, key=lambda mark: walks.place_of(mark, order))
    kept = [c for c in found if not walks.is_behind(mark_of(c), stop, order)][:limit]
    return Page(kept, stop if len(kept) < limit else None)


def _search(wanted: Filter, order: str, after: Mark | None, limit: int, most: int) -> Query[Page]:
    found = yield from _places(wanted, order, after, limit, most)
    known = yield from by_ids(place.id for place in found.places)
    stopped = found.stopped.mark() if found.stopped is not None else None
    return Page([known[place.id] for place in found.places], stopped)


def _places(wanted: Filter, order: str, after: Mark | None, limit: int, most: int) -> Query[Found]:
    """What a filter with words finds."""
    if wanted.waiting_for is not None and wanted.status is None:
        wanted = replace(wanted, status=Status.HELD)
    search = Search(
        Sieve(names_of(wanted), values_of(wanted)),
        terms(wanted.words),
        limit=limit,
        effort=most,
        backwards=order != "oldest",
        after=Place.of(after) if after is not None else None,
        start=to_micros(wanted.since) if wanted.since is not None else START,
        end=to_micros(wanted.until) if wanted.until is not None else END,
    )
    if not search.terms:
        return Found(())
    return (yield from by_score(search) if order == "priority" else by_time(search))


def _is_nothing(wanted: Filter) -> Query[bool]:
    """Whether what is kept of the numbers says that there can be no such comment."""
    counts = yield from tally.counts()
    return not any(count.number > 0 and _counts(wanted, count.key) for count in counts)


@dataclass(frozen=True, slots=True)
class Total:
    """How many comments a filter finds; at least so many, where they are not `exact`."""

    number: int
    exact: bool = True


def total(wanted: Filter) -> Query[Total]:
    """How many a filter finds: kept, or counted among the newest COUNTED that may be meant.

    Of what words find some 1,000 are counted.
    """
    if wanted.words:
        found = yield from _places(wanted, "newest", None, FOUND, MOST * PER_COMMENT)
        number = len(found.places)
        return Total(number, exact=found.stopped is None and number < FOUND)
    if _is_kept(wanted):
        counts = yield from tally.counts()
        return Total(sum(count.number for count in counts if _counts(wanted, count.key)))
    number, exact = 0, True
    walked = ways(wanted, "newest")
    for walk, values in walked:
        more, whole = yield from walks.count(walk, values, most=COUNTED // len(walked))
        number, exact = number + more, exact and whole
    return Total(number, exact)


def _is_kept(wanted: Filter) -> bool:
    """Whether a filter asks for nothing but what is kept a tally of."""
    return wanted == Filter(
        status=wanted.status,
        waiting_for=wanted.waiting_for,
        kind=wanted.kind,
        type=wanted.type,
        site=wanted.site,
        sites=wanted.sites,
    )


def _counts(wanted: Filter, key: tally.Key) -> bool:
    asked = (
        (wanted.status, key.status),
        (wanted.waiting_for, key.waiting_for),
        (wanted.kind, key.kind),
        (wanted.type, key.type),
        (wanted.site, key.site),
    )
    here = not wanted.sites or key.site in wanted.sites
    return here and all(value is None or value == has for value, has in asked)


NEWS = (
    select(comment.c.id)
    .where(
        comment.c.status == Status.HELD,
        comment.c.waiting_for == WaitingFor.MODERATOR,
        comment.c.told_at > bindparam("since", type_=comment.c.told_at.type),
    )
    .limit(1)
)


def has_news(since: datetime) -> Query[bool]:
    """Whether anything waits for a moderator that there was no cause to tell of before."""
    rows = yield NEWS, {"since": since}
    return bool(rows)


STIRRED = (
    select(comment.c.id)
    .where(
        comment.c.status == bindparam("status", type_=comment.c.status.type),
        comment.c.status_at >= bindparam("moment", type_=comment.c.status_at.type),
    )
    .order_by(comment.c.status_at.desc(), comment.c.id.desc())
    .limit(bindparam("limit"))
)
REWRITTEN = (
    select(comment.c.id)
    .where(EDITED, comment.c.edited_at >= bindparam("moment", type_=comment.c.edited_at.type))
    .order_by(comment.c.edited_at.desc(), comment.c.id.desc())
    .limit(bindparam("limit"))
)


def stirred(wanted: Filter, since: datetime, *, limit: int) -> Query[Sequence[Comment]]:
    """List what came, was decided or edited since a moment, the newest first.

    It is for what happened of late, of one status: the few that it is are looked up.
    """
    asked = {"status": wanted.status, "moment": since, "limit": limit}
    ids = {row[0] for row in (yield STIRRED, asked)}
    ids |= {row[0] for row in (yield REWRITTEN, asked)}
    if not ids:
        return []
    rows = yield walks.among(names_of(wanted)), values_of(wanted) | {"ids": sorted(ids)}
    found = [as_comment(row) for row in rows]
    if wanted.words:
        saying = yield from among((c.id for c in found), terms(wanted.words))
        found = [c for c in found if c.id in saying]
    return walks.in_order(found, "newest")[:limit]
