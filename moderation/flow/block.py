"""Refusing sources at the door: which are met, and blocking and unblocking them."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from moderation.domain.block import Block, SourceDeed, SourceLine
from moderation.domain.clock import Clock
from moderation.domain.comment import WaitingFor
from moderation.domain.decision import Action, Actor
from moderation.domain.errors import Busy, Duplicate, FieldFault, Forbidden, InvalidFields, NotFound
from moderation.domain.ids import new_id
from moderation.domain.trust import SourcePlace
from moderation.flow.decide import Aim, Decide, Deed, Outcome
from moderation.store import blocks, source_deeds
from moderation.store.contract import Query, Store
from moderation.text.globs import Pattern
from moderation.text.suffixes import bare, domain_of, is_public
from moderation.text.urls import parse_http_url

MOST = 2000  # blocks; each that has a star in its host is looked at for each ping
AT_ONCE = 200  # that wait are moved in the same deed
LOOKED_AT = 10_000  # that wait, each for what
LONGEST_DAYS = 3660


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be blocked."""

    pattern: Pattern
    site: str = ""  # "" = every site
    days: int = 0  # 0 = until it is lifted
    move_waiting: bool = False  # what waits from there goes to spam in the same deed


@dataclass(frozen=True, slots=True)
class Added:
    """What came of it; `left` wait still, being too many for one deed."""

    block: Block
    outcome: Outcome | None
    left: int = 0


class Blocks:
    """The owner's list of sources that are refused."""

    def __init__(self, store: Store, decide: Decide, clock: Clock) -> None:
        self._store = store
        self._decide = decide
        self._clock = clock

    async def add(self, wanted: Wanted, actor: Actor) -> Added:
        """Block; raises Duplicate where just this is blocked, InvalidFields where it cannot be."""
        if not 0 <= wanted.days <= LONGEST_DAYS:
            message = f"A block lasts for 1 to {LONGEST_DAYS} days, or until it is lifted."
            raise InvalidFields([FieldFault("days", "malformed", message)])
        found: list[Aim] = []
        if wanted.move_waiting:
            waiting = await self._store.read(_waiting)
            found = await asyncio.to_thread(_meant, waiting, wanted)  # half a second for many
        reason = f"Its source was blocked: {wanted.pattern}."
        aims = found[:AT_ONCE]
        deed = await self._decide.prepared(aims, Action.SPAM, actor, reason)
        added = await self._store.write(self._add, wanted, actor, aims, deed)
        return replace(added, left=len(found) - len(aims))

    def _add(self, wanted: Wanted, actor: Actor, aims: Sequence[Aim], deed: Deed) -> Query[Added]:
        pattern, now = wanted.pattern, deed.now
        known = yield from blocks.same(wanted.site, pattern.host, pattern.path)
        if known is not None and known.holds(now):
            raise Duplicate(f"{pattern} is blocked already.")
        if (yield from blocks.count()) >= MOST:
            message = f"There are {MOST} blocks already: lift some, or use patterns."
            raise InvalidFields([FieldFault("pattern", "too_long", message)])
        outcome = None
        if aims:
            outcome = yield from self._decide.carried_out(aims, deed, frozenset())
        if known is not None:
            yield from blocks.remove(known.id)
        made = Block(
            id=new_id(now),
            site=wanted.site,
            host=pattern.host,
            path=pattern.path,
            by=actor.name,
            at=now,
            expires_at=now + timedelta(days=wanted.days) if wanted.days else None,
            decision_id=outcome.decision_id if outcome is not None else None,
        )
        yield from blocks.add(made)
        yield from source_deeds.add(_line(made, SourceDeed.BLOCK, actor, now))
        return Added(made, outcome)

    async def lift(self, block_id: str, actor: Actor) -> Block:
        """Take from that source again; raises NotFound."""
        return await self._store.write(self._lift, block_id, actor, self._clock.now())

    def _lift(self, block_id: str, actor: Actor, now: datetime) -> Query[Block]:
        lifted = yield from blocks.remove(block_id)
        if lifted is None:
            raise NotFound("This is not blocked any more.")
        yield from source_deeds.add(_line(lifted, SourceDeed.UNBLOCK, actor, now))
        return lifted

    async def page(self, *, before: str = "~", limit: int) -> Sequence[Block]:
        return await self._store.read(blocks.page, before=before, limit=limit)

    async def check(self, site: str, source: str) -> None:
        """Raise Forbidden for a source that is blocked, and count that it was met."""
        now = self._clock.now()
        found = await self._store.read(met, site, source, now)
        if found is not None:
            with suppress(Busy):  # it is refused all the same
                await self._store.write(blocks.hit, found.id, now)
            raise Forbidden("Pings from there are not accepted.")


def met(site: str, source: str, now: datetime) -> Query[Block | None]:
    """The block that refuses a source, if there is one."""
    try:
        url = parse_http_url(source)
    except ValueError:
        return None
    hosts = sorted({url.host, bare(url.host), *(f"*.{name}" for name in _above(url.host))})
    found = yield from blocks.candidates(site, hosts, now)
    return next((block for block in found if pattern_of(block).fits(url)), None)


def pattern_of(block: Block) -> Pattern:
    return Pattern(block.host, block.path)


def choices(source: str, place: SourcePlace | None) -> list[Pattern]:
    """What an owner may want to block who sees a ping: the author's path, the host, all of it."""
    try:
        url = parse_http_url(source)
    except ValueError:
        return []
    host = bare(url.host)
    found = [Pattern(host, place.path)] if place is not None and place.path != "/" else []
    domain = domain_of(url.host)
    below = [Pattern(f"*.{domain}")] if "." in domain and not is_public(domain) else []
    return [*found, Pattern(host), *(below if ":" not in host and not host[-1].isdigit() else [])]


def lift_of_decision(
    decision_id: str, actor: Actor, now: datetime, sites: frozenset[str]
) -> Query[None]:
    """A decision is taken back: what was blocked by it is blocked no more.

    Who may touch only `sites` (empty: all) leaves a block of another, or of every site.
    """
    for made in (yield from blocks.of_decision(decision_id)):
        if not sites or made.site in sites:
            yield from blocks.remove(made.id)
            yield from source_deeds.add(_line(made, SourceDeed.UNBLOCK, actor, now))


def _waiting() -> Query[list[blocks.Waiting]]:
    found: list[blocks.Waiting] = []
    for waiting_for in (WaitingFor.MODERATOR, WaitingFor.SOURCE):
        found += yield from blocks.waiting(waiting_for, limit=LOOKED_AT)
    return found


def _meant(waiting: Sequence[blocks.Waiting], wanted: Wanted) -> list[Aim]:
    """What waits from there, in the version it had when it was read."""
    return [
        Aim(comment_id, version)
        for comment_id, site, version, *addresses in waiting
        if wanted.site in ("", site) and _any_fits(wanted.pattern, addresses)
    ]


def _any_fits(pattern: Pattern, addresses: Sequence[str | None]) -> bool:
    return any(pattern.fits(parse_http_url(address)) for address in addresses if address)


def _above(host: str) -> list[str]:
    labels = host.split(".")
    return [".".join(labels[at:]) for at in range(len(labels))]


def _line(block: Block, deed: SourceDeed, actor: Actor, now: datetime) -> SourceLine:
    return SourceLine(new_id(now), now, actor, deed, block.site, str(pattern_of(block)))
