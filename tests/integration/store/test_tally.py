"""How many comments there are of each kind is kept by every way a comment comes, moves and goes."""

import asyncio
import random
import sys
from dataclasses import replace
from typing import Any

import asyncpg
import pytest
from alembic import command
from sqlalchemy import Connection, func, insert, select

from bench.store_writes import some_comment
from moderation.domain.article import Article, Existence
from moderation.domain.comment import Comment, Kind, Status, Type, WaitingFor
from moderation.domain.errors import Duplicate
from moderation.store import articles, comment_changes, comments, migrate, tables, tally
from moderation.store.comments import Derived
from moderation.store.contract import Query
from moderation.store.db import DatabaseStore
from moderation.store.tables import tally as table
from tests.conftest import FakeClock, OpenStore
from tests.integration.store.past_the_service import at

PLACES = ("blog", "notes")
WRITER = """
import asyncio, sys
from tests.integration.store.test_tally import write_from_afar
asyncio.run(write_from_afar(*sys.argv[1:]))
"""


async def begin(store: DatabaseStore, clock: FakeClock) -> None:
    """Put an article of each site there."""
    for site in PLACES:
        url = f"https://{site}.example/"
        now, found = clock.now(), Existence.FOUND
        article = Article(site, site, url, None, now, found, True, True, 0, 0, now)
        await store.write(articles.add, article)


def drawn(chance: random.Random, **more: Any) -> Comment:
    """A comment of any site, status, door and type."""
    status = chance.choice(tuple(Status))
    waits = chance.choice(tuple(WaitingFor)) if status is Status.HELD else None
    site, kind, type_ = (chance.choice(tuple(n)) for n in (PLACES, Kind, Type))
    made = replace(
        some_comment(),
        **({"site": site, "article_id": site, "kind": kind, "type": type_} | more),
    )
    return replace(made, status=status, waiting_for=waits)


def plain() -> Comment:
    return replace(some_comment(), article_id="blog")


def add(new: Comment, *, mark: str | None = None) -> Query[bool]:
    derived = Derived(mark or new.id, new.text, new.id, 1)
    return (yield from comments.add(new, derived, at=new.received_at))


def deed(chance: random.Random, known: list[Comment]) -> Query[None]:
    """Do something to a comment that is there, or bring one more."""
    what = chance.choice(("add", "add", "same", "move", "stale", "rewrite", "via", "remove"))
    if what == "add" or not known:
        new = drawn(chance)
        yield from add(new)
        known.append(new)
        return
    old, other = chance.choice(known), drawn(chance)
    if what == "same":
        assert not (yield from add(other, mark=old.id))
    elif what in ("move", "stale"):
        now = yield from comments.by_ids([old.id])
        yield from comment_changes.set_status(
            old.id,
            seen=now[old.id].version - (what == "stale"),
            status=other.status,
            waiting_for=other.waiting_for,
            status_before=None,
            at=old.received_at,
        )
    elif what == "rewrite":
        now = yield from comments.by_ids([old.id])
        changed = replace(now[old.id], kind=other.kind, type=other.type, text="Other words.")
        yield from comment_changes.rewrite(changed, Derived(None, "", "", 1))
    elif what == "via":
        yield from comment_changes.set_via(old.id, (other.kind,), other.kind)
    else:
        known.remove(old)
        yield from comment_changes.remove(old.id)


def number_of_rows() -> Query[int]:
    rows = yield select(func.count()).select_from(table), {}
    return int(rows[0][0])


async def sum_of(store: DatabaseStore) -> int:
    return sum(count.number for count in await store.read(tally.counts))


@pytest.mark.parametrize("seed", range(4))
async def test_whatever_is_done_the_tally_is_what_a_count_gives(
    store: DatabaseStore, clock: FakeClock, seed: int
) -> None:
    await begin(store, clock)
    chance, known = random.Random(seed), list[Comment]()  # noqa: S311 no secret

    def some(times: int) -> Query[None]:
        for _ in range(times):
            yield from deed(chance, known)

    for _ in range(30):
        await store.write(some, chance.randint(1, 12))
        assert await store.read(tally.drift) == {}
    assert await sum_of(store) == len(known) > 0


async def test_what_is_undone_with_its_batch_was_never_counted(
    store: DatabaseStore, clock: FakeClock
) -> None:
    await begin(store, clock)

    def spoilt() -> Query[None]:
        yield from add(plain())
        raise Duplicate

    with pytest.raises(Duplicate):
        await store.write(spoilt)
    assert await sum_of(store) == 0


async def test_what_was_written_by_hand_is_found_and_mended(
    store: DatabaseStore, clock: FakeClock
) -> None:
    await begin(store, clock)
    for _ in range(3):
        await store.write(add, plain())

    def spoil() -> Query[None]:
        yield table.update().values(number=table.c.number + 4), {}

    before = await store.read(tally.counts)
    await store.write(spoil)
    apart = await store.read(tally.drift)
    assert sum(apart.values()) in (-4, -12)  # PostgreSQL has a row for each
    await store.write(add, plain())  # meanwhile
    await store.write(tally.mend, apart)
    assert await store.read(tally.drift) == {}
    assert await sum_of(store) == sum(count.number for count in before) + 1


