"""A connection to SQLite as we want every one of them: its pragmas asserted, its close locked."""

import sqlite3
from collections.abc import Callable
from contextlib import nullcontext
from typing import Any
from urllib.parse import quote

from databases import Database

from moderation.store.engine import StoreUnusable
from moderation.store.lock import FileLock

BUSY_MILLISECONDS = 5000
# What is set, and what it must read afterwards.
PRAGMAS: tuple[tuple[str, str, object], ...] = (
    ("busy_timeout", str(BUSY_MILLISECONDS), BUSY_MILLISECONDS),
    ("journal_mode", "WAL", "wal"),
    ("synchronous", "FULL", 2),
    ("foreign_keys", "ON", 1),
    ("trusted_schema", "OFF", 0),
    ("wal_autocheckpoint", "0", 0),  # the writer checkpoints, under the lock
    ("mmap_size", "0", 0),
    ("temp_store", "MEMORY", 2),
)
# KiB of pages that a connection keeps. Who writes, writes twenty places a comment, and must
# spill nothing; who only reads finds pages with the system nearly as fast (cold threads of a
# gigabyte cost the same with 1,000 as with 8,000), and there are four of those.
WRITING, READING = 8000, 4000
_STATEMENTS = 512  # kept prepared


class Connection(sqlite3.Connection):
    """One that sets its pragmas, and closes under the lock where it may write."""

    def __init__(
        self, database: str, *, lock: FileLock | None = None, factory: object = None, **options: Any
    ) -> None:
        super().__init__(database, **options)
        self._lock = lock
        with nullcontext() if lock is None else lock:  # switching to WAL writes
            try:
                self._prepare()
            except BaseException:
                super().close()
                raise

    def _prepare(self) -> None:
        reads_only = self._lock is None
        cache = -(READING if reads_only else WRITING)
        for name, value, wanted in (*PRAGMAS, ("cache_size", str(cache), cache)):
            if not (reads_only and name == "journal_mode"):
                super().execute(f"PRAGMA {name}={value}")
            row = super().execute(f"PRAGMA {name}").fetchone()
            if row is not None and row[0] != wanted:  # no row: compiled without it
                raise StoreUnusable(f"SQLite did not take PRAGMA {name}={value}, it reads {row[0]}")

    def execute(self, sql: Any, parameters: Any = (), /) -> sqlite3.Cursor:
        """Run SQL; or call a function with the connection, on the connection's own thread.

        The driver has one method that hops to the thread. Handing it a function makes a
        whole transaction one hop.
        """
        if callable(sql):
            sql(self)
            return self.cursor()
        return super().execute(sql, parameters)

    def close(self) -> None:
        """Close; the last one to close checkpoints, so a writing one takes the lock first."""
        with nullcontext() if self._lock is None else self._lock:
            super().close()


def open_directly(path: str, *, mode: str, lock: FileLock | None = None) -> Connection:
    """Open one without a thread of its own; `mode` is ``ro``, ``rw`` or ``rwc``."""
    return Connection(
        f"file:{quote(path)}?mode={mode}",
        lock=lock,
        isolation_level=None,
        cached_statements=_STATEMENTS,
        uri=True,
    )


def database(path: str, *, mode: str, lock: FileLock | None = None) -> Database:
    """Describe one for `databases`, which unquotes the path once before SQLite does."""

    def factory(name: str, **options: Any) -> Connection:
        return Connection(name, lock=lock, cached_statements=_STATEMENTS, **options)

    return Database(f"sqlite:///file:{quote(quote(path))}?mode={mode}", factory=factory, uri=True)


Work = Callable[[Connection], None]
