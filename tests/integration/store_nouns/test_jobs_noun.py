"""Jobs as rows: claimed by one, joined by their key, released, and dropped with a decision."""

import asyncio
from datetime import timedelta
from typing import Any

import asyncpg
import pytest

from moderation.domain.job import JobState
from moderation.store import jobs, leases
from moderation.store.db import DatabaseStore
from tests.conftest import FakeClock, OpenStore

MINUTE = timedelta(minutes=1)


async def add(store: DatabaseStore, clock: FakeClock, key: str, **more: Any) -> None:
    now = clock.now()
    values: dict[str, Any] = {"due_at": now, "now": now, "payload": {"of": key}} | more
    payload = values.pop("payload")
    await store.write(jobs.add, f"j-{key}-{values['due_at']}", "deed", key, payload, **values)


async def claim(
    store: DatabaseStore, clock: FakeClock, owner: str = "one", limit: int = 16
) -> list[str]:
    now = clock.now()
    got = await store.write(leases.claim, owner, now=now, until=now + MINUTE, limit=limit)
    return [job.key for job in got]


async def test_two_owners_never_claim_the_same(
    store: DatabaseStore, open_another: OpenStore, clock: FakeClock
) -> None:
    other = await open_another()
    for number in range(60):
        await add(store, clock, f"k{number:02}")
    rounds = await asyncio.gather(
        *(
            claim(each, clock, owner, 7)
            for _ in range(5)
            for each, owner in ((store, "one"), (other, "two"))
        )
    )
    claimed = [key for got in rounds for key in got]
    assert len(claimed) == len(set(claimed)) == 60
    assert all(len(got) <= 7 for got in rounds)


async def test_no_more_are_claimed_than_asked_for_whatever_is_believed_of_the_table(
    store: DatabaseStore, store_url: str, engine_name: str, clock: FakeClock
) -> None:
    """PostgreSQL asked for candidates once for each job of a table that it took for tiny."""
    await add(store, clock, "first")
    if engine_name == "postgresql":
        connection = await asyncpg.connect(store_url)
        await connection.execute("VACUUM ANALYZE job")
        await connection.close()
    for number in range(20):  # no more than its page holds
        await add(store, clock, f"k{number:02}")
    assert len(await claim(store, clock, limit=7)) == 7


async def test_the_longest_due_goes_first_and_the_future_waits(
    store: DatabaseStore, clock: FakeClock
) -> None:
    for key, minutes in (("b", -1), ("a", -2), ("c", 1)):
        await add(store, clock, key, due_at=clock.now() + minutes * MINUTE)
    assert await store.read(leases.next_due) == clock.now() - 2 * MINUTE
    assert await claim(store, clock) == ["a", "b"]
    assert await store.read(leases.next_due) == clock.now() + MINUTE


async def test_a_lease_holds_until_it_is_taken_back_as_it_was_seen(
    store: DatabaseStore, clock: FakeClock
) -> None:
    await add(store, clock, "k")
    assert await claim(store, clock, "one") == ["k"]
    (seen,) = await store.read(leases.leased)
    clock.turn(timedelta(days=1))
    assert await claim(store, clock, "two") == []
    assert await store.write(leases.extend, seen.job_id, "one", clock.now())
    assert await store.write(leases.take_back, [seen]) == 0  # it has moved
    (seen,) = await store.read(leases.leased)
    assert await store.write(leases.take_back, [seen]) == 1
    assert await claim(store, clock, "two") == ["k"]
    (job,) = await store.read(jobs.page)
    assert job.attempts == 2
    assert not await store.write(leases.extend, job.id, "one", clock.now())
    assert await store.write(leases.extend, job.id, "two", clock.now() + MINUTE)


async def test_asked_for_again_a_job_is_due_at_the_earlier_time_with_the_newer_words(
    store: DatabaseStore, clock: FakeClock
) -> None:
    now = clock.now()
    await add(store, clock, "k", due_at=now + 5 * MINUTE, payload={"n": 1}, decision_id="d1")
    await add(store, clock, "k", due_at=now + 9 * MINUTE, payload={"n": 2}, decision_id="d2")
    (job,) = await store.read(jobs.page)
    assert (job.due_at, job.payload) == (now + 5 * MINUTE, {"n": 2})
    assert job.decision_id == "d2"
    await add(store, clock, "k", due_at=now + MINUTE)
    (job,) = await store.read(jobs.page)
    assert job.due_at == now + MINUTE


@pytest.mark.parametrize("end", ["done", "give_up"])
async def test_asked_for_while_it_runs_it_is_not_lost_with_its_end(
    store: DatabaseStore, clock: FakeClock, end: str
) -> None:
    await add(store, clock, "k")
    await claim(store, clock)
    (job,) = await store.read(jobs.page)
    due_at = clock.now() + MINUTE
    await add(store, clock, "k", due_at=due_at)
    if end == "done":
        await store.write(leases.done, job.id, "one")
    else:
        await store.write(leases.give_up, job.id, "one", now=clock.now(), error="x")
    (job,) = await store.read(jobs.page)
    assert (job.state, job.due_at, job.attempts) == (JobState.QUEUED, due_at, 0)


async def test_an_end_by_another_than_who_holds_it_changes_nothing(
    store: DatabaseStore, clock: FakeClock
) -> None:
    await add(store, clock, "k")
    await claim(store, clock, "one")
    (before,) = await store.read(jobs.page)
    await store.write(leases.done, before.id, "two")
    await store.write(leases.give_up, before.id, "two", now=clock.now(), error="x")
    now = clock.now()
    await store.write(leases.later, before.id, "two", due_at=now, now=now, error="x")
    assert await store.read(jobs.page) == [before]


async def test_what_is_undone_takes_its_own_jobs_and_no_others(
    store: DatabaseStore, clock: FakeClock
) -> None:
    for key, decision in (("a", "d1"), ("b", "d1"), ("c", "d1"), ("d", "d2")):
        await add(store, clock, key, decision_id=decision)
    (running,) = await claim(store, clock, limit=1)
    gone = await store.write(jobs.drop_of_decision, "d1", ["a", "b", "d"])
    left = {job.key for job in await store.read(jobs.page)}
    assert running == "a"
    assert gone == ["deed"]
    assert left == {"a", "c", "d"}  # "a" runs: it is too late for it
    assert await store.write(jobs.drop_of_decision, "d1", []) == []


async def test_a_worker_that_stops_gives_back_its_own(
    store: DatabaseStore, clock: FakeClock
) -> None:
    await add(store, clock, "a")
    await add(store, clock, "b")
    await claim(store, clock, "one", 1)
    await claim(store, clock, "two", 1)
    await store.write(leases.hand_back, "one")
    assert await claim(store, clock, "three") == ["a"]


async def test_what_failed_can_be_retried_or_dropped_and_is_counted(
    store: DatabaseStore, clock: FakeClock
) -> None:
    await add(store, clock, "a")
    await add(store, clock, "b")
    await claim(store, clock, limit=1)
    (job, _) = await store.read(jobs.page)
    await store.write(leases.give_up, job.id, "one", now=clock.now(), error="no")
    states = await store.read(jobs.states)
    assert {state: number for state, (number, _) in states.items()} == {
        JobState.FAILED: 1,
        JobState.QUEUED: 1,
    }
    assert await store.read(jobs.count, "deed") == 1
    assert await store.write(jobs.retry, job.id, clock.now())
    assert await store.read(jobs.count, "deed") == 2
    assert await store.write(jobs.drop, job.id)
    assert not await store.write(jobs.drop, job.id)
