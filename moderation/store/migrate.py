"""Migrations: which one a database is at, whether one is due, and running them."""

import io
import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from sqlalchemy import URL

from moderation.store.address import PostgresAddress
from moderation.store.engine import StoreUnusable
from moderation.store.lock import FileLock
from moderation.store.sqlite_connection import open_directly

if TYPE_CHECKING:  # Alembic takes a third of a second to import
    from alembic.config import Config
    from sqlalchemy import Connection

FOLDER = Path(__file__).with_name("migrations")
LOCK = 7_236_814_001  # PostgreSQL's advisory lock of migrations
CONNECT_SECONDS = 10.0
READ_VERSION = "SELECT version_num FROM alembic_version"


def known() -> tuple[str, ...]:
    """List the migrations of this release in order; each file is named after its own."""
    return tuple(sorted(path.stem[1:5] for path in FOLDER.glob("versions/v[0-9]*.py")))


def newest() -> str:
    return known()[-1]


def is_due(current: str | None) -> bool:
    """Tell whether a database at `current` (None: empty) needs a migration.

    Raises `StoreUnusable` for one that a newer release has made.
    """
    if current is not None and current not in known():
        raise StoreUnusable(
            f"The database is at migration {current}, which this release does not know:"
            f" its newest is {newest()}. Install the release that made it."
        )
    return current != newest()


def refuse(current: str | None) -> StoreUnusable:
    at = f"at migration {current}" if current else "empty"
    return StoreUnusable(f"The database is {at}. Run: moderation store upgrade")


def sqlite_version(path: Path) -> str | None:
    """Read which migration a database file is at; None for an empty or missing one."""
    if not path.exists():
        return None
    # Without our pragmas: nobody may have begun here yet.
    connection = sqlite3.connect(f"file:{quote(str(path))}?mode=ro", uri=True)
    try:
        table = connection.execute(
            "SELECT 1 FROM sqlite_schema WHERE name = 'alembic_version'"
        ).fetchone()
        row = connection.execute(READ_VERSION).fetchone() if table else None
    except sqlite3.DatabaseError as error:
        raise StoreUnusable(f"{path} cannot be read as a SQLite database: {error}.") from error
    finally:
        connection.close()
    return row[0] if row else None


def upgrade_sqlite(path: Path, lock: FileLock) -> None:
    """Run what is due in one transaction under the lock; blocks, so call it on a thread."""
    from sqlalchemy import StaticPool, create_engine, event

    with lock:
        if not is_due(sqlite_version(path)):
            return  # somebody was quicker
        raw = open_directly(str(path), mode="rwc", lock=lock)
        try:
            engine = create_engine("sqlite://", creator=lambda: raw, poolclass=StaticPool)
            # The driver would begin on its own, late and deferred: before the first INSERT,
            # with the tables already committed one by one.
            event.listen(engine, "begin", lambda c: c.exec_driver_sql("BEGIN IMMEDIATE"))
            with engine.begin() as connection:
                _run(connection)
        finally:
            raw.close()


async def postgres_version(address: PostgresAddress) -> str | None:
    """Read which migration a PostgreSQL database is at; None for an empty one."""
    import asyncpg

    try:
        connection = await asyncpg.connect(
            host=address.host,
            port=address.port,
            user=address.user,
            password=address.password,
            database=address.database,
            ssl=address.ssl,
            timeout=CONNECT_SECONDS,
        )
    except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        raise StoreUnusable(f"{address.shown} cannot be reached: {error!r}.") from error
    try:
        if await connection.fetchval("SELECT to_regclass('alembic_version')") is None:
            return None
        version: str | None = await connection.fetchval(READ_VERSION)
        return version
    finally:
        await connection.close()


async def upgrade_postgres(address: PostgresAddress) -> None:
    """Run what is due, one transaction a migration, under an advisory lock."""
    from sqlalchemy import NullPool, text
    from sqlalchemy.ext.asyncio import create_async_engine

    options = {} if address.ssl is None else {"ssl": address.ssl}
    engine = create_async_engine(sqlalchemy_url(address), poolclass=NullPool, connect_args=options)
    async with engine.connect() as connection:
        await connection.execute(text("SELECT pg_advisory_lock(:lock)"), {"lock": LOCK})
        await connection.commit()  # the lock is the session's
        current = await connection.run_sync(_current)
        await connection.commit()  # or Alembic would take part in a transaction of ours
        if is_due(current):
            await connection.run_sync(_run)
        await connection.commit()
    await engine.dispose()


def plan(dialect: str, current: str | None) -> str:
    """Write the SQL that an upgrade from `current` would run."""
    from alembic import command

    config = _config()
    written = io.StringIO()
    config.output_buffer = written
    config.attributes["dialect"] = dialect
    command.upgrade(config, f"{current or 'base'}:head", sql=True)
    return written.getvalue()


def sqlalchemy_url(address: PostgresAddress) -> URL:
    socket = address.host.startswith("/")
    return URL.create(
        "postgresql+asyncpg",
        username=address.user,
        password=address.password,
        host=None if socket else address.host,
        port=None if socket else address.port,
        database=address.database,
        query={"host": address.host, "port": str(address.port)} if socket else {},
    )


def _current(connection: "Connection") -> str | None:
    from sqlalchemy import inspect

    if not inspect(connection).has_table("alembic_version"):
        return None
    version: str | None = connection.exec_driver_sql(READ_VERSION).scalar()
    return version


def _run(connection: "Connection") -> None:
    from alembic import command

    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _config() -> "Config":
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    return config
