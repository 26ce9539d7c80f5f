"""A store that is locked, full or restarted, as clients see it: 503, then all is well again."""

import asyncio
import os
import resource
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path

import pytest

from tests import wire
from tests.owner import Owner, make_owner
from tests.postgres import Cluster
from tests.process import Service, running, until

from .evidence import assert_kept, assert_whole
from .load import ARTICLE, ARTICLES, SETTINGS, Ledger, insist, note, send

RESTARTS = 3
DISK = 160 * 1024 * 1024  # bytes; with less than 64 MiB free the service says that it is not ready
HOLDERS = {
    "a tool that writes": (
        "import sqlite3, sys; c = sqlite3.connect(sys.argv[1], isolation_level=None);"
        " c.execute('BEGIN IMMEDIATE')"
    ),
    "another process of ours": (
        "import fcntl, sys; f = open(sys.argv[1] + '-lock', 'a'); fcntl.flock(f, fcntl.LOCK_EX)"
    ),
}


@contextmanager
def locked(database: Path, how: str) -> Iterator[None]:
    """Hold a lock in another process until the end of the block."""
    code = HOLDERS[how] + "; print('held', flush=True); sys.stdin.read()"
    holder = subprocess.Popen(
        [sys.executable, "-c", code, str(database)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    with holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        yield
        holder.kill()


@asynccontextmanager
async def reading(service: Service, allowed: set[int]) -> AsyncIterator[list[int]]:
    """Read threads all the while, kept ones and such as nobody has asked for."""
    statuses: list[int] = []

    async def read() -> None:
        while True:
            number = len(statuses)
            article = ARTICLE.format(number=number if number % 2 else number % ARTICLES)
            answer = await wire.get(service.port, "/thread.html", article=article)
            assert answer.status in allowed, (answer.status, answer.body)
            assert answer.status == 200 or int(answer.headers["retry-after"]) > 0
            statuses.append(answer.status)
            await asyncio.sleep(0.01)

    task = asyncio.create_task(read())
    try:
        yield statuses
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
    assert statuses


async def say(service: Service, ledger: Ledger) -> int:
    """Leave a comment, keep in mind what was answered, and return the status."""
    sending = ledger.new(keyed=True)
    answer = await send(service.port, sending)
    note(ledger, sending, answer)
    return answer.status


async def until_taken(service: Service, ledger: Ledger) -> None:
    async def taken() -> bool:
        return await say(service, ledger) == 201

    await until(taken, what="a comment that is taken again")
    await service.until_ready()


async def until_refused(service: Service, ledger: Ledger) -> None:
    async def refused() -> bool:
        return await say(service, ledger) == 503

    await until(refused, what="a refusal")


async def every_door_refuses(owner: Owner, comment_id: str) -> None:
    """Each door says 503 in its own way, and when to come back."""
    port, article = owner.service.port, ARTICLE.format(number=1)
    fields = {"url": "https://source.example/1", "source": "https://source.example/2"}
    answers = await asyncio.gather(
        owner.decide(comment_id, "approve"),
        wire.post_form(port, wire.target("/trackback", article=article), fields),
        wire.post_form(port, "/webmention", fields | {"target": article}),
        wire.get(port, "/readyz"),
    )
    assert [a.status for a in answers] == [503] * 4, [a.body for a in answers]
    assert [int(a.headers["retry-after"]) > 0 for a in answers] == [True] * 4
    assert (await wire.get(port, "/healthz")).status == 200


@pytest.fixture
def database(sqlite_template: Path, tmp_path: Path) -> Path:
    path = tmp_path / "moderation.db"
    path.write_bytes(sqlite_template.read_bytes())
    return path


@pytest.mark.parametrize("how", HOLDERS)
async def test_a_database_locked_by_another_process(
    database: Path, tmp_path: Path, how: str
) -> None:
    ledger = Ledger()
    async with running(tmp_path, f"sqlite:///{database}", SETTINGS) as service:
        owner = await make_owner(service)
        assert await say(service, ledger) == 201
        first = ledger.acknowledged[0].told
        assert first
        async with reading(service, {200}):
            with locked(database, how):
                results = await asyncio.gather(
                    *(say(service, ledger) for _ in range(10)),
                    every_door_refuses(owner, first["id"]),
                )
            assert results[:10] == [503] * 10
            await until_taken(service, ledger)
        assert (await owner.decide(first["id"], "approve")).status == 200
        await assert_kept(service.store_url, ledger)
        await assert_whole(service.store_url)
        assert service.complaints() == []


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of its own; only root may make one."""
    if os.geteuid() != 0:
        pytest.skip("a small disk can be made by root only; the limit of a file stands in for it")
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={DISK}", "tmpfs", str(folder)]
    if subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip("this machine lets nobody mount")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def fill(ballast: Path) -> None:
    """Take all the room there is."""
    with ballast.open("wb", buffering=0) as file, suppress(OSError):
        while file.write(b"\0" * 65536):
            pass
    with ballast.open("ab", buffering=0) as file, suppress(OSError):
        while file.write(b"\0"):
            pass


async def test_a_full_disk(small_disk: Path, tmp_path: Path) -> None:
    async with running(tmp_path, f"sqlite:///{small_disk}/moderation.db", SETTINGS) as service:
        ballast = small_disk / "ballast"
        await _out_of_room(service, lambda: fill(ballast), ballast.unlink)


async def test_a_file_that_may_not_grow(database: Path, tmp_path: Path) -> None:
    async with running(tmp_path, f"sqlite:///{database}", SETTINGS) as service:
        assert service.process is not None
        pid, log = service.process.pid, database.with_name("moderation.db-wal")
        _, most = resource.prlimit(pid, resource.RLIMIT_FSIZE)

        def limit() -> None:
            size = max(log.stat().st_size, database.stat().st_size)
            resource.prlimit(pid, resource.RLIMIT_FSIZE, (size, most))

        def free() -> None:
            resource.prlimit(pid, resource.RLIMIT_FSIZE, (most, most))

        await _out_of_room(service, limit, free)


async def _out_of_room(
    service: Service, close: Callable[[], None], free: Callable[[], None]
) -> None:
    """Write until there is no room, three times, and see that it recovers by itself."""
    ledger = Ledger()
    assert await say(service, ledger) == 201
    for _ in range(3):
        await asyncio.to_thread(close)
        async with reading(service, {200}):
            await until_refused(service, ledger)
            await asyncio.gather(*(say(service, ledger) for _ in range(20)))
        free()
        await until_taken(service, ledger)
        await assert_kept(service.store_url, ledger)
        await assert_whole(service.store_url)
    assert service.complaints() == []


@pytest.mark.parametrize("engine_name", [pytest.param("postgresql", marks=pytest.mark.postgres)])
async def test_a_server_that_is_restarted_under_load(
    engine_name: str, store_url: str, cluster: Cluster, tmp_path: Path
) -> None:
    ledger, over = Ledger(), asyncio.Event()
    async with running(tmp_path, store_url, SETTINGS) as service:
        async with reading(service, {200, 503}), asyncio.TaskGroup() as group:
            for number in range(6):
                group.create_task(insist(service, ledger, over, keyed=number % 2 == 0))
            for _ in range(RESTARTS):
                await ledger.more(10)
                await asyncio.to_thread(cluster.restart)
            await ledger.more(10)
            over.set()
        await service.until_ready()
        assert ledger.broken == 0
        assert len(ledger.acknowledged) == len(ledger.sendings)
        await assert_kept(store_url, ledger)
        await assert_whole(store_url)
        assert service.complaints() == []
