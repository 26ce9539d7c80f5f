"""Ready bytes: made once for all who wait, never kept past a change, bounded."""

import asyncio
import sys
from datetime import timedelta

import pytest

from moderation.domain.errors import NotFound
from moderation.flow.publish import Publish
from moderation.flow.ready import ENTRY_BYTES, LAG, Ready
from tests.conftest import FakeClock
from tests.unit.flow.shelf import SITE, Plain, Shelf, asked


@pytest.fixture
def shelf(clock: FakeClock) -> Shelf:
    return Shelf(clock)


@pytest.fixture
def publish(shelf: Shelf, clock: FakeClock) -> Publish:
    return Publish(shelf, [SITE], {"plain": Plain()}, clock)


async def test_what_was_made_is_kept(publish: Publish, shelf: Shelf) -> None:
    first = await publish.thread(asked())
    assert await publish.thread(asked()) is first
    assert shelf.asked == 1


async def test_all_who_wait_get_what_one_asked_for(publish: Publish, shelf: Shelf) -> None:
    shelf.open.clear()
    waiting = [asyncio.create_task(publish.thread(asked())) for _ in range(20)]
    await shelf.until_asked(1)
    shelf.open.set()

    assert len(set(map(id, await asyncio.gather(*waiting)))) == 1
    assert shelf.asked == 1


async def test_one_who_goes_away_takes_nothing_from_the_others(
    publish: Publish, shelf: Shelf
) -> None:
    shelf.open.clear()
    first, second = (asyncio.create_task(publish.thread(asked())) for _ in range(2))
    await shelf.until_asked(1)
    first.cancel()
    shelf.open.set()

    assert (await second).body
    assert shelf.asked == 1


async def test_a_change_is_in_the_next_read(publish: Publish, shelf: Shelf) -> None:
    before = await publish.thread(asked())
    shelf.commit("a")
    after = await publish.thread(asked())

    assert (before.body, after.body) == (b"0000000001", b"0000000002")
    assert before.etag != after.etag


async def test_a_change_of_one_article_leaves_the_others(publish: Publish, shelf: Shelf) -> None:
    kept = await publish.thread(asked("b"))
    await publish.thread(asked("a"))
    shelf.commit("a")
    assert publish.kept.find(asked("b")) is kept
    assert publish.kept.find(asked("a")) is None


async def test_a_load_begun_before_a_commit_is_not_kept_after_it(
    publish: Publish, shelf: Shelf
) -> None:
    shelf.open.clear()
    early = asyncio.create_task(publish.thread(asked()))
    await shelf.until_asked(1)
    shelf.commit("a")
    late = asyncio.create_task(publish.thread(asked()))
    shelf.open.set()

    assert (await early).body == b"0000000001"  # it asked before
    assert (await late).body == b"0000000002"
    kept = publish.kept.find(asked())
    assert kept is not None
    assert kept.body == b"0000000002"


async def test_a_load_is_kept_though_another_article_changed_meanwhile(
    publish: Publish, shelf: Shelf
) -> None:
    shelf.open.clear()
    loading = asyncio.create_task(publish.thread(asked()))
    await shelf.until_asked(1)
    shelf.commit("other")
    shelf.open.set()
    assert publish.kept.find(asked()) is None
    await loading
    assert publish.kept.find(asked()) is not None


