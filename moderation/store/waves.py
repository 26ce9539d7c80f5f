"""Waves of nearly identical comments: which wave a new one is of, and who else is."""

from collections.abc import Iterable, Mapping, Sequence, Set
from datetime import datetime
from functools import cache

from sqlalchemy import (
    CompoundSelect,
    Select,
    bindparam,
    delete,
    func,
    insert,
    select,
    union_all,
    update,
)

from moderation.domain.comment import Status, WaitingFor
from moderation.domain.wave import Group, Member, Signature
from moderation.store.contract import Query, Soon
from moderation.store.lists import lists_of
from moderation.store.tables import comment, sketch, wave_key
from moderation.text.shingles import likeness

ENOUGH = 0.4  # share of numbers in which two sketches agree: nearly the same text
BY_TIE = 0.35  # what counts where texts differ: less than the text, more than …
BY_HOST = 0.3  # … the host alone
BRANCHES = 24  # keys looked for at once: 16 of the text, up to 8 of hosts
NEWEST = 8  # comments looked at for each key
_NO_KEY = -1  # fills the statement up; no key is below zero


def _branch(number: int) -> Select[tuple[int, str]]:
    found = (
        select(wave_key.c.key, wave_key.c.comment_id)
        .where(
            wave_key.c.key == bindparam(f"key{number}", type_=wave_key.c.key.type),
            wave_key.c.comment_id != bindparam("besides"),
        )
        .order_by(wave_key.c.comment_id.desc())
        .limit(NEWEST)
        .subquery()
    )
    return select(found.c.key, found.c.comment_id)


@cache
def with_keys() -> CompoundSelect[tuple[int, str]]:
    """All branches as one statement, made when a comment is like another: it takes half a MB."""
    return union_all(*(_branch(number) for number in range(BRANCHES)))


ANYBODY = (
    select(wave_key.c.comment_id)
    .where(
        wave_key.c.key.in_(bindparam("keys", expanding=True)),
        wave_key.c.comment_id != bindparam("besides"),
    )
    .order_by(wave_key.c.key)  # else PostgreSQL expects to meet one soon, and reads from the start
    .limit(1)
)
THESE = (
    select(sketch.c.comment_id, sketch.c.sketch, comment.c.wave, comment.c.status)
    .join(comment, comment.c.id == sketch.c.comment_id)
    .where(sketch.c.comment_id.in_(bindparam("ids", expanding=True)))
)


def find(wanted: Signature, *, besides: str) -> Query[str | None]:
    """The wave that a comment is of; the id of the one other it is like; None of neither."""
    found = yield from _nearest(wanted, besides=besides)
    return found[0] if found is not None else None


def _nearest(wanted: Signature, *, besides: str) -> Query[tuple[str, bool] | None]:
    """The wave that a comment is of, and whether it is one already; None where it is of none.

    Few rows are looked at, whatever is stored: the 8 newest of each of at most 24 keys, and
    of a wave these are the same few comments. Most comments have no key in common with any
    other, which a short statement tells. Where several fit, the one whose text is nearest,
    then the older. Sharing a host counts for nothing where the other comment is approved: a
    good place may be linked by anybody.
    """
    keys = (*wanted.bands, *wanted.hosts, *wanted.ties)[:BRANCHES]
    if not keys or not (yield ANYBODY, {"keys": keys, "besides": besides}):
        return None
    full = (*keys, *[_NO_KEY] * (BRANCHES - len(keys)))
    rows = yield with_keys(), {f"key{n}": key for n, key in enumerate(full)} | {"besides": besides}
    shared: dict[str, set[int]] = {}
    for key, comment_id in rows:
        shared.setdefault(comment_id, set()).add(key)
    best: dict[str, float] = {}
    begun: set[str] = set()
    for some in lists_of(shared):
        for comment_id, of_text, wave, status in (yield THESE, {"ids": some}):
            weight = _weight(wanted, shared[comment_id], of_text, status)
            if weight:
                of = wave or comment_id
                best[of] = max(best.get(of, 0.0), weight)
                begun |= {wave} if wave else set()
    nearest = min(best, key=lambda of: (-best[of], of), default=None)
    return (nearest, nearest in begun) if nearest is not None else None


