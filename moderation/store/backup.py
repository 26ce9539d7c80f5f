"""Backups of a SQLite database: made while the service runs, put back while it does not."""

import asyncio
import os
import shlex
import sqlite3
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

from moderation.settings import StoreSettings
from moderation.store import migrate, place
from moderation.store.address import PostgresAddress, parse
from moderation.store.engine import StoreUnusable
from moderation.store.lock import FileLock


async def backup(settings: StoreSettings, file: Path) -> None:
    """Write the database as it is at one commit into a new file; writers are not held up.

    Raises `StoreUnusable` where `file` exists already or the store is not SQLite.
    """
    await asyncio.to_thread(_backup, _sqlite_path(settings, file, "pg_dump --format=custom"), file)


async def restore(settings: StoreSettings, file: Path, *, replace: bool = False) -> None:
    """Put a backup in the place of the database; older ones are migrated when it is opened.

    Raises `StoreUnusable` for a damaged backup, one that a newer release has made, a
    database in use, and, unless `replace`, one that holds articles.
    """
    command = "pg_restore --clean --if-exists"
    await asyncio.to_thread(_restore, _sqlite_path(settings, file, command), file, replace=replace)


def _sqlite_path(settings: StoreSettings, file: Path, command: str) -> Path:
    address = parse(settings.url)
    if isinstance(address, PostgresAddress):
        how = "--file=" if command.startswith("pg_dump") else ""
        raise StoreUnusable(
            "PostgreSQL has tools of its own for this. Run:"
            f" {command} --dbname={shlex.quote(address.shown)} {how}{shlex.quote(str(file))}"
        )
    return address.path


def _open(path: Path, mode: str) -> sqlite3.Connection:
    return sqlite3.connect(f"file:{quote(str(path))}?mode={mode}", uri=True, isolation_level=None)


def _backup(database: Path, file: Path) -> None:
    if file.exists():
        raise StoreUnusable(f"{file} exists already; a backup overwrites nothing.")
    if not database.exists():
        raise StoreUnusable(f"There is no database at {database}.")
    unfinished = file.with_name(file.name + ".unfinished")
    unfinished.unlink(missing_ok=True)
    os.close(os.open(unfinished, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    try:
        with closing(_open(database, "ro")) as source, closing(_open(unfinished, "rw")) as target:
            source.backup(target)  # in one step: one commit's state
            target.execute("PRAGMA journal_mode=DELETE")  # one file, whole by itself
        _sync(unfinished)
        os.replace(unfinished, file)
        _sync(file.parent)
    except (sqlite3.Error, OSError) as error:
        unfinished.unlink(missing_ok=True)
        raise StoreUnusable(f"The backup failed: {error}.") from error


def _sync(path: Path) -> None:
    if os.name == "nt" and path.is_dir():
        return  # folders cannot be opened there
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _restore(database: Path, file: Path, *, replace: bool) -> None:
    _examine(file)
    place.prepare(database)
    lock = FileLock(database)
    try:
        with lock, closing(_open(file, "ro")) as source, closing(_open(database, "rwc")) as target:
            if not replace and _has_articles(target):
                raise StoreUnusable(f"{database} holds articles already; say so to replace it.")
            _alone(target, database)
            source.backup(target)
    except sqlite3.Error as error:
        raise StoreUnusable(f"The backup could not be put back: {error}.") from error
    finally:
        lock.close()


def _examine(file: Path) -> None:
    """Refuse what is no sound backup of this release or an older one."""
    if not file.exists():
        raise StoreUnusable(f"There is no file {file}.")
    if migrate.sqlite_version(file) is None:
        raise StoreUnusable(f"{file} is no backup of this service.")
    migrate.is_due(migrate.sqlite_version(file))
    with closing(_open(file, "ro")) as connection:
        findings = [row[0] for row in connection.execute("PRAGMA integrity_check")]
    if findings != ["ok"]:
        raise StoreUnusable(f"{file} is damaged: {findings[0]}")


def _has_articles(connection: sqlite3.Connection) -> bool:
    table = "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'article'"
    if connection.execute(table).fetchone() is None:
        return False
    return connection.execute("SELECT 1 FROM article LIMIT 1").fetchone() is not None


def _alone(connection: sqlite3.Connection, database: Path) -> None:
    """Make sure that nobody else has the database open: only then can it leave WAL mode."""
    connection.execute("PRAGMA busy_timeout=500")
    try:
        mode = connection.execute("PRAGMA journal_mode=DELETE").fetchone()[0]
    except sqlite3.OperationalError:
        mode = "wal"
    if mode != "delete":
        raise StoreUnusable(f"{database} is in use. Stop the service, then restore.")
