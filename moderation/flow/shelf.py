"""The shelf of lists: what stands on it, which are on, and taking in a newer copy of one."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil

from moderation.checks._rulebook import lists_in
from moderation.checks._shelf import SHELF, Listing, pack, shipped_number
from moderation.checks._shelf.lines import read_lines
from moderation.domain.clock import Clock
from moderation.domain.errors import Busy, IllegalMove, NotFound
from moderation.domain.opinion import Verdict
from moderation.domain.rule import ListName, Rule
from moderation.flow.listed import Listed
from moderation.net.contract import Fetcher, NotReadable, TooBusy
from moderation.store import host_lists, rules
from moderation.store.contract import Query, Store
from moderation.store.host_lists import Head


@dataclass(frozen=True, slots=True)
class OnShelf:
    """A list as it stands."""

    listing: Listing
    number: int  # of hosts; 0 where it is to be fetched first
    fetched: Head | None  # None: as it came with the service
    rules: tuple[Rule, ...]  # that switch it on, for a site or for all
    in_file: Verdict | None  # what the settings file says


@dataclass(frozen=True, slots=True)
class Refreshed:
    """What a newer copy brought."""

    number: int
    added: int
    removed: int
    left_out: int  # lines that are no host, or one of everybody's


class Shelf:
    """Lists are switched on by rules; here is what else there is to know and do."""

    def __init__(
        self,
        store: Store,
        fetcher: Fetcher,
        clock: Clock,
        in_file: Mapping[ListName, Verdict],
    ) -> None:
        self._store = store
        self._fetcher = fetcher
        self._clock = clock
        self._in_file = in_file

    async def standing(self) -> Sequence[OnShelf]:
        now = self._clock.now()
        heads, live = await self._store.read(_standing)
        on = [rule for rule in live if lists_in([rule]) and rule.holds_at(now)]
        found = []
        for name, listing in SHELF.items():
            head = heads.get(name)
            number = head.number if head else await asyncio.to_thread(shipped_number, name)
            about = tuple(rule for rule in on if rule.key == name)
            found.append(OnShelf(listing, number, head, about, self._in_file.get(name)))
        return found

    async def fetch(self, address: str) -> bytes:
        """Fetch what is published at an address. Raises IllegalMove with the reason, and Busy."""
        try:
            page = await self._fetcher.fetch(
                address, purpose="refreshing a list of hosts", headers={"accept": "text/plain"}
            )
        except TooBusy as busy:
            raise Busy("It was asked for just now.", retry_after=ceil(busy.retry_after)) from None
        except NotReadable as error:
            raise IllegalMove(f"{address} cannot be read: {error.reason}.") from None
        return page.body

    async def refresh(
        self, name: ListName, data: bytes, *, origin: str, who: str, force: bool = False
    ) -> Refreshed:
        """Put a newer copy in the place of what there is, whole or not at all.

        Raises IllegalMove for what is no list, and, unless it is forced, for one that shrank
        by more than half.
        """
        try:
            new = await asyncio.to_thread(read_lines, data)
        except ValueError as error:
            raise IllegalMove(f"{origin} is not taken in: {error}") from None
        old = (await Listed(self._store).of([name]))[name]
        if len(new.hosts) * 2 < len(old) and not force:
            raise IllegalMove(
                f"{origin} is not taken in: it has {len(new.hosts):,} hosts, and the copy that is"
                f" here {len(old):,}. Should that be right, force it."
            )
        packed = await asyncio.to_thread(pack, new.hosts)
        head = Head(len(new.hosts), origin, who, self._clock.now())
        await self._store.write(host_lists.put, name, packed, head)
        return Refreshed(
            number=len(new.hosts),
            added=len(new.hosts - old),
            removed=len(old - new.hosts),
            left_out=new.left_out,
        )


def _standing() -> Query[tuple[Mapping[str, Head], Sequence[Rule]]]:
    heads = yield from host_lists.heads()
    _, live = yield from rules.live()
    return heads, live


def listing_of(name: str) -> Listing:
    """A list by its name. Raises NotFound."""
    if name not in list(ListName):
        raise NotFound(f"There is no list “{name}”, but {', '.join(ListName)}.")
    return SHELF[ListName(name)]


def has_hosts(name: str) -> Query[bool]:
    """Whether there is anything to look up in a list."""
    if SHELF[ListName(name)].comes_along:
        return True
    return name in (yield from host_lists.heads())