def _weight(wanted: Signature, shared: Set[int], of_text: bytes, status: Status) -> float:
    """How much ties a comment to another, with which it has some keys in common."""
    weight = 0.0
    if not shared.isdisjoint(wanted.bands):
        alike = likeness(wanted.sketch, of_text)
        weight = alike if alike >= ENOUGH else 0.0
    if not shared.isdisjoint(wanted.ties):
        weight = max(weight, BY_TIE)
    if status is not Status.APPROVED and not shared.isdisjoint(wanted.hosts):
        weight = max(weight, BY_HOST)
    return weight


FORGET_KEYS = delete(wave_key).where(wave_key.c.comment_id == bindparam("comment"))
ADD_KEYS = insert(wave_key)
FORGET_SKETCH = delete(sketch).where(sketch.c.comment_id == bindparam("comment"))
ADD_SKETCH = insert(sketch)
BEGIN = (
    update(comment)
    .where(comment.c.id == bindparam("first"), comment.c.wave.is_(None))
    .values(wave=bindparam("wave"))
)
JOIN = update(comment).where(comment.c.id == bindparam("comment")).values(wave=bindparam("wave"))


def keep(
    comment_id: str, signature: Signature, at: datetime, *, again: bool = False
) -> Query[None]:
    """Keep what a comment is found by, and let it join the wave it is of.

    `again`: its words have changed; it may be of another wave, or of none, from now on.
    """
    found = yield from _nearest(signature, besides=comment_id)
    wave, begun = found if found is not None else (None, False)
    if again:
        yield FORGET_KEYS, {"comment": comment_id}
        yield FORGET_SKETCH, {"comment": comment_id}
    if signature.keys:
        keys = [{"key": key, "comment_id": comment_id} for key in sorted(signature.keys)]
        yield Soon(ADD_KEYS, keys)
        yield Soon(ADD_SKETCH, {"comment_id": comment_id, "sketch": signature.sketch, "at": at})
    if wave is not None and not begun:
        yield BEGIN, {"first": wave, "wave": wave}
    if wave is not None or again:
        yield JOIN, {"comment": comment_id, "wave": wave}


OF = select(comment.c.id, comment.c.wave).where(
    comment.c.id.in_(bindparam("ids", expanding=True)), comment.c.wave.is_not(None)
)


def of_comments(ids: Iterable[str]) -> Query[Mapping[str, str]]:
    """The wave of each comment that is of one."""
    wanted = sorted(set(ids))
    if not wanted:
        return {}
    rows = yield OF, {"ids": wanted}
    return {row[0]: row[1] for row in rows}


_in_wave = (
    comment.c.wave == bindparam("wave"),
    comment.c.status == bindparam("status", type_=comment.c.status.type),
)
_waiting = comment.c.waiting_for == bindparam("waiting", type_=comment.c.waiting_for.type)
COUNT = select(func.count()).select_from(comment).where(*_in_wave)
MEMBERS = (
    select(
        comment.c.id,
        comment.c.version,
        comment.c.author_name,
        comment.c.html,
        comment.c.received_at,
    )
    .where(*_in_wave)
    .order_by(comment.c.id.desc())
    .limit(bindparam("limit"))
)
COUNT_WAITING, MEMBERS_WAITING = COUNT.where(_waiting), MEMBERS.where(_waiting)


def group(wave: str, status: Status, *, limit: int) -> Query[Group]:
    """What of a wave has a status, the newest first; of what is held, what waits for us."""
    values: dict[str, object] = {"wave": wave, "status": status}
    held = status is Status.HELD
    if held:
        values["waiting"] = WaitingFor.MODERATOR
    counted = yield COUNT_WAITING if held else COUNT, values
    rows = yield MEMBERS_WAITING if held else MEMBERS, values | {"limit": limit}
    return Group(wave, counted[0][0], tuple(Member(*row) for row in rows))


OLD = (
    select(sketch.c.comment_id)
    .where(sketch.c.at < bindparam("before", type_=sketch.c.at.type))
    .limit(bindparam("limit"))
)


def forget(before: datetime, *, limit: int) -> Query[int]:
    """Forget what old comments are found by; the waves they are of stand. How many it were."""
    rows = yield OLD, {"before": before, "limit": limit}
    old: Sequence[dict[str, object]] = [{"comment": row[0]} for row in rows]
    if old:
        yield FORGET_KEYS, old
        yield FORGET_SKETCH, old
    return len(old)
