"""Search in any order of the queue: by time as it comes, by score by what is rarer."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import replace

from sqlalchemy import bindparam, select

from moderation.store.contract import Query
from moderation.store.search import BATCH, FIRST_BATCH, LOOKED_UP, Found, Place, Search, by_time
from moderation.store.search_index import SEGMENTS_AT_ONCE, Segment, holding, padded, ready
from moderation.store.search_sieve import statements
from moderation.store.tables import comment
from moderation.text.terms import Term

FEW = 100  # found comments that are sorted; of more the queue is walked in its order
FIRST = Place(-1e300, 0, "0")


def by_score(search: Search) -> Query[Found]:
    """Search in the order of score, time and id."""
    few = replace(
        search, limit=FEW, effort=search.effort // 4, after=None, backwards=True, found=[]
    )
    found = yield from by_time(few)
    search.effort -= search.effort // 4 - few.effort
    if found.stopped is None and len(found.places) < FEW:
        mark = search.after or FIRST
        return Found([place for place in sorted(found.places) if place > mark][: search.limit])
    return (yield from _walk(search))


def _walk(search: Search) -> Query[Found]:
    """Take the queue in its order, and of it what the index names."""
    made = statements(search.sieve.names)
    mark = search.after or FIRST
    for batch in (FIRST_BATCH, BATCH):  # what is common is among them
        rows = yield made.scored, search.values | _behind(mark, batch)
        search.found += sorted(search.fitting(rows))
        if search.full or len(rows) < batch:
            return Found(search.found[: search.limit])
        mark = Place(*rows[-1][:3])
        if search.effort <= 0:
            return Found(search.found, mark)
    segments = yield from ready()
    known: dict[int, set[int]] = {}
    while True:
        rows = yield made.by_score, search.sieve.values | _behind(mark, BATCH)
        places = [Place(*row) for row in rows]
        search.effort -= len(places)
        named = yield from _named(search, places, segments, known)
        for at in range(0, len(named), LOOKED_UP):
            part = named[at : at + LOOKED_UP]
            values = {"s_ids": padded([place.id for place in part])}
            found = yield made.named, search.sieve.values | values
            search.found += sorted(search.fitting(found))
            if search.full:
                return Found(search.found[: search.limit])
        if len(places) < BATCH:
            return Found(search.found)
        mark = places[-1]
        if search.effort <= 0:
            return Found(search.found, mark)


def _behind(mark: Place, rows: int) -> dict[str, object]:
    return {"s_score": mark.score, "s_at": mark.at, "s_id": mark.id, "s_rows": rows}


def _named(
    search: Search,
    places: list[Place],
    segments: Sequence[Segment],
    known: dict[int, set[int]],
) -> Query[list[Place]]:
    """Of some places those that the index names, or does not know."""
    of = {place: _segment(segments, place.at) for place in places}
    missing = sorted({number for number in of.values() if number is not None} - known.keys())
    for at in range(0, len(missing), SEGMENTS_AT_ONCE):
        part = missing[at : at + SEGMENTS_AT_ONCE]
        times, took = yield from holding(part, search.terms)
        search.effort -= took
        known |= {number: times.get(number, set()) for number in part}
    return [place for place, number in of.items() if number is None or place.at in known[number]]


def _segment(segments: Sequence[Segment], at: int) -> int | None:
    """The segment that a moment lies in."""
    place = bisect_right(segments, at, key=lambda one: one.start) - 1
    return segments[place].number if place >= 0 and at < segments[place].end else None


SAID = select(comment.c.id, comment.c.words).where(
    comment.c.id.in_(bindparam("ids", expanding=True))
)


def among(ids: Iterable[str], terms: Sequence[Term]) -> Query[set[str]]:
    """Which of a few comments hold all terms."""
    wanted = sorted(ids)
    if not wanted or not terms:
        return set()
    rows = yield SAID, {"ids": wanted}
    return {row[0] for row in rows if all(term.is_in(row[1]) for term in terms)}
