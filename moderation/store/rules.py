"""The owner's rules: adding, removing and finding them, and what they were found to fit."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import bindparam, delete, func, select, update

from moderation.domain.comment import Comment
from moderation.domain.rule import Rule, What
from moderation.store.comments import COLUMNS, as_comment
from moderation.store.contract import Query, Row
from moderation.store.tables import comment, rule, rule_edition, rule_hit
from moderation.store.upsert import insert_or_leave, upsert

THE_EDITION = "rules"
_COLUMNS = (
    rule.c.id,
    rule.c.site,
    rule.c.what,
    rule.c.value,
    rule.c.key,
    rule.c.verdict,
    rule.c.note,
    rule.c.made_by,
    rule.c.made_at,
    rule.c.expires_at,
    rule.c.decision_id,
    rule.c.hits,
    rule.c.hit_at,
    rule.c.removed_by,
    rule.c.removed_at,
)


def _rule(row: Row) -> Rule:
    return Rule(*row)


EDITION = select(rule_edition.c.number).where(rule_edition.c.name == THE_EDITION)


def edition() -> Query[int]:
    """A number that grows with every change of the rules."""
    rows = yield EDITION, {}
    return rows[0][0] if rows else 0


_next = upsert(rule_edition)
NEXT = _next.on_conflict_do_update(
    index_elements=[rule_edition.c.name], set_={"number": rule_edition.c.number + 1}
)


def changed() -> Query[None]:
    """Have every process read the rules again."""
    yield NEXT, {"name": THE_EDITION, "number": 1}


_live = rule.c.removed_at.is_(None)
_by_age = (rule.c.made_at, rule.c.id)
LIVE = select(*_COLUMNS).where(_live).order_by(*_by_age)


def live() -> Query[tuple[int, list[Rule]]]:
    """All rules that are not removed, oldest first, those past their time too; their edition."""
    number = yield from edition()
    rows = yield LIVE, {}
    return number, [_rule(row) for row in rows]


COUNT = select(func.count()).select_from(rule).where(_live)


def count() -> Query[int]:
    rows = yield COUNT, {}
    number: int = rows[0][0]
    return number


REMOVED = (
    select(*_COLUMNS)
    .where(rule.c.removed_at.is_not(None))
    .order_by(rule.c.removed_at.desc(), rule.c.id.desc())
    .limit(bindparam("limit"))
)


def removed(*, limit: int) -> Query[list[Rule]]:
    """The rules removed last."""
    rows = yield REMOVED, {"limit": limit}
    return [_rule(row) for row in rows]


BY_ID = select(*_COLUMNS).where(rule.c.id == bindparam("id"))


def by_id(rule_id: str) -> Query[Rule | None]:
    rows = yield BY_ID, {"id": rule_id}
    return _rule(rows[0]) if rows else None


ADD = insert_or_leave(rule).returning(rule.c.id)
CLEAR = (
    update(rule)
    .where(
        rule.c.site == bindparam("of_site"),
        rule.c.what == bindparam("of_what", type_=rule.c.what.type),
        rule.c.key == bindparam("of_key"),
        _live,
        rule.c.expires_at <= bindparam("now", type_=rule.c.made_at.type),
    )
    .values(removed_at=rule.c.expires_at)
)


def add(new: Rule) -> Query[bool]:
    """Add a rule; False where there is one like it that counts still."""
    of = {"of_site": new.site, "of_what": new.what, "of_key": new.key}
    yield CLEAR, {**of, "now": new.made_at}
    values = {column.name: getattr(new, column.name) for column in _COLUMNS}
    rows = yield ADD, values
    if rows:
        yield from changed()
    return bool(rows)


REMOVE = (
    update(rule)
    .where(rule.c.id == bindparam("rule"), _live)
    .values(removed_at=bindparam("at"), removed_by=bindparam("by"))
    .returning(rule.c.id)
)


def remove(rule_id: str, by: str, at: datetime) -> Query[bool]:
    """Take a rule out of force; False where it was already. Its row and its hits stay."""
    rows = yield REMOVE, {"rule": rule_id, "by": by, "at": at}
    if rows:
        yield from changed()
    return bool(rows)


HIT = insert_or_leave(rule_hit).returning(rule_hit.c.rule_id)
HITS = (
    update(rule)
    .where(rule.c.id == bindparam("rule"))
    .values(hits=rule.c.hits + 1, hit_at=bindparam("at"))
)


def note_hits(comment_id: str, rule_ids: Iterable[str], at: datetime) -> Query[None]:
    """Note that rules fit a comment; each is counted once for it."""
    for rule_id in sorted(set(rule_ids)):
        rows = yield HIT, {"rule_id": rule_id, "comment_id": comment_id, "at": at}
        if rows:
            yield HITS, {"rule": rule_id, "at": at}


HITS_OF = select(rule_hit.c.rule_id, rule_hit.c.comment_id).where(
    rule_hit.c.comment_id.in_(bindparam("comments", expanding=True))
)


def hits_of(comment_ids: Iterable[str]) -> Query[frozenset[tuple[str, str]]]:
    """Which rules were found to fit some comments: rule and comment."""
    rows = yield HITS_OF, {"comments": sorted(set(comment_ids))}
    return frozenset((row[0], row[1]) for row in rows)


HIT_COMMENTS = (
    select(*COLUMNS)
    .join(rule_hit, rule_hit.c.comment_id == comment.c.id)
    .where(rule_hit.c.rule_id == bindparam("rule"), comment.c.id < bindparam("before_id"))
    .order_by(comment.c.id.desc())
    .limit(bindparam("limit"))
)


def hit_comments(rule_id: str, *, limit: int, before_id: str = "~") -> Query[Sequence[Comment]]:
    """The newest comments a rule was found to fit, of those that are kept still."""
    rows = yield HIT_COMMENTS, {"rule": rule_id, "before_id": before_id, "limit": limit}
    return [as_comment(row) for row in rows]


OF_DECISION = select(*_COLUMNS).where(rule.c.decision_id == bindparam("decision"))


def of_decision(decision_id: str) -> Query[list[Rule]]:
    """The rules that a decision made, those that were removed since too."""
    rows = yield OF_DECISION, {"decision": decision_id}
    return [_rule(row) for row in rows]


OF_KEY = select(*_COLUMNS).where(
    rule.c.what == bindparam("of_what", type_=rule.c.what.type),
    rule.c.key == bindparam("of_key"),
    _live,
)


def of_key(what: What, key: str) -> Query[list[Rule]]:
    """The rules about one thing, of all sites."""
    rows = yield OF_KEY, {"of_what": what, "of_key": key}
    return [_rule(row) for row in rows]


LONG_REMOVED = (
    select(rule.c.id)
    .where(rule.c.removed_at < bindparam("before", type_=rule.c.made_at.type))
    .order_by(rule.c.removed_at, rule.c.id)
    .limit(1)
)
SOME_HITS = (
    select(rule_hit.c.comment_id)
    .where(rule_hit.c.rule_id == bindparam("rule"))
    .order_by(rule_hit.c.comment_id)
    .limit(bindparam("limit"))
)
FORGET_HITS = delete(rule_hit).where(
    rule_hit.c.rule_id == bindparam("rule"),
    rule_hit.c.comment_id.in_(bindparam("comments", expanding=True)),
)
FORGET = delete(rule).where(rule.c.id == bindparam("rule"))


def forget(before: datetime, *, limit: int) -> Query[bool]:
    """Forget one rule that was removed before a moment, or `limit` of its hits; whether there may
    be more. What ended before is removed first.
    """
    _, kept = yield from live()
    for ended in kept:
        if ended.expires_at is not None and ended.expires_at < before:
            yield from remove(ended.id, "", ended.expires_at)
    removed = yield LONG_REMOVED, {"before": before}
    if not removed:
        return False
    asked = {"rule": removed[0][0]}
    hits = yield SOME_HITS, asked | {"limit": limit}
    if hits:
        yield FORGET_HITS, asked | {"comments": [row[0] for row in hits]}
    if len(hits) < limit:
        yield FORGET, asked
    return True
