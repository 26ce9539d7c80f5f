"""Segments of the index of words: what there is to be made, made a slice at a time, and dropped."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile

from sqlalchemy import bindparam, delete, func, insert, select, tuple_, update

from moderation.store.columns import Whole
from moderation.store.contract import Query
from moderation.store.search_index import DROP, DROPPED, MAKING, Segment, came
from moderation.store.tables import comment, search_posting, search_segment
from moderation.text.terms import VERSION

SIZE = 4096  # comments of a segment
PART = 512  # of one that is made of what came last, until there are enough for a whole one
START = -(1 << 62)  # microseconds: before everything

ALL = select(
    search_segment.c.number,
    search_segment.c.from_at,
    search_segment.c.until_at,
    search_segment.c.version,
    search_segment.c.size,
).order_by(search_segment.c.from_at)
_start, _end = bindparam("start", type_=Whole), bindparam("end", type_=Whole)
_within = (came >= _start, came < _end)
TIMES = select(came).where(*_within).order_by(came).limit(bindparam("limit"))


def unmade(*, before: int, size: int = SIZE, part: int = PART) -> Query[tuple[int, int] | None]:
    """The oldest stretch of time that is to be a segment: from, and until; None where none is.

    Nothing that came at `before` or later (microseconds): it may not be committed yet. Before
    the first segment only what is a whole one; behind the last a part of one will do, since
    what came last is looked through by every search. A store that has none yet is small.
    """
    rows = yield ALL, {}
    edges = [(row[1], row[2]) for row in rows]
    starts = [START, *(end for _, end in edges)]
    ends = [*(start for start, _ in edges), before]
    for number, (start, end) in enumerate(zip(starts, ends, strict=True)):
        if start >= end:
            continue
        found = yield TIMES, {"start": start, "end": end, "limit": size}
        times = [row[0] for row in found]
        if len(times) >= size:
            return (times[0] if start == START else start), times[-1] + 1
        if 0 < number < len(edges):  # between two: a dropped one was here
            return start, end
        if number > 0 and len(times) >= part:
            return start, times[-1] + 1
    return None


BEGIN = insert(search_segment)
NEXT_NUMBER = select(func.max(search_segment.c.number))


def begin(start: int, end: int) -> Query[Segment]:
    """Make an empty segment: from now on a change of what came within it drops it."""
    rows = yield NEXT_NUMBER, {}
    number = (rows[0][0] or 0) + 1
    values = {"number": number, "from_at": start, "until_at": end, "version": MAKING, "size": 0}
    yield BEGIN, values
    return Segment(number, start, end)


@dataclass(frozen=True, slots=True)
class State:
    """What must be the same from the reading of a stretch to the end."""

    comments: int
    versions: int  # the sum of theirs


STATE = select(func.count(), func.coalesce(func.sum(comment.c.version), 0)).where(*_within)
WORDS = (
    select(came, comment.c.id, comment.c.words)
    .where(
        *_within,
        tuple_(came, comment.c.id)
        > tuple_(bindparam("at", type_=Whole), bindparam("id", type_=comment.c.id.type)),
    )
    .order_by(came, comment.c.id)
    .limit(bindparam("limit"))
)


def state(segment: Segment) -> Query[State]:
    rows = yield STATE, {"start": segment.start, "end": segment.end}
    return State(int(rows[0][0]), int(rows[0][1]))


def words(
    segment: Segment, after: tuple[int, str], *, limit: int
) -> Query[Sequence[tuple[int, str, str]]]:
    """When comments came, their ids and folded words, behind a place, in order."""
    at, ident = after
    rows = yield (
        WORDS,
        {"start": segment.start, "end": segment.end, "at": at, "id": ident, "limit": limit},
    )
    return [(row[0], row[1], row[2]) for row in rows]


STILL = (
    select(search_segment.c.version)
    .where(search_segment.c.number == bindparam("segment"))
    .with_for_update()
)
FILL = insert(search_posting)
FINISH = (
    update(search_segment)
    .where(search_segment.c.number == bindparam("of_segment"))
    .values(version=VERSION, size=bindparam("new_size"))
)


def fill(segment: Segment, postings: Sequence[Mapping[str, object]]) -> Query[bool]:
    """Add some postings; False where the segment was dropped meanwhile."""
    rows = yield STILL, {"segment": segment.number}
    if not rows or rows[0][0] != MAKING:
        return False
    yield FILL, postings
    return True


def finish(segment: Segment, read: State) -> Query[bool]:
    """Have it searched from now on; False where it was dropped, or something changed within."""
    rows = yield STILL, {"segment": segment.number}
    now = yield from state(segment)
    if not rows or rows[0][0] != MAKING or now != read:
        return False
    yield FINISH, {"of_segment": segment.number, "new_size": now.comments}
    return True


LAST = (
    select(
        search_segment.c.number,
        search_segment.c.from_at,
        search_segment.c.until_at,
        search_segment.c.size,
    )
    .where(search_segment.c.version == VERSION)
    .order_by(search_segment.c.from_at.desc())
    .limit(bindparam("limit"))
)
HOW_MANY = select(func.count()).where(*_within)


def check(*, last: int) -> Query[None]:
    """Drop those of the last segments in which comments came that they do not know.

    That is what a clock leads to which was set back by more than some minutes.
    """
    rows = yield LAST, {"limit": last}
    for number, start, end, size in rows:
        found = yield HOW_MANY, {"start": start, "end": end}
        if found[0][0] != size:
            yield DROP, {"segment": number}


def unite(*, last: int, size: int = SIZE, part: int = PART) -> Query[None]:
    """Drop the parts at the end once they come to a whole segment: as that they are made anew.

    Until it is there they are looked through. A segment of which half was removed is a part too,
    and of parts that lost most of theirs so many are made into one as a whole one has.
    """
    rows = yield LAST, {"limit": last}
    parts = list(takewhile(lambda row: row[3] < size // 2, rows))
    if sum(row[3] for row in parts) >= size or len(parts) >= max(size // part, 2):
        for number, *_ in parts:
            yield DROP, {"segment": number}


USELESS = select(search_segment.c.number).where(search_segment.c.version != VERSION)
TOKENS = (
    select(search_posting.c.token)
    .where(search_posting.c.segment == bindparam("segment"))
    .order_by(search_posting.c.token)
    .limit(bindparam("limit"))
)
TAKE_POSTINGS = delete(search_posting).where(
    search_posting.c.segment == bindparam("segment"),
    search_posting.c.token <= bindparam("token"),
)
TAKE = delete(search_segment).where(search_segment.c.number == bindparam("segment"))
FORSAKE = (
    update(search_segment)
    .where(search_segment.c.number == bindparam("of_segment"))
    .values(version=DROPPED)
)


def clear(*, limit: int) -> Query[bool]:
    """Take away some of what no search looks at; False where nothing is left of it."""
    useless = yield USELESS, {}
    if not useless:
        return False
    (number,) = useless[0]
    tokens = yield TOKENS, {"segment": number, "limit": limit}
    if tokens:
        yield FORSAKE, {"of_segment": number}  # nobody is to go on with making it
        yield TAKE_POSTINGS, {"segment": number, "token": tokens[-1][0]}
    else:
        yield TAKE, {"segment": number}
    return True
