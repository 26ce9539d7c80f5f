"""Jobs: leased, run, put back, given up; asked for again; handed back."""

import asyncio
from datetime import timedelta

import pytest

from moderation.domain.errors import Busy
from moderation.domain.job import Job, JobState
from moderation.flow.worker import BACK_OFF, GiveUp, Later, Worker
from moderation.store import jobs
from moderation.store.db import DatabaseStore
from tests.conftest import FakeClock

from .job_bench import Bench, Handler


@pytest.fixture
def bench(store: DatabaseStore, clock: FakeClock) -> Bench:
    return Bench(store, clock)


def raises(error: Exception) -> Handler:
    async def does(job: Job) -> None:
        raise error

    return does


async def test_what_is_due_is_run_once_and_goes(bench: Bench) -> None:
    await bench.add("now")
    await bench.add("later", due_at=bench.clock.now() + timedelta(seconds=1))
    await bench.worker().drain()

    assert [job.key for job in bench.ran] == ["now"]
    assert [job.key for job in await bench.jobs()] == ["later"]


async def test_the_same_work_asked_for_twice_is_one_job(bench: Bench) -> None:
    await bench.add()
    await bench.add()
    await bench.worker().drain()
    assert len(bench.ran) == 1


async def test_of_two_workers_one_has_it(bench: Bench) -> None:
    for number in range(20):
        await bench.add(f"k{number}")
    await asyncio.gather(*(bench.worker().drain() for _ in range(3)))
    assert sorted(job.key for job in bench.ran) == sorted(f"k{n}" for n in range(20))


async def test_a_failure_is_tried_again_with_growing_patience(bench: Bench) -> None:
    bench.does = raises(RuntimeError("oops"))
    await bench.add()
    worker = bench.worker()
    for number, seconds in enumerate(BACK_OFF, 1):
        await worker.drain()
        job = await bench.job()
        assert (job.attempts, job.state) == (number, JobState.QUEUED)
        assert job.last_error == "RuntimeError: oops"
        wait = (job.due_at - bench.clock.now()).total_seconds()
        assert seconds * 0.8 <= wait <= seconds * 1.2
        bench.clock.turn(timedelta(seconds=seconds * 1.2))
    await worker.drain()

    assert (await bench.job()).state is JobState.FAILED
    assert len(bench.ran) == len(BACK_OFF) + 1
    bench.clock.turn(timedelta(days=30))
    await worker.drain()
    assert len(bench.ran) == len(BACK_OFF) + 1


async def test_patience_is_spread_so_that_not_all_come_back_at_once(bench: Bench) -> None:
    bench.does = raises(RuntimeError("oops"))
    for number in range(12):
        await bench.add(f"k{number}")
    await bench.worker().drain()
    assert len({job.due_at for job in await bench.jobs()}) > 1


@pytest.mark.parametrize(("counted", "attempts"), [(True, 1), (False, 0)])
async def test_a_handler_may_name_the_time(bench: Bench, counted: bool, attempts: int) -> None:
    due_at = bench.clock.now() + timedelta(hours=3)
    bench.does = raises(Later(due_at, "not yet", counted=counted))
    await bench.add()
    await bench.worker().drain()
    job = await bench.job()

    assert (job.due_at, job.attempts, job.last_error) == (due_at, attempts, "not yet")


async def test_giving_up_is_seen_and_asking_again_begins_anew(bench: Bench) -> None:
    bench.does = raises(GiveUp("no such address"))
    await bench.add()
    worker = bench.worker()
    await worker.drain()
    job = await bench.job()
    assert (job.state, job.last_error) == (JobState.FAILED, "no such address")

    bench.does = None
    await bench.add()
    await worker.drain()
    assert await bench.jobs() == []


async def test_work_nobody_knows_is_given_up(bench: Bench) -> None:
    now = bench.clock.now()
    await bench.store.write(jobs.add, "m1", "unheard", "k", {}, due_at=now, now=now)
    await bench.worker().drain()
    assert (await bench.job()).state is JobState.FAILED


async def test_a_store_that_is_busy_is_not_the_jobs_fault(bench: Bench) -> None:
    bench.does = raises(Busy(retry_after=7))
    await bench.add()
    await bench.worker().drain()
    job = await bench.job()
    assert (job.attempts, job.due_at) == (0, bench.clock.now() + timedelta(seconds=7))


@pytest.mark.parametrize(
    "end",
    [
        pytest.param(None, id="when it is done"),
        pytest.param(GiveUp("too late"), id="when it is given up"),
    ],
)
async def test_asked_for_while_it_runs_it_runs_once_more(
    bench: Bench, end: Exception | None
) -> None:
    async def does(job: Job) -> None:
        if len(bench.ran) == 1:
            await bench.add()
            if end is not None:
                raise end

    bench.does = does
    await bench.add()
    await bench.worker().drain()

    assert len(bench.ran) == 2
    assert await bench.jobs() == []


async def test_who_stops_hands_back_what_it_could_not_finish(bench: Bench) -> None:
    began = asyncio.Event()

    async def does(job: Job) -> None:
        began.set()
        await asyncio.Event().wait()

    bench.does = does
    await bench.add()
    worker = bench.worker()
    await worker.step()
    await began.wait()
    await worker.stop(within=0.01)
    bench.does = None
    await bench.worker().drain()  # at once: no lease has to run out

    assert [job.attempts for job in bench.ran] == [1, 1]
    assert await bench.jobs() == []


async def test_run_works_until_it_is_stopped(bench: Bench) -> None:
    did = asyncio.Event()

    async def does(job: Job) -> None:
        did.set()

    bench.does = does
    worker = Worker(bench.store, {"deed": bench.handle}, bench.clock, poll=0.01)
    running = asyncio.create_task(worker.run())
    await bench.add()
    await did.wait()
    await worker.stop()
    await running
    assert await bench.jobs() == []
