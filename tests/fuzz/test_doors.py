"""Whatever is sent to a door, it is answered, in words for people, and the service lives on.

``MODERATION_FUZZ_CASES`` asks for so many cases in all, half of them on each engine, and
``MODERATION_FUZZ_SEED`` for others than those of every day; what fails prints the seed and the
number that bring it back.
"""

import asyncio
import os
import shutil
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from random import Random

import asyncpg
import pytest

from tests import wire
from tests.process import Service
from tests.wire import Answer, Broken

from .bodies import DOORS, KINDS, Door, address, spoil
from .framing import Case, odd, plain

CASES = int(os.environ.get("MODERATION_FUZZ_CASES", "0")) or 560
SEED = os.environ.get("MODERATION_FUZZ_SEED", "every day")
AT_ONCE = 12
SETTINGS = """
[sites.blog]
url = "https://blog.example/"
articles = "any"
[limits]
comments_per_minute = 0
pings_per_minute = 0
"""
INSIDE = (b"Traceback", b'File "', b"sqlite3.", b"asyncpg", b"/site-packages/")


# No job is kept in these databases: names that chance makes up are not to be looked up.
NO_JOBS = {
    "sqlite": "CREATE TRIGGER no_job BEFORE INSERT ON job BEGIN SELECT RAISE(IGNORE); END",
    "postgresql": """
        CREATE FUNCTION no_job() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
        CREATE TRIGGER no_job BEFORE INSERT ON job FOR EACH ROW EXECUTE FUNCTION no_job()""",
}


@pytest.fixture(
    scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]
)
def service(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Service]:
    folder = tmp_path_factory.mktemp("fuzz")
    make = _sqlite if request.param == "sqlite" else _postgres
    with make(request, folder) as url:
        one = Service(folder, url, SETTINGS)
        try:
            asyncio.run(one.start())
            yield one
        finally:
            asyncio.run(one.kill())


@contextmanager
def _sqlite(request: pytest.FixtureRequest, folder: Path) -> Iterator[str]:
    database = folder / "moderation.db"
    shutil.copyfile(request.getfixturevalue("sqlite_template"), database)
    with closing(sqlite3.connect(database, isolation_level=None)) as connection:
        connection.execute(NO_JOBS["sqlite"])
    yield f"sqlite:///{database}"


@contextmanager
def _postgres(request: pytest.FixtureRequest, folder: Path) -> Iterator[str]:
    cluster = request.getfixturevalue("cluster")
    url = cluster.make(request.getfixturevalue("postgres_template"))

    async def prepare() -> None:
        connection = await asyncpg.connect(url)
        await connection.execute(NO_JOBS["postgresql"])
        await connection.close()

    asyncio.run(prepare())
    yield url
    cluster.drop(url)


def make(door: Door, number: int) -> Case:
    """The case of a number: the same for the same seed."""
    chance = Random(f"{SEED} {door.path} {door.kind} {number}")  # noqa: S311 no secret
    where = address(chance, door)
    if chance.random() < 0.4:
        return odd(chance, where, door.kind or "text/plain", door.body.encode() or b"x")
    kind = door.kind if chance.random() < 0.7 else chance.choice(KINDS)
    method = door.method if chance.random() < 0.9 else "POST"
    return plain("body", method, where, kind, spoil(chance, door))


async def run(service: Service, case: Case) -> Answer | None:
    """Send a case and read its answer; None where none was owed and none came."""
    async with wire.connect(service.port) as line:
        sending = asyncio.create_task(_send(line, case))
        try:
            answer = await line.answer(bodiless=case.bodiless)
            if case.only:
                assert b"HTTP/1.1 200" not in await line.rest(), "a second answer"
            return answer
        except Broken:
            if case.answers:
                raise
            return None
        finally:
            sending.cancel()
            with suppress(asyncio.CancelledError):
                await sending


async def _send(line: wire.Line, case: Case) -> None:
    for piece in case.pieces:
        await line.send(piece)
        await asyncio.sleep(0)
    if case.ends:
        line.end()


def judge(answer: Answer | None) -> None:
    """Raise AssertionError for an answer that no door may give."""
    if answer is None:
        return
    if answer.status == 503:
        assert int(answer.headers["retry-after"]) > 0
    else:
        assert answer.status < 500
    assert not [word for word in INSIDE if word in answer.body]


@pytest.mark.parametrize("door", DOORS, ids=lambda d: f"{d.method} {d.path[:24]} {d.kind[:18]}")
async def test_a_door_answers_whatever_is_sent(service: Service, door: Door) -> None:
    room, seen, wrong = asyncio.Semaphore(AT_ONCE), Counter[int](), []
    before = len(service.complaints())

    async def one(number: int) -> None:
        case = make(door, number)
        async with room:
            try:
                answer = await run(service, case)
                judge(answer)
                seen[answer.status if answer else 0] += 1
            except (AssertionError, Broken, OSError) as error:
                said = b"".join(case.pieces)[:300]
                wrong.append(f"{SEED!r} {number} {case.name}: {error!r} to {said!r}")

    await asyncio.gather(*(one(number) for number in range(-(-CASES // len(DOORS) // 2))))

    assert wrong == []
    assert service.complaints()[before:] == []
    assert (await wire.get(service.port, "/healthz")).status == 200
    print(dict(seen))
