"""Search: the same is found on both engines, indexed or not, whatever is typed, and kept true."""

import json
import random
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from moderation.domain.clock import to_micros
from moderation.domain.comment import Author, Status
from moderation.flow import prepare
from moderation.flow.indexing import Indexing
from moderation.store import (
    comment_changes,
    comments,
    queue,
    search,
    search_index,
    search_making,
    search_order,
)
from moderation.store.contract import Query
from moderation.store.db import DatabaseStore
from moderation.store.queue import Filter, Mark, Total
from moderation.store.tables import search_posting, search_segment
from moderation.text.terms import read, terms
from moderation.text.words import fold
from tests.conftest import FakeClock

from .conftest import Keep

SIZE = 8  # comments of a segment
# Texts by id, and which of them are found by what is typed: "e" with an accent, no spaces, signs.
SCRIPTS = json.loads((Path(__file__).parents[2] / "data/search/scripts.json").read_text("utf-8"))
TEXTS: dict[str, str] = SCRIPTS["texts"]
FOUND: dict[str, set[str]] = {typed: set(ids) for typed, ids in SCRIPTS["found"].items()}
TYPED = "abcthe casino \"'\u201c\u201d*()-:^+<>|&!%_\\ü安全ไทย😀\x00\u200d\ud800\x1f."


@pytest.fixture(params=["named", "dense"])
async def indexing(
    store: DatabaseStore,
    clock: FakeClock,
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
) -> Indexing:
    """Segments small enough for a test; of "dense" ones most are looked through."""
    monkeypatch.setattr(search, "DENSE", SIZE if request.param == "named" else 2)
    monkeypatch.setattr(search, "LOOKED_UP", 4)
    monkeypatch.setattr(search_order, "FEW", 3)
    monkeypatch.setattr(search_order, "BATCH", 4)
    return Indexing(store, clock, size=SIZE)


async def index_all(indexing: Indexing, clock: FakeClock) -> int:
    clock.turn(timedelta(hours=1))
    return await indexing.everything()


