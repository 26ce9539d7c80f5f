"""The owner's rules: drawn up, put into force, taken out of it, brought back."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from moderation.checks._terms import read_term
from moderation.domain.clock import Clock
from moderation.domain.comment import Comment
from moderation.domain.errors import Duplicate, FieldFault, IllegalMove, InvalidFields, NotFound
from moderation.domain.ids import new_id
from moderation.domain.opinion import Verdict
from moderation.domain.rule import WRITABLE, Rule, What
from moderation.domain.site import Site
from moderation.flow.shelf import has_hosts
from moderation.store import rules
from moderation.store.contract import Query, Store
from moderation.text.clean import clean_text

MOST = 10_000  # rules at once
SLICE = 500  # rules of one commit
NOTE = 500  # characters
LONGEST = 3650  # days
SHOWN = 50  # hits, and rules that were removed


@dataclass(frozen=True, slots=True)
class Wish:
    """A rule as somebody asks for it."""

    what: str
    value: str
    verdict: str = Verdict.HOLD
    site: str = ""  # "" = all
    days: str = ""  # "" = for good
    note: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """All rules: those that count, those past their time, and those removed last."""

    live: tuple[Rule, ...]
    over: tuple[Rule, ...]
    removed: tuple[Rule, ...]


class OwnerRules:
    """Makes and unmakes rules. All of it stands in the rule's row: who and when."""

    def __init__(self, store: Store, sites: Sequence[Site], clock: Clock) -> None:
        self._store = store
        self._sites = frozenset(site.id for site in sites)
        self._clock = clock

    def draft(self, wish: Wish, who: str) -> Rule:
        """Read a wish. Raises InvalidFields with all that is wrong with it."""
        errors: list[FieldFault] = []
        now = self._clock.now()
        what, value, key = _term(wish, errors)
        if wish.verdict not in (Verdict.HOLD, Verdict.SPAM):
            errors.append(FieldFault("verdict", "malformed", "A rule holds, or says spam."))
        if wish.site and wish.site not in self._sites:
            errors.append(FieldFault("site", "malformed", "There is no such site."))
        expires_at = _expiry(wish.days, now, errors)
        note = _note(wish.note, errors)
        if errors:
            raise InvalidFields(errors)
        return Rule(
            id=new_id(now),
            site=wish.site,
            what=what,
            value=value,
            key=key,
            verdict=Verdict(wish.verdict),
            note=note,
            made_by=who,
            made_at=now,
            expires_at=expires_at,
        )

    async def add(self, rule: Rule) -> Rule:
        """Put a rule into force. Raises Duplicate where there is one like it, and Busy."""
        return await self._store.write(_add, rule)

    async def add_many(self, wanted: Sequence[Rule]) -> int:
        """Put many into force, in slices; how many are new. Raises IllegalMove past the most."""
        added = 0
        for at in range(0, len(wanted), SLICE):
            added += await self._store.write(_add_all, tuple(wanted[at : at + SLICE]))
        return added

    async def remove(self, rule_id: str, who: str) -> Rule:
        """Take a rule out of force. Raises NotFound and IllegalMove."""
        return await self._store.write(_remove, rule_id, who, self._clock.now())

    async def bring_back(self, rule_id: str, who: str) -> Rule:
        """Put a removed rule into force again, without its time limit: as a new one."""
        now = self._clock.now()
        return await self._store.write(_bring_back, rule_id, who, new_id(now), now)

    async def standing(self) -> Standing:
        now = self._clock.now()
        _, live = await self._store.read(rules.live)
        removed = await self._store.read(rules.removed, limit=SHOWN)
        return Standing(
            live=tuple(rule for rule in live if rule.holds_at(now)),
            over=tuple(rule for rule in live if not rule.holds_at(now)),
            removed=tuple(removed),
        )

    async def one(self, rule_id: str) -> tuple[Rule, Sequence[Comment]]:
        """A rule with the comments it was found to fit last. Raises NotFound."""
        return await self._store.read(_one, rule_id)


