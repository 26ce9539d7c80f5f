"""How many comments addresses have: kept by address until a commit changes it, and bounded."""

import asyncio
from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from moderation.domain.errors import Malformed, UnknownArticle
from moderation.domain.site import Site
from moderation.flow import places
from moderation.flow.grouped import Grouped
from moderation.store.contract import Changed, Query, Store

ROOM = 4 * 1024 * 1024  # bytes of addresses, about
ENTRY_BYTES = 320  # what an address costs beside itself, as measured


@dataclass(frozen=True, slots=True)
class Count:
    """What is known of one address; `article_id` is None where there is no article (yet)."""

    number: int
    article_id: str | None


@dataclass(slots=True, eq=False)
class Load:
    """A question to the store that is under way: what was changed since it began."""

    changed: set[str] = field(default_factory=set)


class Counted:
    """Counts by address. `version` grows whenever one that was told may not be true any more."""

    def __init__(self, store: Store, sites: Sequence[Site], *, room: int = ROOM) -> None:
        self._store = store
        self._sites = sites
        self._room = room
        self._known: OrderedDict[str, Count] = OrderedDict()
        self._of_article = Grouped[str]()
        self._loads: set[Load] = set()
        self._joined: dict[tuple[str, ...], tuple[Load, asyncio.Task[Mapping[str, Count]]]] = {}
        self._weight = 0
        self.version = 0
        store.on_change(self.evict)

    async def of(self, addresses: Sequence[str]) -> dict[str, int]:
        """The counts of addresses, keyed as asked; 0 for any not known."""
        missing = tuple(dict.fromkeys(a for a in addresses if a not in self._known))
        found: dict[str, Count] = {}
        for address in addresses:
            known = self._known.get(address)
            if known is not None:
                self._known.move_to_end(address)
                found[address] = known
        if missing:
            # What is known now may change while the rest is read: it is of one moment each,
            # and none of it is older than the question.
            found |= await self._load(missing)
        return {address: found[address].number for address in addresses}

    def evict(self, changes: Sequence[Changed]) -> None:
        """Forget what a commit changed; any may have made an article where there was none."""
        ids = {change.article_id for change in changes}
        gone = [a for each in (*ids, None) for a in self._of_article.of(each)]
        for address in gone:
            self._drop(address)
        for load in self._loads:
            load.changed |= ids
        if self._loads:
            self.version += 1

    async def _load(self, missing: tuple[str, ...]) -> Mapping[str, Count]:
        """Ask the store; who asks the same joins, unless a commit came in between."""
        load, task = self._joined.get(missing, (None, None))
        if load is None or task is None or load.changed:
            load = Load()
            task = asyncio.create_task(self._read(missing, load))
            self._loads.add(load)
            self._joined[missing] = load, task
        return await asyncio.shield(task)

    async def _read(self, missing: tuple[str, ...], load: Load) -> Mapping[str, Count]:
        try:
            found = await self._store.read(self._counts, missing)
            not_kept = {*load.changed, None} if load.changed else set()
            self._keep((a, count) for a, count in found.items() if count.article_id not in not_kept)
            return found
        finally:
            self._loads.discard(load)
            if self._joined[missing][0] is load:
                del self._joined[missing]

    def _keep(self, found: Iterable[tuple[str, Count]]) -> None:
        for address, count in found:
            self._drop(address)
            self._known[address] = count
            self._of_article.add(count.article_id, address)
            self._weight += len(address) + ENTRY_BYTES
        while self._weight > self._room:
            self._drop(next(iter(self._known)))

    def _drop(self, address: str) -> None:
        count = self._known.pop(address, None)
        if count is None:
            return
        self.version += 1  # who is told that it changes is whoever keeps it here
        self._weight -= len(address) + ENTRY_BYTES
        self._of_article.discard(count.article_id, address)

    def _counts(self, addresses: Sequence[str]) -> Query[dict[str, Count]]:
        counted = {}
        for address in addresses:
            counted[address] = Count(0, None)
            try:
                place = yield from places.find(self._sites, address)
            except (UnknownArticle, Malformed):
                continue
            if place.article is not None:
                counted[address] = Count(place.article.count, place.article.id)
        return counted