async def fill(keep: Keep) -> None:
    """Keep all texts, two of one moment each, in three statuses."""
    statuses = (Status.HELD, Status.APPROVED, Status.SPAM)
    for number, (ident, text) in enumerate(TEXTS.items()):
        score, status = round(0.1 * (number % 4), 3), statuses[number % 3]
        await keep(ident, after=number // 2, text=text, score=score, status=status)


async def find(
    store: DatabaseStore, typed: str, order: str = "newest", limit: int = 100, **more: Any
) -> list[str]:
    """All pages of a search."""
    wanted = replace(Filter(words=read(typed)), **more)
    ids: list[str] = []
    after: Mark | None = None
    while len(ids) < 1000:
        page = await store.read(queue.page, wanted, order=order, after=after, limit=limit)
        ids += [c.id for c in page]
        if len(page) < limit:
            break
        after = Mark(page[-1].received_at, page[-1].id, page[-1].score)
    return ids


@pytest.mark.parametrize("indexed", [False, True])
async def test_what_a_person_expects_is_found_in_every_script(
    store: DatabaseStore, keep: Keep, indexing: Indexing, clock: FakeClock, indexed: bool
) -> None:
    await fill(keep)
    if indexed:
        assert await index_all(indexing, clock) == len(TEXTS) // SIZE
    found = {typed: set(await find(store, typed)) for typed in FOUND}
    assert found == FOUND


@pytest.mark.parametrize("limit", [1, 3, 100])
async def test_pages_of_what_is_found_have_no_gaps_in_any_order(
    store: DatabaseStore, keep: Keep, indexing: Indexing, clock: FakeClock, limit: int
) -> None:
    await fill(keep)
    for order in queue.ORDERS:
        everything = await find(store, "ida", order)
        assert len(everything) == len(TEXTS)
    before = {o: await find(store, "readers.example", o, limit) for o in queue.ORDERS}
    assert await index_all(indexing, clock) == 2
    assert {o: await find(store, "readers.example", o, limit) for o in queue.ORDERS} == before
    assert before["newest"] == before["oldest"][::-1]
    assert set(before["priority"]) == set(TEXTS)
    assert before["newest"] == await find(store, "readers", "newest", limit)


async def test_a_sieve_narrows_what_is_found(
    store: DatabaseStore, keep: Keep, indexing: Indexing, clock: FakeClock
) -> None:
    await fill(keep)
    began = clock.now()
    await index_all(indexing, clock)
    for order in queue.ORDERS:
        assert set(await find(store, "casino", order, status=Status.HELD)) == {"en1"}
        assert await find(store, "casino", order, status=Status.TRASH) == []
    assert await find(store, "casino", since=began + timedelta(seconds=1)) == ["en3"]
    assert await find(store, "casino", until=began + timedelta(seconds=1)) == ["en1"]
    words = read("readers.example")
    assert await store.read(queue.total, Filter(words=words)) == Total(len(TEXTS))
    assert await store.read(queue.total, Filter(words=words, status=Status.SPAM)) == Total(5)


async def test_a_search_that_looked_at_enough_says_where_to_go_on(
    store: DatabaseStore, keep: Keep, indexing: Indexing, clock: FakeClock
) -> None:
    await fill(keep)
    await index_all(indexing, clock)
    for order in queue.ORDERS:
        wanted, after, ids, pages = Filter(words=read("example")), None, [], 0
        while pages < 100:
            page = await store.read(queue.look, wanted, order=order, after=after, limit=50, most=1)
            ids += [c.id for c in page.comments]
            pages, after = pages + 1, page.stopped
            if after is None:
                break
        assert ids == await find(store, "example", order)
        assert order == "priority" or pages > 1


async def test_no_typed_sign_is_an_operator_and_none_is_an_error(
    store: DatabaseStore, keep: Keep, indexing: Indexing, clock: FakeClock
) -> None:
    await fill(keep)
    dice = random.Random(7)  # noqa: S311
    typed = ["".join(dice.choices(TYPED, k=dice.randint(1, 12))) for _ in range(150)]
    typed += ["NEAR(the cat)", "the OR cat", "the NOT cat", "words:the", "^the", "the*", "'; --"]
    before = [await find(store, each) for each in typed]
    await index_all(indexing, clock)
    assert [await find(store, each) for each in typed] == before
    assert before[-7:-3] == [[], [], [], []]
    assert set(before[-3]) == set(before[-2]) == {"en2", "signs"}


async def test_late_comers_and_a_clock_set_back_are_found(
    store: DatabaseStore, keep: Keep, indexing: Indexing, clock: FakeClock
) -> None:
    await fill(keep)
    began = clock.now()
    await index_all(indexing, clock)
    among = began + timedelta(seconds=2)
    await keep("late", text="A casino of long ago.", received_at=among)
    assert "late" in await find(store, "casino")
    await index_all(indexing, clock)
    assert "late" in await find(store, "casino")
    assert [one.number for one in await store.read(search_index.ready)] == [3, 2]

    clock.turn(among - clock.now())
    await keep("back", text="A casino, a moment ago.", after=0.5)
    await index_all(indexing, clock)
    assert "back" in await find(store, "casino")


async def test_what_changes_while_a_segment_is_made_spoils_it_alone(
    store: DatabaseStore, keep: Keep, indexing: Indexing, clock: FakeClock
) -> None:
    await fill(keep)
    clock.turn(timedelta(hours=1))
    stretch = await store.read(search_making.unmade, before=to_micros(clock.now()), size=SIZE)
    assert stretch is not None
    segment = await store.write(search_making.begin, *stretch)
    state = await store.read(search_making.state, segment)
    assert await store.write(search_making.fill, segment, [])
    await edit(store, "en1", "Nothing to see.")
    assert not await store.write(search_making.finish, segment, state)
    assert not await store.write(search_making.fill, segment, [])
    assert await find(store, "casino") == ["en3"]

    while await store.write(search_making.clear, limit=100):
        pass
    segment = await store.write(search_making.begin, *stretch)
    seen = replace(state, versions=state.versions - 1)  # read before another process's commit
    assert not await store.write(search_making.finish, segment, seen)
    await index_all(indexing, clock)
    assert await find(store, "casino") == ["en3"]


async def edit(store: DatabaseStore, ident: str, text: str) -> None:
    old = await store.read(comments.by_id, ident)
    assert old is not None
    html = prepare.render(text, old.format)
    new = replace(old, text=text, html=html, version=old.version + 1)
    await store.write(comment_changes.rewrite, new, prepare.derive(new, unique=False))


async def test_the_index_stays_true_through_edits_removals_and_decisions(
    store: DatabaseStore, keep: Keep, indexing: Indexing, clock: FakeClock
) -> None:
    """Any order of deeds: what is found is what the words that stand now say."""
    dice = random.Random(11)  # noqa: S311
    vocabulary = ["casino", "katze", "安全文化", "привет", "b-c", "x1", "d.example", "ไทย"]
    alive: dict[str, str] = {}

    async def said(times: int) -> str:
        return " ".join(dice.choices(vocabulary, k=times))

    for number in range(160):
        deed = dice.random()
        if deed < 0.55 or not alive:
            ident, at = f"p{number:03}", dice.choice([0, 1, number % 7])
            alive[ident] = await said(dice.randint(1, 4)) + f" no{number}"
            await keep(ident, after=at, text=alive[ident], author=Author("", "", ""))
        elif deed < 0.75:
            ident = dice.choice(sorted(alive))
            alive[ident] = await said(2) + f" e{number}"
            await edit(store, ident, alive[ident])
        elif deed < 0.9:
            ident = dice.choice(sorted(alive))
            del alive[ident]
            await store.write(comment_changes.remove, ident)
        else:
            await index_all(indexing, clock)
        if number % 20 == 19:
            for word in vocabulary:
                (made,) = terms(read(word))
                wanted = {i for i, text in alive.items() if made.is_in(fold(text))}
                assert set(await find(store, word)) == wanted, (number, word)
    assert len(await store.read(search_index.ready)) > 3


async def test_what_is_erased_leaves_the_index_in_the_same_commit(
    store: DatabaseStore, keep: Keep, indexing: Indexing, clock: FakeClock
) -> None:
    await fill(keep)
    await keep("rosa", after=1, author=Author("Rosa Q", "rosa@q.example", ""), text="Casino again")
    await index_all(indexing, clock)
    assert await tokens_kept(store) >= {b"rosa", b"again", b"casino"}
    await store.write(comment_changes.remove, "rosa")
    left = await tokens_kept(store)
    assert not left & {b"rosa", b"again"}
    assert b"casino" in left
    assert await find(store, "casino") == ["en3", "en1"]


async def tokens_kept(store: DatabaseStore) -> set[bytes]:
    def every() -> Query[set[bytes]]:
        rows = yield select(search_posting.c.token), {}
        return {row[0] for row in rows}

    return await store.read(every)


async def test_tokens_of_another_version_are_looked_through_and_made_anew(
    store: DatabaseStore, keep: Keep, indexing: Indexing, clock: FakeClock
) -> None:
    await fill(keep)
    await index_all(indexing, clock)

    def age() -> Query[None]:
        yield update(search_segment).values(version=99), {}

    await store.write(age)
    assert await find(store, "casino") == ["en3", "en1"]
    await edit(store, "en1", "Nothing to see.")
    assert await find(store, "casino") == ["en3"]
    assert await index_all(indexing, clock) == 2
    assert await find(store, "casino") == ["en3"]
