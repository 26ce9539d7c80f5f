"""Search: what a sieve lets through and all terms stand in, a page at a time, from the index.

Time is parted into segments of the index and what lies between them. In a segment the index
names the moments at which comments came that may hold all terms; between them, which is
mostly what came last, the comments are looked through in order. Either way a comment is
found only when the terms stand in its words: the answer does not depend on how much is indexed,
nor on the engine. `effort` bounds the work: where it is done the search ends at a place, to go on
from there.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from moderation.domain.clock import from_micros, to_micros
from moderation.store.contract import Query, Row
from moderation.store.search_index import SEGMENTS_AT_ONCE, holding, padded, ready
from moderation.store.search_sieve import Sieve, like, statements
from moderation.store.walks import Mark
from moderation.text.terms import Term

# Work: moments and rows of the index count one, a comment looked at so much, and so much more
# if its words are read here.
LOOK, READ = 3, 10
BATCH = 1000  # comments looked through at once
FIRST_BATCH = 128
DENSE = 512  # moments of a segment: its comments are looked through
LOOKED_UP = 64  # moments, or ids, looked up at once
START, END = -(1 << 62), 1 << 62  # microseconds; no comment is as old, or as new
FIRST_ID, LAST_ID = "0", "z" * 20  # before and behind every id, in any collation


class Place(NamedTuple):
    """Where a comment stands in an order."""

    score: float
    at: int  # microseconds
    id: str

    @classmethod
    def of(cls, mark: Mark) -> "Place":
        return cls(mark.score, to_micros(mark.at), mark.id)

    def mark(self) -> Mark:
        return Mark(from_micros(self.at), self.id, self.score)


@dataclass(frozen=True, slots=True)
class Found:
    places: Sequence[Place]
    stopped: Place | None = None  # looked at enough: go on behind this place


@dataclass(frozen=True, slots=True)
class Stretch:
    """A piece of time: a segment, or what is not indexed."""

    start: int
    end: int
    segment: int | None = None


@dataclass(slots=True)
class Search:
    """One search, as far as it has come."""

    sieve: Sieve
    terms: Sequence[Term]
    limit: int
    effort: int  # rows that may still be looked at
    backwards: bool = True  # the newest first
    after: Place | None = None
    start: int = START  # what came before is not wanted, nor what came …
    end: int = END  # … then or later
    found: list[Place] = field(default_factory=list)
    reached: Place | None = None  # all before it is looked at

    @property
    def full(self) -> bool:
        return len(self.found) >= self.limit

    @property
    def values(self) -> dict[str, object]:
        """What the sieve wants, and letters that stand in every text the terms are in."""
        letters = max((term.stretch for term in self.terms), key=len)
        return self.sieve.values | {"s_like": like(letters)}

    def holds(self, words: str) -> bool:
        return all(term.is_in(words) for term in self.terms)

    def fitting(self, rows: Sequence[Row]) -> list[Place]:
        """Which of looked up rows the terms are in."""
        read = [row for row in rows if row[3] is not None]
        self.effort -= len(rows) * LOOK + len(read) * READ
        return [Place(*row[:3]) for row in read if self.holds(row[3])]

    def take(self, rows: Sequence[Row]) -> None:
        """Keep of looked up rows those that are found, in the order of time."""
        here = sorted(self.fitting(rows), key=lambda place: place[1:], reverse=self.backwards)
        self.found += [place for place in here if self._is_ahead(place)]

    def _is_ahead(self, place: Place) -> bool:
        if self.after is None:
            return True
        return (place[1:] < self.after[1:]) if self.backwards else (place[1:] > self.after[1:])

    def through(self, at: int) -> None:
        """All that came at this moment, and all before it in order, is looked at."""
        self.reached = Place(0.0, at, FIRST_ID if self.backwards else LAST_ID)


def by_time(search: Search) -> Query[Found]:
    """Search from the newest, or from the oldest."""
    stretches = yield from _stretches(search)
    for group in _groups(stretches):
        if search.effort <= 0 and search.reached is not None:
            return Found(search.found, search.reached)
        numbers = [one.segment for one in group if one.segment is not None]
        times: Mapping[int, set[int]] = {}
        if numbers:
            times, took = yield from holding(numbers, search.terms)
            search.effort -= took
        for stretch, named in _parted(group, times):
            if named is None:
                whole = yield from _look_through(search, stretch)
            else:
                whole = yield from _look_up(search, stretch, named)
            if search.full:
                return Found(search.found[: search.limit])
            if not whole:
                return Found(search.found, search.reached)
            search.through(stretch.start if search.backwards else stretch.end - 1)
    return Found(search.found)


def _parted(
    group: Sequence[Stretch], times: Mapping[int, set[int]]
) -> Iterator[tuple[Stretch, set[int] | None]]:
    """What is looked at together: segments with few moments named, or (None) all of a stretch."""
    start, end, named = END, START, set[int]()
    for stretch in group:
        here = times.get(stretch.segment, set()) if stretch.segment is not None else None
        if here is not None and len(here) < DENSE:
            start, end = min(start, stretch.start), max(end, stretch.end)
            named |= here
            continue
        if start < end:
            yield Stretch(start, end), named
            start, end, named = END, START, set()
        yield stretch, None
    if start < end:
        yield Stretch(start, end), named


def _stretches(search: Search) -> Query[list[Stretch]]:
    """What is ahead, in order: segments, and what lies before, between and behind them."""
    segments = yield from ready()
    found, end = [], START
    for segment in segments:
        if end < segment.start:
            found.append(Stretch(end, segment.start))
        found.append(Stretch(segment.start, segment.end, segment.number))
        end = segment.end
    found.append(Stretch(end, END))
    if search.backwards:
        found.reverse()
    start, end = search.start, search.end
    if search.after is not None:
        _, at, ident = search.after  # of its moment there may be more, but behind an edge
        if search.backwards:
            end = min(end, at + (ident != FIRST_ID))
        else:
            start = max(start, at + (ident == LAST_ID))
    return [one for one in found if one.end > start and one.start < end]


def _groups(stretches: Sequence[Stretch]) -> Iterator[Sequence[Stretch]]:
    """Segments that follow each other, ever more at once; what is not indexed alone."""
    at, size = 0, 1
    while at < len(stretches):
        end = at + 1
        if stretches[at].segment is not None:
            while end < len(stretches) and end - at < size and stretches[end].segment is not None:
                end += 1
            size = min(size * 4, SEGMENTS_AT_ONCE)
        yield stretches[at:end]
        at = end


def _look_through(search: Search, stretch: Stretch) -> Query[bool]:
    """Look at comments one after the other; False where that was enough before the end."""
    statement = statements(search.sieve.names).through[search.backwards]
    if search.backwards:
        place = Place(0.0, stretch.end, FIRST_ID)
        if search.after is not None and search.after.at < stretch.end:
            place = search.after
    else:
        place = Place(0.0, stretch.start, FIRST_ID)
        if search.after is not None and search.after.at >= stretch.start:
            place = search.after
    batch = FIRST_BATCH
    while not search.full:
        values = {
            "s_start": stretch.start,
            "s_end": stretch.end,
            "s_at": place.at,
            "s_id": place.id,
            "s_rows": batch,
        }
        rows = yield statement, search.values | values
        search.take(rows)
        if len(rows) < batch:
            return True
        place = search.reached = Place(*rows[-1][:3])
        if search.effort <= 0:
            return False
        batch = min(batch * 4, BATCH)
    return True


def _look_up(search: Search, stretch: Stretch, times: set[int]) -> Query[bool]:
    """Look at what the index names; False where that was enough before the end."""
    if search.after is not None:
        at = search.after.at
        times = {t for t in times if (t <= at if search.backwards else t >= at)}
    left = sorted(times, reverse=search.backwards)
    made = statements(search.sieve.names)
    narrowed = not search.sieve.names
    while left and not search.full:
        part, left = left[:LOOKED_UP], left[LOOKED_UP:]
        before = len(search.found)
        rows = yield made.at, search.values | {"s_times": padded(part)}
        search.take(rows)
        search.effort -= len(part)
        search.through(part[-1])
        if not narrowed and len(left) > LOOKED_UP and len(search.found) - before < LOOKED_UP // 4:
            narrowed = True
            rows = yield (
                made.within,
                search.sieve.values
                | {
                    "s_start": stretch.start,
                    "s_end": stretch.end,
                },
            )
            search.effort -= len(rows)
            let = {row[0] for row in rows}
            left = [at for at in left if at in let]
        if left and search.effort <= 0:
            return False
    return True
