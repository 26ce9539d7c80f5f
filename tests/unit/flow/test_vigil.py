"""Leases and waits under clocks that are set, that differ, and that stand still with a process."""

import asyncio
from datetime import timedelta

import pytest

from moderation.domain.job import Job
from moderation.flow import vigil, worker
from moderation.flow.worker import Later, Worker
from moderation.store import jobs, leases
from moderation.store.db import DatabaseStore
from tests.conftest import FakeClock

from .job_bench import Bench

JUMPS = [
    pytest.param(timedelta(days=-1), id="a day back"),
    pytest.param(timedelta(days=1), id="a day ahead"),
    pytest.param(timedelta(days=3653), id="ten years ahead"),
]
LOOK = timedelta(seconds=vigil.LOOK)


@pytest.fixture
def bench(store: DatabaseStore, clock: FakeClock) -> Bench:
    return Bench(store, clock)


async def watch(bench: Bench, by: Worker, seconds: float) -> None:
    """Let time pass in which a worker looks as often as it does."""
    for _ in range(round(seconds / vigil.LOOK)):
        bench.clock.turn(LOOK)
        await by.step()


async def begun(bench: Bench, by: Worker) -> asyncio.Event:
    """Have a worker begin a job that ends when the event is set."""
    began, let_go = asyncio.Event(), asyncio.Event()

    async def does(job: Job) -> None:
        if len(bench.ran) == 1:
            began.set()
            await let_go.wait()

    bench.does = does
    await bench.add()
    await by.step()
    await began.wait()
    return let_go


async def test_the_job_of_who_is_gone_is_taken_over_once_its_lease_has_stood_still(
    bench: Bench,
) -> None:
    first, second = bench.worker(), bench.worker()
    await begun(bench, first)
    await watch(bench, second, vigil.STILL)
    assert len(bench.ran) == 1
    await watch(bench, second, 2 * vigil.LOOK)
    await second.drain()

    assert [job.attempts for job in bench.ran] == [1, 2]
    assert await bench.jobs() == []
    await first.stop(within=0.01)


async def test_a_late_end_by_who_lost_the_lease_changes_nothing(bench: Bench) -> None:
    first, second = bench.worker(), bench.worker()
    let_go = await begun(bench, first)
    due_at = bench.clock.now() + timedelta(hours=1)

    async def puts_off(job: Job) -> None:
        raise Later(due_at, "the second one's word")

    bench.does = puts_off
    await watch(bench, second, vigil.STILL + 2 * vigil.LOOK)
    await second.drain()
    let_go.set()
    await first.drain()

    assert len(bench.ran) == 2
    assert (await bench.job()).last_error == "the second one's word"


async def test_a_lease_that_moves_is_nobody_elses(bench: Bench) -> None:
    first, second = bench.worker(), bench.worker()
    let_go = await begun(bench, first)
    (lease,) = await bench.store.read(leases.leased)
    for _ in range(5):
        await watch(bench, second, vigil.STILL / 2)
        until = bench.clock.now() + worker.LEASE
        assert await bench.store.write(leases.extend, lease.job_id, lease.owner, until)
    let_go.set()
    await first.drain()
    assert len(bench.ran) == 1


async def test_who_slept_or_found_the_database_away_does_not_take_the_others_for_dead(
    bench: Bench,
) -> None:
    first, second = bench.worker(), bench.worker()
    let_go = await begun(bench, first)
    await watch(bench, second, vigil.LOOK)
    bench.clock.turn(timedelta(hours=9))
    await second.step()
    let_go.set()
    await first.drain()
    assert len(bench.ran) == 1


async def test_who_finds_its_lease_taken_ends_what_it_runs(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "HEARTBEAT", 0.01)
    first, ended = bench.worker(), asyncio.Event()

    async def does(job: Job) -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    bench.does = does
    await bench.add()
    await first.step()
    (lease,) = await bench.store.read(leases.leased)
    while not await bench.store.write(leases.take_back, [lease]):
        (lease,) = await bench.store.read(leases.leased)
    await ended.wait()
    await first.stop()
    assert len(await bench.jobs()) == 1


