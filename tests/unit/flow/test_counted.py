"""Counts by address: kept until a commit changes one, never kept past it, and bounded."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from moderation.domain.site import Site
from moderation.flow.counted import ENTRY_BYTES, Count, Counted
from moderation.store.contract import Changed, Health

SITE = Site("blog", "https://blog.example/")


class Ledger:
    """A store of counts that answers when it is let."""

    def __init__(self) -> None:
        self.counts = {"a": Count(1, "A"), "b": Count(2, "B")}
        self.asked: list[tuple[str, ...]] = []
        self.open = asyncio.Event()
        self.open.set()
        self.came = asyncio.Event()
        self.listeners: list[Callable[[Sequence[Changed]], None]] = []

    async def read(self, make: Any, *args: Any, **kwargs: Any) -> Any:
        (addresses,) = args
        self.asked.append(addresses)
        found = {address: self.counts.get(address, Count(0, None)) for address in addresses}
        self.came.set()
        await self.open.wait()
        return found

    async def write(self, make: Any, *args: Any, **kwargs: Any) -> Any:
        raise AssertionError("counting writes nothing")

    def on_change(self, listener: Callable[[Sequence[Changed]], None]) -> None:
        self.listeners.append(listener)

    async def close(self) -> None: ...

    async def health(self) -> Health:
        raise AssertionError("nobody asks")

    def commit(self, address: str, count: Count) -> None:
        self.counts[address] = count
        assert count.article_id is not None
        for listener in self.listeners:
            listener([Changed(count.article_id, 2)])


@pytest.fixture
def ledger() -> Ledger:
    return Ledger()


@pytest.fixture
def counted(ledger: Ledger) -> Counted:
    return Counted(ledger, [SITE])


async def test_each_address_is_asked_for_once(counted: Counted, ledger: Ledger) -> None:
    assert await counted.of(["a", "b", "a"]) == {"a": 1, "b": 2}
    assert await counted.of(["c", "b"]) == {"c": 0, "b": 2}
    assert await counted.of(["c", "a"]) == {"c": 0, "a": 1}
    assert ledger.asked == [("a", "b"), ("c",)]


async def test_a_commit_is_in_the_next_count_and_others_stay(
    counted: Counted, ledger: Ledger
) -> None:
    await counted.of(["a", "b"])
    version = counted.version
    ledger.commit("a", Count(5, "A"))
    assert counted.version != version
    assert await counted.of(["a", "b"]) == {"a": 5, "b": 2}
    assert ledger.asked[1:] == [("a",)]


async def test_a_commit_elsewhere_changes_no_version(counted: Counted, ledger: Ledger) -> None:
    await counted.of(["a"])
    version = counted.version
    ledger.commit("b", Count(5, "B"))
    assert counted.version == version


async def test_any_commit_may_have_made_an_article(counted: Counted, ledger: Ledger) -> None:
    await counted.of(["new"])
    version = counted.version
    ledger.commit("new", Count(1, "N"))
    assert counted.version != version
    assert await counted.of(["new"]) == {"new": 1}


@pytest.mark.parametrize("address", ["a", "new"])
async def test_what_was_read_before_a_commit_is_not_kept_after_it(
    counted: Counted, ledger: Ledger, address: str
) -> None:
    ledger.open.clear()
    version = counted.version
    early = asyncio.create_task(counted.of([address, "b"]))
    await ledger.came.wait()
    ledger.commit(address, Count(7, "A" if address == "a" else "N"))
    late = asyncio.create_task(counted.of([address, "b"]))
    ledger.came.clear()
    async with asyncio.timeout(5):
        await ledger.came.wait()
    ledger.open.set()

    assert (await early)[address] < 7
    assert (await late)[address] == 7
    assert counted.version != version
    assert await counted.of([address]) == {address: 7}


async def test_what_was_read_before_a_commit_is_asked_for_again(
    counted: Counted, ledger: Ledger
) -> None:
    ledger.open.clear()
    early = asyncio.create_task(counted.of(["a", "b", "new"]))
    await ledger.came.wait()
    ledger.commit("a", Count(7, "A"))
    ledger.open.set()
    await early
    assert await counted.of(["a", "b", "new"]) == {"a": 7, "b": 2, "new": 0}
    assert ledger.asked[1:] == [("a", "new")]


async def test_all_who_ask_the_same_wait_for_one(counted: Counted, ledger: Ledger) -> None:
    ledger.open.clear()
    waiting = [asyncio.create_task(counted.of(["a"])) for _ in range(20)]
    await ledger.came.wait()
    ledger.open.set()
    assert await asyncio.gather(*waiting) == [{"a": 1}] * 20
    assert len(ledger.asked) == 1


async def test_addresses_are_bounded(ledger: Ledger) -> None:
    counted = Counted(ledger, [SITE], room=3 * (1 + ENTRY_BYTES))
    await counted.of(["a", "b", "c"])
    version = counted.version
    await counted.of(["d"])  # it puts out the oldest,
    assert counted.version != version  # whose changes nobody would tell any more
    await counted.of(["b", "c", "d"])
    assert ledger.asked == [("a", "b", "c"), ("d",)]
