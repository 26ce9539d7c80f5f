"""Articles and their addresses."""

import asyncio
from dataclasses import replace
from datetime import timedelta

from moderation.domain.article import Existence
from moderation.domain.comment import Status
from moderation.store import articles, comment_changes, comments
from moderation.store.contract import Query
from moderation.store.db import DatabaseStore
from tests.conftest import FakeClock, OpenStore

from .conftest import Keep, an_article

OLD = "https://blog.example/?p=12"


async def test_an_article_is_found_by_each_of_its_addresses(
    store: DatabaseStore, clock: FakeClock
) -> None:
    one, two = an_article("a1", clock.now()), an_article("a2", clock.now())
    assert await store.write(articles.add, one)
    assert await store.write(articles.add, two)
    assert await store.write(articles.add_alias, OLD, "a1")
    assert not await store.write(articles.add_alias, OLD, "a2")  # taken

    found = await store.read(articles.by_addresses, [one.url, OLD, two.url, "https://x.example/"])
    assert {url: a.id for url, a in found.items()} == {one.url: "a1", OLD: "a1", two.url: "a2"}
    assert await store.read(articles.addresses, "a1") == tuple(sorted([one.url, OLD]))
    assert await store.read(articles.by_addresses, []) == {}


async def test_of_two_processes_one_makes_the_row(
    store: DatabaseStore, open_another: OpenStore, clock: FakeClock
) -> None:
    other = await open_another()
    for number in range(5):
        one = an_article(f"a{number}", clock.now())
        twin = replace(one, id=f"b{number}")
        made = await asyncio.gather(store.write(articles.add, one), other.write(articles.add, twin))
        assert sorted(made) == [False, True]


async def test_a_moved_article_keeps_its_old_address(
    store: DatabaseStore, clock: FakeClock
) -> None:
    one = an_article("a1", clock.now())
    await store.write(articles.add, one)
    await store.write(articles.move, "a1", "https://blog.example/new/")
    found = await store.read(articles.by_addresses, [one.url, "https://blog.example/new/"])

    assert {a.url for a in found.values()} == {"https://blog.example/new/"}
    assert len(found) == 2
    assert found[one.url].revision == 2


async def test_what_a_look_did_not_find_leaves_what_was_known(
    store: DatabaseStore, clock: FakeClock
) -> None:
    then = clock.now() - timedelta(days=3)
    await store.write(articles.add, an_article("a1", clock.now(), title="Margins"))
    await store.write(
        articles.describe, "a1", title=None, published_at=then, existence=Existence.UNREACHABLE
    )
    found = await store.read(articles.by_id, "a1")
    assert found is not None
    assert (found.title, found.published_at) == ("Margins", then)
    assert found.existence is Existence.UNREACHABLE


async def test_counts_name_articles_that_have_any(store: DatabaseStore, clock: FakeClock) -> None:
    for ident in ("a1", "a2"):
        await store.write(articles.add, an_article(ident, clock.now()))
    await store.write(articles.shift, "a1", 2)
    await store.write(articles.shift, "a1", -1)
    assert await store.read(articles.counts, "blog") == {"https://blog.example/a1/": 1}
    assert await store.read(articles.counts, "other") == {}


async def test_articles_are_listed_by_id(store: DatabaseStore, clock: FakeClock) -> None:
    for ident in ("a3", "a1", "a2"):
        await store.write(articles.add, an_article(ident, clock.now()))
    first = await store.read(articles.page, "blog", limit=2)
    rest = await store.read(articles.page, "blog", after=first[-1].id, limit=2)
    assert [a.id for a in (*first, *rest)] == ["a1", "a2", "a3"]


async def test_whoever_waited_for_an_article_reads_what_was_decided_meanwhile(
    store: DatabaseStore, open_another: OpenStore, keep: Keep, clock: FakeClock
) -> None:
    other = await open_another()
    for ident in ("m1", "m2"):
        await keep(ident, article_id=f"of-{ident}")

    def approve(first: str, second: str) -> Query[int | None]:
        """Decide on both, named in this order; the articles are taken in another."""
        yield from articles.lock_of(first, second)
        found = yield from comments.by_ids((first, second))
        version = None
        for ident in (first, second):
            version = yield from comment_changes.set_status(
                ident,
                seen=found[ident].version,
                status=Status.APPROVED,
                waiting_for=None,
                status_before=Status.HELD,
                at=clock.now(),
            )
        return version

    versions = await asyncio.gather(
        store.write(approve, "m1", "m2"), other.write(approve, "m2", "m1")
    )
    assert sorted(v or 0 for v in versions) == [2, 3]
