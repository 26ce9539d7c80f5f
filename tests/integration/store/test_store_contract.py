"""What a store promises to those who read and write, on both engines."""

import asyncio
from collections.abc import Awaitable, Sequence
from datetime import UTC, datetime

import pytest
from sqlalchemy import bindparam, func, insert, literal, select, update

from moderation.domain.article import Article, Existence
from moderation.domain.errors import Busy, Duplicate
from moderation.domain.moderator import Scope
from moderation.store import articles
from moderation.store.contract import Changed, Query
from moderation.store.db import DatabaseStore
from moderation.store.tables import article, author, change, signing_key, token
from moderation.store.upsert import insert_or_leave

NOW = datetime(2026, 11, 22, 7, 30, 0, 123456, tzinfo=UTC)
INSERT = insert_or_leave(author).returning(author.c.id)
KEYS = select(author.c.id).order_by(author.c.id)


def some_article(ident: str) -> Article:
    url = f"https://blog.example/{ident}/"
    return Article(ident, "blog", url, None, NOW, Existence.FOUND, True, False, 0, 0, NOW)


def keep(key: str) -> Query[str]:
    """A write that refuses what is there already, before it has changed anything."""
    rows = yield INSERT, {"id": key, "created_at": NOW}
    if not rows:
        raise Duplicate
    return key


def keys() -> Query[list[str]]:
    rows = yield KEYS, {}
    return [row[0] for row in rows]


async def outcomes(*writes: Awaitable[object]) -> list[object]:
    return list(await asyncio.gather(*writes, return_exceptions=True))


async def test_a_new_store_is_well(store: DatabaseStore, engine_name: str) -> None:
    health = await store.health()
    assert (health.engine, health.writable, health.queue) == (engine_name, True, 0)
    assert health.version
    assert await store.check() == []


async def test_what_is_written_is_read_back_as_it_was(store: DatabaseStore) -> None:
    new = some_article("a1")
    await store.write(articles.add, new)
    assert await store.read(articles.by_id, "a1") == new


async def test_every_kind_of_column_gives_back_what_it_was_given(store: DatabaseStore) -> None:
    sites = {"ü\N{OWL}": [1, 2.5, None, True], "%s %(x)s": "%"}
    row = ("t1", "h", "100 %", (Scope.READ, Scope.ADMIN), sites, NOW, None, None)

    def put() -> Query[None]:
        yield insert(token), dict(zip(token.c.keys(), row, strict=False))
        yield insert(signing_key), {"id": "k", "value": b"\0\xff", "created_at": NOW}

    def get() -> Query[tuple[object, object]]:
        tokens = yield select(*list(token.c)[:8]), {}
        ring = yield select(signing_key.c.value), {}
        return tokens[0], bytes(ring[0][0])

    columns = ["id", "hash", "name", "scopes", "sites", "created_at", "used_at", "revoked_at"]
    assert [column.name for column in list(token.c)[:8]] == columns
    await store.write(put)
    assert await store.read(get) == (row, b"\0\xff")


async def test_a_literal_percent_sign_is_no_placeholder(store: DatabaseStore) -> None:
    await store.write(keep, "50% off")
    await store.write(keep, "50 off")

    def like() -> Query[list[str]]:
        rows = yield select(author.c.id).where(author.c.id.like("50\\%%", escape="\\")), {}
        modulo = yield select(literal(7) % literal(4)), {}
        assert modulo == [(3,)]
        return [row[0] for row in rows]

    assert await store.read(like) == ["50% off"]


@pytest.mark.parametrize("wanted", [[], ["a"], ["a", "b"], ["c", "b", "a", "x"]])
async def test_a_list_of_any_length_may_be_asked_for(
    store: DatabaseStore, wanted: list[str]
) -> None:
    statement = select(author.c.id).where(author.c.id.in_(bindparam("keys", expanding=True)))

    def ask(these: Sequence[str]) -> Query[set[str]]:
        rows = yield statement, {"keys": these}
        return {row[0] for row in rows}

    await outcomes(*(store.write(keep, key) for key in "abc"))
    assert await store.read(ask, wanted) == set(wanted) - {"x"}
    assert await store.read(ask, ["b"]) == {"b"}


async def test_many_values_run_the_statement_for_each_and_send_no_rows(
    store: DatabaseStore,
) -> None:
    def put() -> Query[list[object]]:
        nothing = yield insert(author), []
        rows = yield insert(author), [{"id": key, "created_at": NOW} for key in "xyz"]
        return [*nothing, *rows]

    assert await store.write(put) == []
    assert await store.read(keys) == ["x", "y", "z"]


