"""What a read asks PostgreSQL: no more questions than what it reads is worth."""

from typing import Any

from sqlalchemy import insert, literal, select

from moderation.store.contract import Query, Soon, loose
from moderation.store.engine import Errand, Run
from moderation.store.postgres_run import COMPILER, PostgresReader
from moderation.store.tables import author

ONE = select(literal(1).label("one"))
BEGIN, END = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", "ROLLBACK"


class Asked:
    """A connection that answers 1 to everything, and keeps what it was asked."""

    def __init__(self) -> None:
        self.raw = self
        self.questions: list[str] = []

    async def fetch(self, text: str, *values: Any) -> list[tuple[int]]:
        self.questions.append("SELECT")
        return [(1,)]

    async def execute(self, text: str) -> str:
        self.questions.append(text)
        return text


class Room:
    """Queries as use cases have them: methods, which are another object each time."""

    def short(self) -> Query[int]:
        rows = yield ONE, {}
        return int(rows[0][0])

    def long(self) -> Query[int]:
        return (yield from self.short()) + (yield from self.short())

    @loose
    def long_and_loose(self) -> Query[int]:
        return (yield from self.short()) + (yield from self.short())


async def asked(reader: PostgresReader, connection: Asked, make: Any) -> list[str]:
    connection.questions.clear()
    (found,) = await reader.read([Errand.of(make)])
    assert found.error is None
    assert found.value in (1, 2)
    return list(connection.questions)


async def test_a_query_of_one_statement_is_a_snapshot_by_itself() -> None:
    connection: Any = Asked()
    assert await asked(PostgresReader(connection), connection, Room().short) == ["SELECT"]


async def test_one_of_several_is_known_by_the_second_time() -> None:
    connection: Any = Asked()
    reader, in_one = PostgresReader(connection), [BEGIN, "SELECT", "SELECT", END]
    assert await asked(reader, connection, Room().long) == ["SELECT", *in_one]
    assert await asked(reader, connection, Room().long) == in_one


async def test_what_need_not_be_of_one_moment_goes_without_a_snapshot() -> None:
    connection: Any = Asked()
    reader = PostgresReader(connection)
    assert await asked(reader, connection, Room().long_and_loose) == ["SELECT", "SELECT"]


def test_a_run_outside_of_a_batch_puts_nothing_off() -> None:
    def soon() -> Query[str]:
        yield Soon(insert(author), {"id": "a"})
        return "done"

    run = Run(soon, COMPILER)
    call = run.next()
    assert call is not None
    assert call.compiled.table == "author"
    assert run.next() is None
    assert (run.value, run.changed) == ("done", True)
