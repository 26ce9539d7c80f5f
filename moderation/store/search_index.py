"""The index of words, read and kept true: which tokens stand in comments of which moment."""

import struct
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import bindparam, delete, insert, select, type_coerce, update

from moderation.store.columns import Whole
from moderation.store.contract import Query
from moderation.store.tables import comment, search_posting, search_segment
from moderation.text.terms import VERSION, Term, tokens

MAKING, DROPPED = 0, -1  # in place of a version
_SIZES = (1, 4, 16, 64, 256)  # of lists: few forms of a statement
SEGMENTS_AT_ONCE = 16

MOMENT = struct.Struct("<q")
came = type_coerce(comment.c.received_at, Whole)  # in microseconds, as the index has it


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of time that is indexed: from, and before until."""

    number: int
    start: int
    end: int


def padded(values: Sequence[int] | Sequence[bytes] | Sequence[str]) -> list[object]:
    """The values, the last one repeated up to a length that is often used."""
    size = next(size for size in _SIZES if size >= len(values))
    return [*values, *[values[-1]] * (size - len(values))]


READY = (
    select(search_segment.c.number, search_segment.c.from_at, search_segment.c.until_at)
    .where(search_segment.c.version == VERSION)
    .order_by(search_segment.c.from_at)
)


def ready() -> Query[Sequence[Segment]]:
    """All segments that can be searched, the oldest first: one for some thousand comments."""
    rows = yield READY, {}
    return [Segment(*row) for row in rows]


_in_segments = search_posting.c.segment.in_(bindparam("segments", expanding=True))
WITH_TOKEN = select(search_posting.c.segment, search_posting.c.times).where(
    _in_segments, search_posting.c.token == bindparam("token")
)
BEGINNING = select(search_posting.c.segment, search_posting.c.times).where(
    _in_segments,
    search_posting.c.token >= bindparam("token"),
    search_posting.c.token < bindparam("beyond"),
)


def holding(
    segments: Sequence[int], terms: Iterable[Term]
) -> Query[tuple[dict[int, set[int]], int]]:
    """When comments came that may hold all terms, by segment; and how many rows that took.

    A segment without any is left out. At most 16 segments.
    """
    found: dict[int, set[int]] | None = None
    took = 0
    asked = {one for term in terms for one in term.looked_up}
    for one in sorted(asked, key=lambda one: (one.begins, -len(one.token), one.token)):
        left = list(segments) if found is None else list(found)
        if not left:
            break
        token = _encoded(one.token)
        values = {"segments": padded(left), "token": token}
        if one.begins:
            rows = yield BEGINNING, values | {"beyond": token[:-1] + bytes([token[-1] + 1])}
        else:
            rows = yield WITH_TOKEN, values
        took += len(left) + len(rows)
        having: dict[int, set[int]] = {}
        for segment, times in rows:
            both = unpack(times) if found is None else _among(found[segment], times)
            having.setdefault(segment, set()).update(both)
        found = {number: here for number, here in having.items() if here}
    return found or {}, took


def _among(few: set[int], times: bytes) -> Iterable[int]:
    """Which of some moments are in a posting; of few only they are looked for in it."""
    if len(few) * 32 > len(times) // 8:
        return few.intersection(unpack(times))
    return [at for at in few if _holds(times, at)]


def _holds(times: bytes, at: int) -> bool:
    low, high = 0, len(times) // 8
    while low < high:
        middle = (low + high) // 2
        here = MOMENT.unpack_from(times, middle * 8)[0]
        if here == at:
            return True
        if here < at:
            low = middle + 1
        else:
            high = middle
    return False


def unpack(times: bytes) -> tuple[int, ...]:
    return struct.unpack(f"<{len(times) // 8}q", times)


def pack(times: Iterable[int]) -> bytes:
    known = sorted(times)
    return struct.pack(f"<{len(known)}q", *known)


def _encoded(token: str) -> bytes:
    return token.encode("utf-8", "replace")


AT = (
    select(
        search_segment.c.number,
        search_segment.c.until_at,
        search_segment.c.version,
        search_segment.c.size,
    )
    .where(search_segment.c.from_at <= bindparam("at"))
    .order_by(search_segment.c.from_at.desc())
    .limit(1)
    .with_for_update()  # two that change one posting wait for each other here
)
DROP = (
    update(search_segment)
    .where(search_segment.c.number == bindparam("segment"))
    .values(version=DROPPED)
)
RESIZE = (
    update(search_segment)
    .where(search_segment.c.number == bindparam("segment"))
    .values(size=search_segment.c.size - 1)
)
WORDS = select(came, comment.c.words).where(comment.c.id == bindparam("id"))
BESIDES = select(comment.c.words).where(
    came == bindparam("at", type_=Whole), comment.c.id != bindparam("id")
)


def came_late(at: int) -> Query[None]:
    """A comment is new that bears a time of long ago: what is indexed around it is made anew."""
    rows = yield AT, {"at": at}
    if rows and at < rows[0][1]:
        yield DROP, {"segment": rows[0][0]}


def changes(comment_id: str, words: str | None) -> Query[None]:
    """Bring the index to a comment's changed words (None: it goes), before they change.

    Words that are gone are in no posting any more when this is committed. A segment that is
    being made, or was by another version, is dropped: its comments are looked through.
    """
    rows = yield WORDS, {"id": comment_id}
    if not rows or rows[0][1] == words:
        return
    at, before = rows[0]
    rows = yield AT, {"at": at}
    if not rows or at >= rows[0][1]:
        return
    segment, _, version, _ = rows[0]
    if version != VERSION:
        if version != DROPPED:
            yield DROP, {"segment": segment}
        return
    had, has = tokens(before), tokens(words or "")
    stays = yield BESIDES, {"at": at, "id": comment_id}
    for (others,) in stays:  # of the same microsecond
        has |= tokens(others)
    yield from _alter(segment, at, gone=had - has, new=has - had)
    if words is None:
        yield RESIZE, {"segment": segment}


POSTINGS = select(search_posting.c.token, search_posting.c.times).where(
    search_posting.c.segment == bindparam("segment"),
    search_posting.c.token.in_(bindparam("tokens", expanding=True)),
)
_one = (
    search_posting.c.segment == bindparam("of_segment"),
    search_posting.c.token == bindparam("of_token"),
)
SET = update(search_posting).where(*_one).values(times=bindparam("new_times"))
TAKE = delete(search_posting).where(*_one)
ADD = insert(search_posting)


def _alter(segment: int, at: int, *, gone: set[str], new: set[str]) -> Query[None]:
    """Take a moment out of the postings of some tokens, and put it into others'."""
    wanted = sorted(_encoded(token) for token in gone | new)
    known: dict[bytes, set[int]] = {}
    for first in range(0, len(wanted), _SIZES[-1]):
        part = padded(wanted[first : first + _SIZES[-1]])
        rows = yield POSTINGS, {"segment": segment, "tokens": part}
        known |= {token: set(unpack(times)) for token, times in rows}
    added = {_encoded(token) for token in new}
    after = {
        t: known.get(t, set()) | {at} if t in added else known.get(t, set()) - {at} for t in wanted
    }
    yield TAKE, [_place(segment, t) for t in wanted if t in known and not after[t]]
    yield (
        SET,
        [
            _place(segment, t) | {"new_times": pack(after[t])}
            for t in wanted
            if t in known and after[t] and after[t] != known[t]
        ],
    )
    yield (
        ADD,
        [
            {"segment": segment, "token": t, "times": pack(after[t])}
            for t in wanted
            if t not in known and after[t]
        ],
    )


def _place(segment: int, token: bytes) -> dict[str, object]:
    return {"of_segment": segment, "of_token": token}


def postings(segment: int, rows: Iterable[tuple[int, str]]) -> Sequence[Mapping[str, object]]:
    """What is to be kept of a segment's comments, each with the moment it came, in order."""
    times: dict[str, set[int]] = {}
    for at, words in rows:
        for token in tokens(words):
            times.setdefault(token, set()).add(at)
    encoded: dict[bytes, set[int]] = {}
    for token, found in times.items():
        encoded.setdefault(_encoded(token), set()).update(found)
    return [
        {"segment": segment, "token": token, "times": pack(encoded[token])}
        for token in sorted(encoded)
    ]