async def test_a_job_that_was_freed_while_it_runs_here_is_begun_anew_and_not_twice(
    bench: Bench,
) -> None:
    here, running = bench.worker(), 0

    async def does(job: Job) -> None:
        nonlocal running
        running += 1
        try:
            if len(bench.ran) == 1:
                await asyncio.Event().wait()
            assert running == 1
        finally:
            running -= 1

    bench.does = does
    await bench.add()
    await here.step()
    (lease,) = await bench.store.read(leases.leased)
    await bench.store.write(leases.take_back, [lease])
    await here.drain()

    assert len(bench.ran) == 2
    assert await bench.jobs() == []


@pytest.mark.parametrize("jump", JUMPS)
async def test_what_runs_while_the_clock_is_set_is_not_begun_twice(
    bench: Bench, jump: timedelta
) -> None:
    first, second = bench.worker(), bench.worker()
    let_go = await begun(bench, first)
    await second.step()
    bench.clock.leap(jump)
    await watch(bench, second, 2 * vigil.LOOK)
    assert await first.step() == 0
    let_go.set()
    await first.drain()
    await second.drain()

    assert len(bench.ran) == 1
    assert await bench.jobs() == []


@pytest.mark.parametrize("jump", JUMPS)
async def test_the_job_of_who_is_gone_is_taken_over_though_the_clock_is_set(
    bench: Bench, jump: timedelta
) -> None:
    first, second = bench.worker(), bench.worker()
    await begun(bench, first)
    bench.clock.leap(jump)
    await watch(bench, second, vigil.STILL + 3 * vigil.LOOK)
    await second.drain()

    assert len(bench.ran) == 2
    assert await bench.jobs() == []
    await first.stop(within=0.01)


@pytest.mark.parametrize("jump", JUMPS)
async def test_no_job_waits_longer_than_it_was_to_for_a_clock_that_is_set(
    bench: Bench, jump: timedelta
) -> None:
    by = bench.worker()
    await bench.add("now", due_at=bench.clock.now())
    await bench.add("soon", due_at=bench.clock.now() + timedelta(minutes=1))
    bench.clock.leap(jump)
    await by.drain()
    bench.clock.turn(timedelta(minutes=1))
    await by.drain()

    assert sorted(job.key for job in bench.ran) == ["now", "soon"]


async def test_a_wait_under_a_clock_that_was_ahead_is_as_long_as_it_was_to_be(
    bench: Bench,
) -> None:
    by = bench.worker()
    bench.clock.leap(timedelta(days=3653))
    await bench.add(due_at=bench.clock.now() + timedelta(hours=1))
    bench.clock.leap(-timedelta(days=3653))
    await by.drain()
    assert (await bench.job()).due_at == bench.clock.now() + timedelta(hours=1)


async def test_a_failure_under_a_clock_that_was_ahead_is_tried_again_in_time(
    bench: Bench,
) -> None:
    async def fails(job: Job) -> None:
        raise RuntimeError("oops")

    bench.does, by = fails, bench.worker()
    await bench.add()
    bench.clock.leap(timedelta(days=1))
    await by.drain()
    bench.clock.leap(-timedelta(days=1))
    bench.clock.turn(timedelta(seconds=20))
    bench.does = None
    await by.drain()  # sets it right
    bench.clock.turn(timedelta(seconds=20))
    await by.drain()
    assert len(bench.ran) == 2


async def test_machines_whose_clocks_differ_run_each_job_once(bench: Bench) -> None:
    ahead, behind = FakeClock(), FakeClock()
    ahead.leap(leases.SKEW * 0.9)
    behind.leap(-leases.SKEW * 0.9)
    for number in range(30):
        await bench.add(f"k{number}", due_at=bench.clock.now() - timedelta(hours=1))
    workers = [bench.worker(clock) for clock in (ahead, behind, None)]
    await asyncio.gather(*(each.drain() for each in workers))
    assert sorted(job.key for job in bench.ran) == sorted(f"k{n}" for n in range(30))


async def test_a_clock_that_is_a_little_ahead_shortens_no_wait(bench: Bench) -> None:
    ahead = FakeClock()
    ahead.leap(leases.SKEW * 0.9)
    due_at = ahead.now() + timedelta(minutes=1)
    await bench.store.write(jobs.add, "j1", "deed", "k", {}, due_at=due_at, now=ahead.now())
    await bench.worker().drain()
    assert (await bench.job()).due_at == due_at
