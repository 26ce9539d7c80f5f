"""Migrations: what they make is what `tables.py` says, and who may run them when."""

import asyncio
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, make_url, text
from sqlalchemy.schema import CreateIndex, CreateTable

from moderation.domain.clock import SystemClock
from moderation.settings import StoreSettings
from moderation.store import migrate, tables
from moderation.store.db import open_store
from moderation.store.engine import StoreUnusable
from moderation.store.tables import written
from tests.integration.store.past_the_service import at


def schema(connection: Connection) -> dict[str, object]:
    """Everything there is to know of the tables, in words that can be compared."""
    inspector = inspect(connection)
    found: dict[str, object] = {}
    for name in inspector.get_table_names():
        if name == "alembic_version":
            continue
        found[name] = {
            "columns": [
                (c["name"], str(c["type"]), c["nullable"], bool(c.get("autoincrement")))
                for c in inspector.get_columns(name)
            ],
            "key": inspector.get_pk_constraint(name)["constrained_columns"],
            "references": sorted(
                (f["constrained_columns"], f["referred_table"], str(f["options"]))
                for f in inspector.get_foreign_keys(name)
            ),
            "unique": sorted(
                str(u["column_names"]) for u in inspector.get_unique_constraints(name)
            ),
            "checks": sorted(c["sqltext"] for c in inspector.get_check_constraints(name)),
            "indexes": sorted(
                str((i["name"], i["column_names"], i["unique"], _where(i)))
                for i in inspector.get_indexes(name)
            ),
        }
    return found


def _where(index: Any) -> str:
    options = index.get("dialect_options", {})
    return str(options.get("sqlite_where", options.get("postgresql_where")))


@pytest.fixture(autouse=True)
def said_for_postgres() -> None:
    """Tell PostgreSQL too which rows an index is of: see `index_of`."""
    for table in tables.metadata.tables.values():
        for index in table.indexes:
            index.dialect_options["postgresql"]["where"] = index.info.get("where")


async def test_the_migrations_make_what_the_tables_say(store_url: str, bare_url: str) -> None:
    assert written.metadata is tables.metadata
    await at(bare_url, tables.metadata.create_all)
    assert await at(store_url, schema) == await at(bare_url, schema)


async def test_alembic_sees_no_difference_either(store_url: str) -> None:
    def compare(connection: Connection) -> Any:
        return compare_metadata(MigrationContext.configure(connection), tables.metadata)

    assert await at(store_url, compare) == []


def test_every_table_is_strict_on_sqlite(sqlite_template: Path) -> None:
    connection = sqlite3.connect(sqlite_template)
    rows = connection.execute("SELECT name, strict FROM pragma_table_list WHERE type = 'table'")
    lax = [name for name, strict in rows if not strict and not name.startswith("sqlite_")]
    connection.close()
    assert lax == []


@pytest.mark.parametrize("engine", ["sqlite", "postgresql+asyncpg"])
def test_every_table_can_be_said_in_both_dialects(engine: str) -> None:
    dialect = make_url(f"{engine}://").get_dialect()()
    for table in tables.metadata.sorted_tables:
        assert str(CreateTable(table).compile(dialect=dialect))
        for index in table.indexes:
            assert str(CreateIndex(index).compile(dialect=dialect))


def test_the_files_are_one_chain_and_named_after_their_numbers() -> None:
    config = Config()
    config.set_main_option("script_location", str(migrate.FOLDER))
    scripts = ScriptDirectory.from_config(config)
    chain = [script.revision for script in scripts.walk_revisions()]
    assert tuple(reversed(chain)) == migrate.known()
    assert scripts.get_current_head() == migrate.newest()


async def test_opening_a_bare_database_migrates_it_once(bare_url: str) -> None:
    for _ in range(2):
        store = await open_store(StoreSettings(bare_url), clock=SystemClock())
        assert (await store.health()).migration == migrate.newest()
        await store.close()


async def test_two_that_start_at_once_do_not_stumble_over_each_other(bare_url: str) -> None:
    async def open_one() -> None:
        store = await open_store(StoreSettings(bare_url), clock=SystemClock(), readers=1)
        await store.close()

    await asyncio.gather(*(open_one() for _ in range(4)))


async def test_a_migration_that_is_due_is_not_run_where_it_is_not_wanted(bare_url: str) -> None:
    with pytest.raises(StoreUnusable, match="moderation store upgrade"):
        await open_store(StoreSettings(bare_url), clock=SystemClock(), upgrade=False)


async def test_a_database_of_a_newer_release_is_refused_in_one_line(store_url: str) -> None:
    def advance(connection: Connection) -> None:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    await at(store_url, advance)
    with pytest.raises(StoreUnusable, match="migration 9999, which this release") as refused:
        await open_store(StoreSettings(store_url), clock=SystemClock())
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("dialect", ["sqlite", "postgresql"])
def test_the_plan_names_every_statement(dialect: str) -> None:
    plan = migrate.plan(dialect, None)
    for table in tables.metadata.sorted_tables:
        assert f"CREATE TABLE {table.name} " in plan
    rest = migrate.plan(dialect, migrate.known()[0])
    assert "CREATE TABLE comment " not in rest
    assert "CREATE TABLE job " in rest


def test_the_way_back_is_a_backup() -> None:
    config = Config()
    config.set_main_option("script_location", str(migrate.FOLDER))
    for script in ScriptDirectory.from_config(config).walk_revisions():
        with pytest.raises(NotImplementedError):
            script.module.downgrade()