async def test_however_many_writes_there_were_the_rows_are_few(
    store: DatabaseStore, clock: FakeClock
) -> None:
    await begin(store, clock)

    def many() -> Query[None]:
        for _ in range(100):
            yield from add(plain())

    for _ in range(10):
        await store.write(many)
    assert await store.read(number_of_rows) <= 64
    assert await sum_of(store) == 1000
    assert await store.read(tally.drift) == {}


@pytest.mark.postgres
async def test_nobody_waits_for_the_tally_of_one_who_has_not_committed(
    store: DatabaseStore, store_url: str, engine_name: str, clock: FakeClock
) -> None:
    if engine_name == "sqlite":
        pytest.skip("there one writes at a time")
    await begin(store, clock)
    first = plain()
    await store.write(add, first)
    stranger = await asyncpg.connect(store_url)
    try:
        open_still = stranger.transaction()
        await open_still.start()
        columns = ", ".join(column.name for column in tables.comment.c)
        named = columns.replace("id,", "$1,", 1).replace("anchor", "$1", 1)
        named = named.replace("fingerprint", "$1", 1)
        again = f"INSERT INTO comment ({columns}) SELECT {named} FROM comment WHERE id = $2"  # noqa: S608 our own names
        for number in range(64):  # so many that it puts rows together that were there before
            await stranger.execute(again, f"other{number}", first.id)

        def many() -> Query[None]:
            for _ in range(200):
                yield from add(plain())

        async with asyncio.timeout(60):
            await store.write(many)
        assert await sum_of(store) == 201
        await open_still.commit()
    finally:
        await stranger.close()
    assert await sum_of(store) == 265
    assert await store.read(tally.drift) == {}


@pytest.mark.postgres
async def test_slots_that_were_moved_here_with_their_rows_may_be_drawn_again(
    store: DatabaseStore, store_url: str, engine_name: str, clock: FakeClock
) -> None:
    if engine_name == "sqlite":
        pytest.skip("there are no slots to draw")
    await begin(store, clock)
    chance, known = random.Random("moved"), list[Comment]()  # noqa: S311 no secret

    def some() -> Query[None]:
        for _ in range(100):
            yield from deed(chance, known)

    stranger = await asyncpg.connect(store_url)
    try:
        for _ in range(4):
            await store.write(some)
            await stranger.execute("SELECT setval('tally_slot', 1, false)")
            assert await store.read(tally.drift) == {}
    finally:
        await stranger.close()


async def test_the_migration_counts_what_is_there(
    bare_url: str, open_another: OpenStore, clock: FakeClock
) -> None:
    def before(connection: Connection) -> None:
        config = migrate._config()
        config.attributes["connection"] = connection
        command.upgrade(config, "0013")
        now = clock.now()
        article = {"id": "blog", "site": "blog", "url": "https://blog.example/"}
        connection.execute(
            insert(tables.article),
            article
            | {"existence": Existence.FOUND, "open": True, "pings_open": True, "revision": 0}
            | {"count": 0, "created_at": now},
        )
        for status in (Status.SPAM, Status.SPAM, Status.APPROVED):
            new = replace(plain(), status=status)
            values = comments._values(new, Derived(new.id, "", "", 1)) | {"status_at": now}
            connection.execute(insert(tables.comment), values)

    await at(bare_url, before)
    store = await open_another(bare_url)
    kept = {(c.key.status, c.number) for c in await store.read(tally.counts)}
    assert kept == {(Status.SPAM, 2), (Status.APPROVED, 1)}
    assert await store.read(tally.drift) == {}


async def write_from_afar(url: str, seed: str) -> None:
    """What another process does, in many commits."""
    from moderation.domain.clock import SystemClock
    from moderation.settings import StoreSettings
    from moderation.store.db import open_store

    chance, known = random.Random(seed), list[Comment]()  # noqa: S311 no secret
    store = await open_store(StoreSettings(url), clock=SystemClock(), batch=4)
    for _ in range(30):
        await asyncio.gather(*(store.write(deed, chance, known) for _ in range(8)))
    await store.close()


async def test_of_two_processes_that_write_at_once_all_is_counted(
    store: DatabaseStore, store_url: str, clock: FakeClock
) -> None:
    await begin(store, clock)
    others = [
        await asyncio.create_subprocess_exec(sys.executable, "-c", WRITER, store_url, seed)
        for seed in ("one", "other")
    ]
    assert [await other.wait() for other in others] == [0, 0]
    assert await sum_of(store) > 0
    assert await store.read(tally.drift) == {}
