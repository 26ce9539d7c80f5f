"""The seed of the benchmarks fills a store that works: it can be listed, read and opened."""

from datetime import timedelta

from bench.seed import seed
from bench.seed_rows import REST, THREADS
from moderation.domain.comment import Status, WaitingFor
from moderation.store import articles, authors, log, pings, queue, tally
from moderation.store.queue import Filter
from tests.conftest import FakeClock, OpenStore

COMMENTS = 400


async def test_a_seeded_store_is_one_in_which_all_can_be_found(
    store_url: str, open_another: OpenStore, clock: FakeClock
) -> None:
    await seed(store_url, COMMENTS, now=clock.now())
    store = await open_another()
    found = await store.read(articles.by_addresses, THREADS)
    assert {url: article.count for url, article in found.items()} == THREADS
    counts = await store.read(tally.counts)
    assert sum(count.number for count in counts) == COMMENTS + sum(THREADS.values())
    assert await store.read(tally.drift) == {}
    for (status, waiting), (share, days) in REST.items():
        wanted = Filter(Status(status), WaitingFor(waiting) if waiting else None)
        page = await store.read(queue.page, wanted, order="oldest", limit=1000)
        assert len(page) == COMMENTS * share // 1000
        assert all(clock.now() - c.received_at <= timedelta(days=days) for c in page)
    newest = await store.read(queue.page, Filter(), limit=1000)
    assert any([(await store.read(pings.by_comment, c.id)) is not None for c in newest])
    known = {c.author_id for c in newest if c.author_id and c.status is Status.APPROVED}
    assert all([await store.read(authors.approved_by, author) > 0 for author in known])
    assert len(await store.read(log.last, limit=5000)) > COMMENTS


async def test_the_same_number_gives_the_same_rows(
    store_url: str, open_another: OpenStore, bare_url: str, clock: FakeClock
) -> None:
    for url in (store_url, bare_url):
        await seed(url, 100, now=clock.now())
    one, other = await open_another(), await open_another(bare_url)
    assert await one.read(queue.page, Filter(), limit=2000) == await other.read(
        queue.page, Filter(), limit=2000
    )
