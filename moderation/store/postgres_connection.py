"""Connections to PostgreSQL: how they are opened, and which errors mean that they are lost."""

from contextlib import suppress
from typing import Any

import asyncpg
from databases import Database

from moderation.store.address import PostgresAddress

CONNECT_SECONDS = 5.0
COMMAND_SECONDS = 40.0  # the server gives up before; this is for one that fell silent
# What is no fault of a statement: the server is away, full, stopping or read-only.
AWAY = (
    OSError,
    TimeoutError,
    asyncpg.InternalClientError,
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,
    asyncpg.PostgresIOError,
    asyncpg.ReadOnlySQLTransactionError,
    asyncpg.LockNotAvailableError,
    asyncpg.IdleInTransactionSessionTimeoutError,
)
# The server undid a transaction that may well succeed when it is run again.
AGAIN = (
    asyncpg.DeadlockDetectedError,
    asyncpg.SerializationError,
    asyncpg.InvalidCachedStatementError,
)
ERRORS = (*AWAY, asyncpg.PostgresError, asyncpg.InterfaceError)  # all a driver's call can raise
_LOST = (
    OSError,
    TimeoutError,  # whatever it is doing, we no longer wait for it
    asyncpg.InternalClientError,  # the server's last words came when nobody had asked
    asyncpg.PostgresConnectionError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.CannotConnectNowError,
    asyncpg.IdleInTransactionSessionTimeoutError,
)
_SETTINGS = {
    "timezone": "UTC",
    "lock_timeout": "5s",
    "statement_timeout": "30s",
    "idle_in_transaction_session_timeout": "30s",
    "synchronous_commit": "on",
}


def is_lost(error: BaseException, connection: Any) -> bool:
    """Tell whether the connection cannot be used any more, and what it did last is unknown."""
    return isinstance(error, _LOST) or is_closed(connection)


def is_closed(connection: Any) -> bool:
    try:
        closed: bool = connection.is_closed()
    except asyncpg.InterfaceError:  # the pool has taken it back because it was lost
        return True
    return closed


def end(connection: Any) -> None:
    """Close it at once; the server is told nothing."""
    with suppress(asyncpg.InterfaceError):
        connection.terminate()


def database(address: PostgresAddress, *, name: str, reads_only: bool = False) -> Database:
    """Describe connections for `databases`; `name` is how the server lists them.

    They are opened when they are asked for, so that the server may be away until then.
    """
    settings = {**_SETTINGS, "application_name": name}
    if reads_only:
        settings["default_transaction_read_only"] = "on"
    return Database(
        "postgresql://",
        host=address.host,
        port=address.port,
        user=address.user,
        password=address.password,
        database=address.database,
        ssl=address.ssl,
        min_size=0,
        max_size=100,  # we bound them ourselves
        timeout=CONNECT_SECONDS,
        command_timeout=COMMAND_SECONDS,
        max_inactive_connection_lifetime=0,
        statement_cache_size=500,
        max_cached_statement_lifetime=0,
        server_settings=settings,
    )
