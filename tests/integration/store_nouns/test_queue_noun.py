"""The queue: pages without gaps in each order, filters, and search."""

from datetime import timedelta

import pytest

from moderation.domain.comment import Author, Kind, Status, Type, WaitingFor
from moderation.store import queue, tally
from moderation.store.db import DatabaseStore
from moderation.store.queue import Filter, Mark
from moderation.text.words import fold
from tests.conftest import FakeClock

from .conftest import Keep


async def walk(
    store: DatabaseStore, order: str, limit: int, wanted: Filter | None = None
) -> list[str]:
    """All pages of a filter, one after the other."""
    ids: list[str] = []
    after: Mark | None = None
    while len(ids) < 1000:  # more than there are: it goes in circles
        page = await store.read(
            queue.page, wanted or Filter(), order=order, after=after, limit=limit
        )
        ids += [c.id for c in page]
        if len(page) < limit:
            return ids
        last = page[-1]
        after = Mark(last.received_at, last.id, last.score)
    return ids


@pytest.mark.parametrize("limit", [1, 2, 5, 100])
async def test_pages_have_no_gaps_and_no_repeats_in_any_order(
    store: DatabaseStore, keep: Keep, limit: int
) -> None:
    kept = []
    for number in range(12):  # many of one moment and of one score
        after, score = number // 4, round(0.1 * (number % 3) - 0.1, 3)
        kept.append(await keep(f"m{number:02}", after=after, score=score, text=f"No. {number}"))
    oldest = [c.id for c in sorted(kept, key=lambda c: (c.received_at, c.id))]
    priority = [c.id for c in sorted(kept, key=lambda c: (c.score, c.received_at, c.id))]

    assert await walk(store, "oldest", limit) == oldest
    assert await walk(store, "newest", limit) == oldest[::-1]
    assert await walk(store, "priority", limit) == priority
    assert await store.read(queue.total, Filter()) == queue.Total(12)


async def test_what_comes_while_one_turns_pages_moves_nothing(
    store: DatabaseStore, keep: Keep
) -> None:
    for number in range(4):
        await keep(f"m{number}", after=number)
    first = await store.read(queue.page, Filter(), order="oldest", limit=2)
    await keep("m0a", after=0.5)
    mark = Mark(first[-1].received_at, first[-1].id)
    second = await store.read(queue.page, Filter(), order="oldest", after=mark, limit=2)
    assert [c.id for c in (*first, *second)] == ["m0", "m1", "m2", "m3"]


@pytest.mark.parametrize(
    ("wanted", "ids"),
    [
        pytest.param(Filter(), {"a", "b", "c", "d"}, id="all"),
        pytest.param(Filter(status=Status.HELD), {"a", "b"}, id="status"),
        pytest.param(Filter(waiting_for=WaitingFor.SOURCE), {"b"}, id="waiting for"),
        pytest.param(Filter(kind=Kind.WEBMENTION), {"b"}, id="kind"),
        pytest.param(Filter(type=Type.LIKE), {"d"}, id="type"),
        pytest.param(Filter(article_id="a2"), {"c"}, id="article"),
        pytest.param(Filter(site="other"), {"c"}, id="site"),
        pytest.param(Filter(sites=frozenset({"other", "x"})), {"c"}, id="what one may see"),
        pytest.param(Filter(site="blog", sites=frozenset({"other"})), set(), id="and not more"),
        pytest.param(Filter(status=Status.SPAM, kind=Kind.COMMENT), {"c"}, id="two at once"),
    ],
)
async def test_filters(store: DatabaseStore, keep: Keep, wanted: Filter, ids: set[str]) -> None:
    await keep("a")
    await keep("b", kind=Kind.WEBMENTION, waiting_for=WaitingFor.SOURCE)
    await keep("c", status=Status.SPAM, article_id="a2", site="other")
    await keep("d", status=Status.APPROVED, type=Type.LIKE)

    assert set(await walk(store, "oldest", 10, wanted)) == ids
    assert await store.read(queue.total, wanted) == queue.Total(len(ids))


async def test_since_is_included_and_until_is_not(
    store: DatabaseStore, keep: Keep, clock: FakeClock
) -> None:
    for number in range(3):
        await keep(f"m{number}", after=number)
    at = [clock.now() + timedelta(seconds=n) for n in range(3)]
    assert await walk(store, "oldest", 10, Filter(since=at[1])) == ["m1", "m2"]
    assert await walk(store, "oldest", 10, Filter(until=at[1])) == ["m0"]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        pytest.param("100%", {"percent"}, id="a percent sign is itself"),
        pytest.param("a_b", {"underscore"}, id="an underscore is itself"),
        pytest.param("c\\d", {"backslash"}, id="a backslash is itself"),
        pytest.param("creme brulee", {"accents"}, id="without accents"),
        pytest.param("CRÈME", {"accents"}, id="with accents and in capitals"),
        pytest.param("straße", {"sharp"}, id="ß is ss"),
        pytest.param("bea otten", {"author"}, id="an author's name"),
        pytest.param("bea@x.example", {"author"}, id="an e-mail address"),
        pytest.param("bea 100%", set(), id="all words must occur"),
    ],
)
async def test_search_is_by_folded_words(
    store: DatabaseStore, keep: Keep, asked: str, found: set[str]
) -> None:
    texts = {
        "percent": "I am 100% sure.",
        "percentless": "I am 100 times sure.",
        "underscore": "See a_b there.",
        "underscoreless": "See axb there.",
        "backslash": "Look in c\\d now.",
        "accents": "Crème brûlée, please.",
        "sharp": "In der Strasse.",
    }
    for ident, text in texts.items():
        await keep(ident, text=text)
    await keep("author", author=Author("Béa Otten", "bea@x.example", ""), text="Hello.")
    words = tuple(fold(asked).split())

    assert set(await walk(store, "oldest", 10, Filter(words=words))) == found


async def test_counts_are_by_status_and_kind_of_what_one_may_see(
    store: DatabaseStore, keep: Keep
) -> None:
    await keep("a")
    await keep("b", after=1)
    await keep("c", status=Status.SPAM, article_id="a2", site="other")

    counts = await store.read(tally.counts)
    assert {(c.key.status, c.key.waiting_for, c.number) for c in counts} == {
        (Status.HELD, WaitingFor.MODERATOR, 2),
        (Status.SPAM, None, 1),
    }
    only = await store.read(queue.total, Filter(sites=frozenset({"other"})))
    assert only == queue.Total(1)