def _add(rule: Rule) -> Query[Rule]:
    if rule.what is What.LIST:
        yield from _check_list(rule)
    if (yield from rules.count()) >= MOST:
        raise IllegalMove(f"There are {MOST:,} rules already, which is the most.")
    if not (yield from rules.add(rule)):
        raise Duplicate("There is a rule like this already.")
    return rule


def _check_list(rule: Rule) -> Query[None]:
    """A list is switched over by switching it on: what it did before ends.

    Raises IllegalMove for one that is to be fetched first.
    """
    if not (yield from has_hosts(rule.key)):
        raise IllegalMove(
            f"The list “{rule.key}” does not come with the service: fetch it first, with"
            f" `rule lists refresh {rule.key}`."
        )
    for earlier in (yield from rules.of_key(What.LIST, rule.key)):
        if earlier.site == rule.site and earlier.verdict is not rule.verdict:
            yield from rules.remove(earlier.id, rule.made_by, rule.made_at)


def _add_all(wanted: Sequence[Rule]) -> Query[int]:
    if (yield from rules.count()) + len(wanted) > MOST:
        raise IllegalMove(f"That would be more than {MOST:,} rules, which is the most.")
    added = 0
    for rule in wanted:
        if rule.what is What.LIST:
            yield from _check_list(rule)
        added += yield from rules.add(rule)
    return added


def _known(rule_id: str) -> Query[Rule]:
    rule = yield from rules.by_id(rule_id)
    if rule is None:
        raise NotFound("There is no such rule.")
    return rule


def _remove(rule_id: str, who: str, now: datetime) -> Query[Rule]:
    rule = yield from _known(rule_id)
    if not (yield from rules.remove(rule_id, who, now)):
        by = f" by {rule.removed_by}" if rule.removed_by else ""
        raise IllegalMove(f"This rule was removed already{by}.")
    return rule


def _bring_back(rule_id: str, who: str, new: str, now: datetime) -> Query[Rule]:
    rule = yield from _known(rule_id)
    if rule.holds_at(now):
        raise IllegalMove("This rule is in force.")
    if rule.what is What.WAVE:
        raise IllegalMove("Decide on the comments of the wave again instead.")
    return (
        yield from _add(
            replace(
                rule,
                id=new,
                made_by=who,
                made_at=now,
                expires_at=None,
                hits=0,
                hit_at=None,
                removed_by="",
                removed_at=None,
            )
        )
    )


def _one(rule_id: str) -> Query[tuple[Rule, Sequence[Comment]]]:
    rule = yield from _known(rule_id)
    return rule, (yield from rules.hit_comments(rule_id, limit=SHOWN))


def _term(wish: Wish, errors: list[FieldFault]) -> tuple[What, str, str]:
    if wish.what not in WRITABLE:
        errors.append(FieldFault("what", "malformed", "Choose where the rule looks."))
        return What.PHRASE, "", ""
    what = What(wish.what)
    try:
        return what, *read_term(what, wish.value)
    except ValueError as error:
        errors.append(FieldFault("value", "malformed", str(error)))
        return what, "", ""


def _expiry(days: str, now: datetime, errors: list[FieldFault]) -> datetime | None:
    if not days.strip():
        return None
    number = int(days) if days.strip().isdecimal() and len(days) < 10 else 0
    if not 1 <= number <= LONGEST:
        message = f"Give whole days from 1 to {LONGEST:,}, or nothing for good."
        errors.append(FieldFault("days", "malformed", message))
        return None
    return now + timedelta(days=number)


def _note(raw: str, errors: list[FieldFault]) -> str:
    try:
        note = clean_text(raw, lines=False).strip()
    except ValueError as error:
        errors.append(FieldFault("note", "malformed", str(error)))
        return ""
    if len(note) > NOTE:
        errors.append(FieldFault("note", "too_long", f"At most {NOTE} characters."))
    return note