async def test_a_refusal_before_the_first_change_comes_alone(store: DatabaseStore) -> None:
    await store.write(keep, "b")
    runs: list[str] = []

    def counted(key: str) -> Query[str]:
        runs.append(key)
        return (yield from keep(key))

    first, second, third = await outcomes(*(store.write(counted, key) for key in "abc"))
    assert (first, third) == ("a", "c")
    assert isinstance(second, Duplicate)
    assert sorted(runs) == ["a", "b", "c"], "the batch was undone though nothing was changed"


@pytest.mark.parametrize("error", [Duplicate, ValueError])
async def test_who_fails_after_a_change_fails_alone_and_leaves_nothing(
    store: DatabaseStore, error: type[Exception]
) -> None:
    def spoil(key: str) -> Query[str]:
        yield from keep(key)
        raise error

    writes = [store.write(spoil if number == 7 else keep, f"{number:02}") for number in range(20)]
    results = await outcomes(*writes)
    assert isinstance(results.pop(7), error)
    assert results == [f"{number:02}" for number in range(20) if number != 7]
    assert "07" not in await store.read(keys)


async def test_a_statement_that_fails_undoes_its_own_write_only(store: DatabaseStore) -> None:
    def collide() -> Query[None]:
        yield insert(author), {"id": "x", "created_at": NOW}
        yield insert(author), {"id": "x", "created_at": NOW}

    one, bad, two = await outcomes(
        store.write(keep, "1"), store.write(collide), store.write(keep, "2")
    )
    assert (one, two) == ("1", "2")
    assert isinstance(bad, Exception)
    assert not isinstance(bad, Busy)
    assert await store.read(keys) == ["1", "2"]


async def test_a_read_may_not_change_anything(store: DatabaseStore) -> None:
    with pytest.raises(TypeError, match="use write"):
        await store.read(keep, "x")
    with pytest.raises(TypeError, match="use write"):
        await store.read(articles.shift, "a1")
    assert await store.read(keys) == []


async def test_a_value_that_is_missing_is_named(store: DatabaseStore) -> None:
    def forgetful() -> Query[None]:
        yield articles.BY_ID, {}

    with pytest.raises(TypeError, match="“id”"):
        await store.read(forgetful)


async def test_a_value_whose_column_nobody_named_is_refused(store: DatabaseStore) -> None:
    statement = update(article).values(
        published_at=func.coalesce(bindparam("at"), article.c.published_at)
    )

    def vague() -> Query[None]:
        yield statement, {"at": NOW}

    with pytest.raises(TypeError, match="type_"):
        await store.write(vague)


async def test_listeners_hear_of_a_change_before_the_answer(store: DatabaseStore) -> None:
    heard: list[Changed] = []
    store.on_change(heard.extend)
    await store.write(articles.add, some_article("a1"))
    assert heard == []
    await store.write(articles.shift, "a1", 1)
    assert heard == [Changed("a1", 1)]


async def test_a_write_that_was_undone_is_not_announced(store: DatabaseStore) -> None:
    heard: list[Changed] = []
    store.on_change(heard.extend)
    await store.write(articles.add, some_article("a1"))

    def spoil() -> Query[None]:
        yield from articles.shift("a1", 1)
        raise Duplicate

    with pytest.raises(Duplicate):
        await store.write(spoil)
    assert heard == []
    found = await store.read(articles.by_id, "a1")
    assert found is not None
    assert found.revision == 0


async def test_a_listener_that_fails_harms_nobody(store: DatabaseStore) -> None:
    def fail(_: Sequence[Changed]) -> None:
        raise RuntimeError

    heard: list[Changed] = []
    store.on_change(fail)
    store.on_change(heard.extend)
    await store.write(articles.add, some_article("a1"))
    assert await store.write(articles.shift, "a1", 1) == 1
    assert heard == [Changed("a1", 1)]


async def test_a_batch_tells_the_last_revision_of_an_article_once(store: DatabaseStore) -> None:
    heard: list[Changed] = []
    await store.write(articles.add, some_article("a1"))
    store.on_change(heard.extend)
    await outcomes(*(store.write(articles.shift, "a1", 1) for _ in range(10)))

    def stream() -> Query[list[Changed]]:
        rows = yield select(change.c.article_id, change.c.revision).order_by(change.c.seq), {}
        return [Changed(*row) for row in rows]

    assert await store.read(stream) == heard
    assert heard[-1] == Changed("a1", 10)
    assert len(heard) < 10