async def test_when_too_many_changes_are_remembered_no_older_load_is_kept(
    publish: Publish, shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("moderation.flow.kept.REMEMBERED", 3)
    shelf.open.clear()
    loading = asyncio.create_task(publish.thread(asked()))
    await shelf.until_asked(1)
    shelf.commit("a")
    for number in range(5):
        shelf.commit(f"x{number}")
    shelf.open.set()
    await loading
    assert publish.kept.find(asked()) is None


async def test_commits_elsewhere_make_no_herd_of_loads(publish: Publish, shelf: Shelf) -> None:
    shelf.open.clear()
    waiting = []
    for _ in range(20):
        waiting.append(asyncio.create_task(publish.thread(asked())))
        await shelf.until_asked(1)
        shelf.commit("other")
    shelf.open.set()
    await asyncio.gather(*waiting)
    assert shelf.asked == 1


async def test_commits_to_the_article_itself_make_two_loads_at_the_most(
    publish: Publish, shelf: Shelf
) -> None:
    shelf.open.clear()
    waiting = []
    for _ in range(20):
        waiting.append(asyncio.create_task(publish.thread(asked())))
        await shelf.until_asked(1)
        shelf.commit("a")
    waiting.append(asyncio.create_task(publish.thread(asked())))
    shelf.open.set()
    bodies = [int((await each).body) for each in waiting]
    assert bodies[-1] == 21
    assert all(body > number for number, body in enumerate(bodies))
    assert shelf.asked == 2


async def test_what_was_refused_before_a_commit_is_asked_again_after_it(
    publish: Publish, shelf: Shelf
) -> None:
    shelf.open.clear()
    shelf.fault = NotFound()
    early = asyncio.create_task(publish.thread(asked()))
    await shelf.until_asked(1)
    shelf.commit("a")
    late = asyncio.create_task(publish.thread(asked()))
    shelf.open.set()
    with pytest.raises(NotFound):
        await early
    shelf.fault = None
    assert (await late).body == b"0000000002"


async def test_an_answer_that_outgrows_all_room_leaves_the_others(
    shelf: Shelf, clock: FakeClock
) -> None:
    publish = Publish(shelf, [SITE], {"plain": Plain()}, clock, limit=4 * ENTRY_BYTES)
    other, large = await publish.thread(asked("b")), await publish.thread(asked("a"))
    gone: list[Ready] = []
    publish.kept.on_drop(gone.append)
    large.beside = 4 * ENTRY_BYTES
    publish.kept.weigh(asked("a"), large)

    assert gone == [large]
    assert publish.kept.find(asked("b")) is other


async def test_bytes_are_bounded_and_the_least_used_goes_first(
    shelf: Shelf, clock: FakeClock
) -> None:
    size = 1000
    limit = 3 * (size + ENTRY_BYTES + sys.getsizeof(asked().address))
    publish = Publish(shelf, [SITE], {"plain": Plain(size)}, clock, limit=limit)
    for article in "abc":
        await publish.thread(asked(article))
    publish.kept.find(asked("a"))
    await publish.thread(asked("d"))

    kept = {article for article in "abcd" if publish.kept.find(asked(article)) is not None}
    assert kept == {"a", "c", "d"}


async def test_what_is_larger_than_all_room_is_given_and_not_kept(
    shelf: Shelf, clock: FakeClock
) -> None:
    publish = Publish(shelf, [SITE], {"plain": Plain(5000)}, clock, limit=5000)
    assert len((await publish.thread(asked())).body) == 5000
    assert publish.kept.find(asked()) is None


LITTLE = timedelta(seconds=LAG / 2)


async def test_the_first_comment_after_a_quiet_while_is_in_the_next_read(
    publish: Publish, shelf: Shelf, clock: FakeClock
) -> None:
    await publish.thread(asked())
    clock.turn(LITTLE * 2)
    shelf.commit("a", automatic=True)
    assert (await publish.thread(asked())).body == b"0000000002"


async def test_of_what_comes_by_itself_a_thread_is_made_anew_once_in_a_lag(
    publish: Publish, shelf: Shelf, clock: FakeClock
) -> None:
    bodies = []
    for _ in range(10):
        bodies.append(int((await publish.thread(asked())).body))
        shelf.commit("a", automatic=True)
        clock.turn(LITTLE)
    assert bodies == [1, 1, 3, 3, 5, 5, 7, 7, 9, 9]
    assert shelf.asked == 5


async def test_what_a_person_decides_is_never_late(
    publish: Publish, shelf: Shelf, clock: FakeClock
) -> None:
    for revision in (1, 3, 5):
        assert int((await publish.thread(asked())).body) == revision
        shelf.commit("a", automatic=True)
        assert int((await publish.thread(asked())).body) == revision
        shelf.commit("a")


@pytest.mark.parametrize("decided", [False, True])
async def test_a_load_that_comments_were_added_to_meanwhile_is_kept_for_the_lag_alone(
    publish: Publish, shelf: Shelf, clock: FakeClock, decided: bool
) -> None:
    shelf.open.clear()
    early = asyncio.create_task(publish.thread(asked()))
    await shelf.until_asked(1)
    shelf.commit("a", automatic=True)
    late = asyncio.create_task(publish.thread(asked()))
    if decided:
        shelf.commit("a")
    clock.turn(LITTLE)
    shelf.open.set()
    assert (await early).body == b"0000000001"
    assert int((await late).body) == (3 if decided else 1)
    assert int((await publish.thread(asked())).body) == (3 if decided else 1)
    clock.turn(LITTLE)
    assert int((await publish.thread(asked())).body) == (3 if decided else 2)


async def test_a_load_that_takes_longer_than_the_lag_is_not_given_to_who_asked_after_a_change(
    publish: Publish, shelf: Shelf, clock: FakeClock
) -> None:
    shelf.open.clear()
    early = asyncio.create_task(publish.thread(asked()))
    await shelf.until_asked(1)
    shelf.commit("a", automatic=True)
    late = asyncio.create_task(publish.thread(asked()))
    clock.turn(LITTLE * 2)
    shelf.open.set()
    assert (await early).body == b"0000000001"
    assert (await late).body == b"0000000002"
