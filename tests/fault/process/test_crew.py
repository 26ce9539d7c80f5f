"""Several processes at one socket, killed one by one and then the one that leads them."""

import asyncio
import os
import random
import signal
from pathlib import Path

import pytest

from tests import wire
from tests.process import Service, running, until

from .evidence import assert_kept, assert_whole
from .load import SETTINGS, Ledger, insist

WORKERS = 2
KILLS = 2
CREW = f"[server]\nworkers = {WORKERS}\n"
PROCESSES = Path("/proc")

pytestmark = pytest.mark.skipif(
    not PROCESSES.is_dir(), reason="who belongs to a crew is read from /proc"
)


async def members(service: Service) -> list[int]:
    """The processes that answer."""
    assert service.process is not None
    leader = service.process.pid
    listed = (PROCESSES / f"{leader}/task/{leader}/children").read_text().split()
    return [int(pid) for pid in listed if "serve" in _command(pid)]


def _command(pid: str | int) -> str:
    try:
        return (PROCESSES / f"{pid}/cmdline").read_text()
    except OSError:
        return ""


async def test_a_member_that_is_killed_is_replaced_and_nothing_is_lost(
    store_url: str, tmp_path: Path
) -> None:
    ledger, over = Ledger(), asyncio.Event()

    async def complete() -> bool:
        return len(await members(service)) == WORKERS

    async with running(tmp_path, store_url, SETTINGS + CREW) as service:
        async with asyncio.TaskGroup() as group:
            for number in range(6):
                group.create_task(insist(service, ledger, over, keyed=number % 2 == 0))
            for _ in range(KILLS):
                await ledger.more(20)
                os.kill(random.choice(await members(service)), signal.SIGKILL)  # noqa: S311 no secret
                await until(complete, what="a crew that is complete")
            await ledger.more(20)
            over.set()
        await assert_kept(store_url, ledger)
        await assert_whole(store_url)
        told = [line["event"] for line in service.complaints()]
        assert told == ["a process ended and is replaced"] * KILLS
        assert await service.stop() == 0


async def test_a_member_that_is_asked_to_leave_closes_no_door(tmp_path: Path) -> None:
    """By somebody who has seen its number and not that it has a leader: all share one socket."""
    database = f"sqlite:///{tmp_path / 'moderation.db'}"

    async with running(tmp_path, database, SETTINGS + CREW) as service:
        (before, *_) = await members(service)
        os.kill(before, signal.SIGTERM)

        async def replaced() -> bool:
            now = await members(service)
            return len(now) == WORKERS and before not in now

        await until(replaced, what="a crew that is complete")
        async with asyncio.timeout(10):
            assert (await wire.get(service.port, "/healthz")).status == 200
        assert await service.stop() == 0


async def test_a_crew_whose_leader_is_killed_leaves(tmp_path: Path) -> None:
    database = f"sqlite:///{tmp_path / 'moderation.db'}"
    async with running(tmp_path, database, SETTINGS + CREW) as service:
        crew = await members(service)
        assert len(crew) == WORKERS
        await service.kill()

        async def gone() -> bool:
            return not [pid for pid in crew if "serve" in _command(pid)]

        await until(gone, what="the end of the crew")
        await service.start()
        assert await service.stop() == 0
        assert service.complaints() == []
