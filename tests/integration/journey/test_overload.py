"""More than can be answered: who finds no place is told at once, and nobody else is held up."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest

from moderation.store import queue
from moderation.store.db import DatabaseStore
from moderation.web.front import Front

from .conftest import Journey, Open


@asynccontextmanager
async def held(store: object) -> AsyncIterator[None]:
    """A writer that commits nothing until the end of the block, as one whose disk hangs."""
    assert isinstance(store, DatabaseStore)
    engine: Any = store._writer._engine
    let_go, commit = asyncio.Event(), engine.commit

    async def waiting(batch: Any) -> Any:
        await let_go.wait()
        return await commit(batch)

    engine.commit = waiting
    try:
        yield
    finally:
        del engine.commit
        let_go.set()


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(30):
        while not holds():  # noqa: ASYNC110 requests on their way in
            await asyncio.sleep(0)


@pytest.fixture
async def crowded(open_one: Open) -> Journey:
    return await open_one()


async def test_who_finds_no_place_is_told_at_once_and_all_others_are_answered(
    crowded: Journey,
) -> None:
    journey = crowded
    app = journey.app
    assert isinstance(app, Front)
    writes = app._rooms["writes"]
    await journey.json_reply(text="There before.")
    places = int(writes.places)  # fewer than the most where this machine is slow

    async with held(journey.house.store):
        inside = [asyncio.create_task(journey.json_reply(text=f"Reply {n}")) for n in range(places)]
        await until(lambda: writes.full)

        refused = await journey.json_reply(text="One too many.")
        assert (refused.status_code, refused.headers["retry-after"]) == (503, "5")
        assert refused.headers["x-content-type-options"] == "nosniff"
        assert "connection" not in refused.headers
        form = await journey.reply(comment="Another too many.")
        assert form.status_code == 503
        assert not any(task.done() for task in inside)

        others: list[Callable[[], Awaitable[Any]]] = [
            journey.thread,
            lambda: journey.client.get("/healthz"),
            lambda: journey.client.get("/dashboard/login"),
            lambda: journey.client.get("/counts.json", params={"article": journey.article}),
        ]
        for ask in others:
            assert (await ask()).status_code == 200

    answers = await asyncio.gather(*inside)
    assert {answer.status_code for answer in answers} == {201}
    texts = {comment.text for comment in await _all(journey)}
    assert texts == {"There before.", *(f"Reply {n}" for n in range(places))}
    assert (await journey.json_reply(text="One too many.")).status_code == 201


async def test_owners_who_find_no_place_leave_readers_and_writers_theirs(
    journey: Journey,
) -> None:
    assert isinstance(journey.app, Front)
    owners = journey.app._rooms["owners"]
    owners.inside = int(owners.places)
    head = await journey.client.head("/dashboard/login")
    assert (head.status_code, head.content) == (503, b"")
    assert (await journey.client.get("/api/v1/comments")).status_code == 503
    assert (await journey.thread()).status_code == 200
    assert (await journey.reply()).status_code == 303


async def test_what_is_ready_is_sent_though_there_is_no_place_for_reading(
    journey: Journey,
) -> None:
    """It takes none, and costs no more than the refusal."""
    await journey.reply()
    await journey.thread()
    assert isinstance(journey.app, Front)
    reads = journey.app._rooms["reads"]
    reads.inside = int(reads.places)
    assert (await journey.thread()).status_code == 200
    assert (await journey.thread(page="2")).status_code == 503


async def _all(journey: Journey) -> list[Any]:
    found = await journey.house.store.read(queue.page, queue.Filter(), order="oldest", limit=1000)
    return list(found)
