"""Reading in processes of their own: hostile pages cost one process a few seconds, nothing more."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from moderation.net.contract import NotHtml, NotReadable, Page
from moderation.net.limits import ReadLimits
from moderation.net.parse import ProcessReader
from tests.sources import heartbeat

TARGET = "https://blog.example/a"
LINK = f'<title>T</title><p>see <a href="{TARGET}">this</a>'
M = 1024 * 1024


def page(body: str, named: str = "text/html") -> Page:
    url = "https://other.example/"
    return Page(url, url, 200, named, "", body.encode())


@pytest.fixture
async def reader() -> AsyncIterator[ProcessReader]:
    running = ProcessReader(limits=ReadLimits(seconds=1.5, workers=1))
    yield running
    await running.close()


def pid(reader: ProcessReader) -> int:
    (worker,) = reader._idle
    return worker.process.pid


def environment_of(process: int) -> bytes:
    path = Path(f"/proc/{process}/environ")
    return path.read_bytes() if path.exists() else b""


def resident_bytes_of(process: int) -> int:
    """Return what a process holds, 0 where the system does not show it."""
    path = Path(f"/proc/{process}/statm")
    return int(path.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") if path.exists() else 0


async def test_a_source_and_an_article_are_read_by_one_process(reader: ProcessReader) -> None:
    facts = await reader.read_source(page(LINK), [TARGET])
    assert (facts.links, facts.title, facts.excerpt) == (True, "T", "see this")
    first = pid(reader)
    assert (await reader.read_article(page(LINK))).title == "T"
    assert pid(reader) == first


async def test_a_type_that_is_not_looked_through_is_told(reader: ProcessReader) -> None:
    with pytest.raises(NotHtml):
        await reader.read_source(page(LINK, "image/png"), [TARGET])


async def test_a_page_that_takes_too_long_is_left_and_the_next_is_read(
    reader: ProcessReader,
) -> None:
    await reader.read_source(page(LINK), [TARGET])
    first = pid(reader)
    async with heartbeat() as delays:
        with pytest.raises(NotReadable):
            await reader.read_source(page(LINK + "<" * M), [TARGET])
        assert (await reader.read_source(page(LINK), [TARGET])).links
    assert max(delays) < 1
    assert pid(reader) != first


async def test_a_page_that_takes_too_much_memory_is_left() -> None:
    reader = ProcessReader(limits=ReadLimits(seconds=20, memory_bytes=64 * M))
    try:
        with pytest.raises(NotReadable):
            await reader.read_source(page(LINK + "<div>" * 200_000), [TARGET])
        assert (await reader.read_source(page(LINK), [TARGET])).links
    finally:
        await reader.close()


async def test_a_process_that_died_at_rest_is_replaced(reader: ProcessReader) -> None:
    await reader.read_source(page(LINK), [TARGET])
    os.kill(pid(reader), signal.SIGKILL)
    assert (await reader.read_source(page(LINK), [TARGET])).links


async def test_a_cancelled_caller_takes_its_process_along(reader: ProcessReader) -> None:
    await reader.read_source(page(LINK), [TARGET])
    first = pid(reader)
    task = asyncio.ensure_future(reader.read_source(page(LINK + "<" * M), [TARGET]))
    await asyncio.sleep(0.05)  # let it begin; cancelled sooner, the test passes all the same
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    with pytest.raises(ProcessLookupError):
        os.kill(first, 0)
    assert (await reader.read_source(page(LINK), [TARGET])).links


async def test_no_more_processes_than_places(reader: ProcessReader) -> None:
    every = await asyncio.gather(*(reader.read_source(page(LINK), [TARGET]) for _ in range(8)))
    assert all(facts.links for facts in every)
    assert len(reader._idle) == 1


async def test_a_process_retires_after_so_many_pages() -> None:
    reader = ProcessReader(limits=ReadLimits(workers=1, pages_per_worker=2))
    await reader.read_source(page(LINK), [TARGET])
    assert len(reader._idle) == 1
    await reader.read_source(page(LINK), [TARGET])
    assert not reader._idle
    await reader.close()


async def test_a_closed_reader_leaves_no_process(reader: ProcessReader) -> None:
    await reader.read_source(page(LINK), [TARGET])
    worker = pid(reader)
    await reader.close()
    with pytest.raises(ProcessLookupError):
        os.kill(worker, 0)


async def test_a_process_knows_no_secrets(
    reader: ProcessReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AKISMET_API_KEY", "secret")
    await reader.read_source(page(LINK), [TARGET])
    environment = environment_of(pid(reader))
    if not environment:
        pytest.skip("this system does not show the environment of a process")
    assert b"AKISMET" not in environment


async def test_a_process_gives_back_what_a_big_page_took() -> None:
    reader = ProcessReader(limits=ReadLimits(seconds=20))
    await reader.read_source(page(LINK + "<p>x" * 100_000), [TARGET])
    await reader.read_source(page(LINK), [TARGET])
    held = resident_bytes_of(pid(reader))
    await reader.close()
    assert held < 64 * M


async def test_a_process_that_cannot_start_is_our_fault_not_the_pages() -> None:
    reader = ProcessReader(limits=ReadLimits(start_seconds=0.001))
    with pytest.raises(RuntimeError, match="did not start"):
        await reader.read_source(page(LINK), [TARGET])
    await reader.close()
