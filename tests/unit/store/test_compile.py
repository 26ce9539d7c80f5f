"""Statements as text, values in order, rows as domain values."""

import gc
import importlib
import pkgutil
import weakref
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import bindparam, delete, func, insert, select, text, update
from sqlalchemy.schema import CreateTable
from sqlalchemy.sql.base import Executable
from sqlalchemy.sql.dml import Insert

import moderation.store
from moderation.domain.comment import Status
from moderation.store import postgres_run, sqlite
from moderation.store.compile import Compiled, Compiler
from moderation.store.tables import article, author, change, comment
from moderation.store.upsert import insert_or_leave

NOW = datetime(2026, 11, 22, 7, 30, tzinfo=UTC)
COMPILERS = {"sqlite": sqlite.COMPILER, "postgresql": postgres_run.COMPILER}


def statements() -> Iterator[tuple[str, Executable]]:
    """Every statement that stands in a module of the store."""
    for module in pkgutil.iter_modules(moderation.store.__path__):
        if not module.ispkg:
            names = vars(importlib.import_module(f"moderation.store.{module.name}"))
            for name, value in names.items():
                if isinstance(value, Executable):
                    yield f"{module.name}.{name}", value


@pytest.fixture(params=COMPILERS)
def compiler(request: pytest.FixtureRequest) -> Compiler:
    return COMPILERS[request.param]


class Anything(dict[str, Any]):
    """Values under any name; a list where one is wanted."""

    def __missing__(self, key: str) -> Any:
        return ["x"]

    def get(self, key: str, default: Any = None) -> Any:
        return ["x"]

    def __contains__(self, key: object) -> bool:
        return True


def compile_any(compiler: Compiler, statement: Executable) -> Compiled:
    columns = statement.table.c.keys() if isinstance(statement, Insert) else ()
    return compiler.compile(statement, Anything.fromkeys(columns))


def test_every_statement_of_the_store_names_the_types_of_its_values(compiler: Compiler) -> None:
    untyped = {
        f"{name} {slot.key}"
        for name, statement in statements()
        for slot in compile_any(compiler, statement).slots
        if slot.process is not None and slot.process.__name__ == "check" and slot.key != "limit"
    }
    harmless = {entry for entry in untyped if entry.endswith((" new_title", " owner"))}
    assert untyped - harmless == set()


def test_a_percent_sign_stays_one(compiler: Compiler) -> None:
    like = select(comment.c.id).where(text("words LIKE '50%'"), comment.c.score % 2 == 0)
    compiled = compiler.compile(like, {})
    assert "LIKE '50%'" in compiled.text
    assert "%%" not in compiled.text


def test_an_insert_names_the_columns_that_are_given(compiler: Compiler) -> None:
    statement = insert(author)
    one = compiler.compile(statement, {"id": "a"})
    both = compiler.compile(statement, {"id": "a", "created_at": NOW})
    assert "created_at" not in one.text
    assert "(id, created_at)" in both.text
    assert both.bind({"created_at": NOW, "id": "a"}) == ["a", 1_795_332_600_000_000]
    assert (both.changes, both.returns, both.table) == (True, False, "author")


def test_a_column_placed_by_hand_is_not_placed_again(compiler: Compiler) -> None:
    statement = insert(author).values(id=func.lower(bindparam("id")), created_at=bindparam("now"))
    compiled = compiler.compile(statement, {"id": "A", "now": NOW})
    assert compiled.bind({"id": "A", "now": NOW}) == ["A", 1_795_332_600_000_000]


def test_a_list_has_a_place_for_each_of_its_elements(compiler: Compiler) -> None:
    statement = select(comment.c.id).where(
        comment.c.status.in_(bindparam("wanted", expanding=True)), comment.c.site == "blog"
    )
    for wanted in ([], [Status.HELD], [Status.SPAM, Status.TRASH]):
        compiled = compiler.compile(statement, {"wanted": wanted})
        bound = compiled.bind({"wanted": wanted})
        assert sorted(bound) == ["blog", *(status.value for status in wanted)]


def test_a_list_of_the_statement_itself_is_nobody_elses_to_set(compiler: Compiler) -> None:
    statement = select(comment.c.id).where(comment.c.status.in_([Status.HELD, Status.SPAM]))
    compiled = compiler.compile(statement, Anything())
    assert compiled.bind({}) == ["held", "spam"]


@pytest.mark.parametrize("wrong", ["held", None, 3])
def test_what_is_no_list_is_refused_where_one_is_wanted(compiler: Compiler, wrong: object) -> None:
    statement = select(comment.c.id).where(comment.c.id.in_(bindparam("ids", expanding=True)))
    with pytest.raises(TypeError, match="list for “ids”"):
        compiler.compile(statement, {"ids": wrong})


def test_values_of_the_statement_itself_need_not_be_given(compiler: Compiler) -> None:
    statement = select(comment.c.id).where(comment.c.status == Status.HELD).limit(5)
    compiled = compiler.compile(statement, {})
    assert compiled.bind({})[:2] == ["held", 5]


def test_rows_are_made_of_domain_values(compiler: Compiler) -> None:
    statement = select(comment.c.id, comment.c.status, comment.c.received_at)
    compiled = compiler.compile(statement, {})
    rows = compiled.rows([("a", "held", 1_795_332_600_000_000), ("b", "spam", 0)])
    assert rows[0] == ("a", Status.HELD, NOW)
    assert type(rows[0][1]) is Status
    assert compiled.rows([]) == []


@pytest.mark.parametrize(
    ("statement", "changes", "returns"),
    [
        (select(author.c.id), False, True),
        (select(author.c.id).with_for_update(), False, True),
        (delete(author), True, False),
        (update(author).values(id="x").returning(author.c.id), True, True),
        (insert_or_leave(author).returning(author.c.id), True, True),
        (text("SELECT 1"), True, False),
        (
            select(delete(author).returning(author.c.id).cte("gone").c.id),
            True,
            True,
        ),
    ],
)
def test_what_changes_is_told_from_what_reads(
    statement: Executable, changes: bool, returns: bool
) -> None:
    compiled = postgres_run.COMPILER.compile(statement, {"id": "x"})
    assert (compiled.changes, compiled.returns) == (changes, returns)


def test_tables_are_not_defined_through_a_store(compiler: Compiler) -> None:
    with pytest.raises(TypeError, match="migrations"):
        compiler.compile(CreateTable(author), {})


def test_what_is_compiled_is_kept_as_long_as_its_statement(compiler: Compiler) -> None:
    statement = select(change.c.seq)
    assert compiler.compile(statement, {}) is compiler.compile(statement, {})
    gone = weakref.ref(statement)
    del statement
    gc.collect()
    assert gone() is None


def test_each_engine_has_its_own_placeholders() -> None:
    statement = select(article.c.id).where(article.c.id == bindparam("id"))
    assert "= ?" in sqlite.COMPILER.compile(statement, {}).text
    assert "= $1" in postgres_run.COMPILER.compile(statement, {}).text
