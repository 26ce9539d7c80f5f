"""A database as it stands, past the service: for what no store would do."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection, NullPool, create_engine, event
from sqlalchemy.ext.asyncio import create_async_engine

from moderation.store import migrate
from moderation.store.address import PostgresAddress, parse


async def at(url: str, work: Callable[[Connection], Any]) -> Any:
    """Do something in one transaction; what it says."""
    address = parse(url)
    if isinstance(address, PostgresAddress):
        far = create_async_engine(migrate.sqlalchemy_url(address), poolclass=NullPool)
        async with far.begin() as connection:
            return await connection.run_sync(work)
    near = create_engine(f"sqlite:///{address.path}", poolclass=NullPool)
    event.listen(near, "connect", lambda raw, _: raw.execute("PRAGMA foreign_keys=ON"))
    with near.begin() as connection:
        return work(connection)
