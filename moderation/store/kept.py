"""One connection of `databases`, held open by a task of its own."""

import asyncio
import logging
from typing import Any

from databases import Database

# It would print every bound value, addresses and all, at DEBUG.
logging.getLogger("databases").setLevel(logging.WARNING)


class Kept:
    """Opens a connection in a task, and hands out the driver's own until it is closed.

    `databases` ties a connection to the task that opened it. A request's task may be
    cancelled at any moment; the owner here never is, so nothing is left half done.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._opened: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._done = asyncio.Event()
        self._owner = asyncio.create_task(self._hold())

    @classmethod
    async def open(cls, database: Database) -> "Kept":
        """Open one; raises what the driver raises."""
        kept = cls(database)
        try:
            kept.raw = await asyncio.shield(kept._opened)
        except asyncio.CancelledError:
            kept._done.set()
            raise
        except BaseException:
            await kept._owner
            raise
        return kept

    raw: Any  # aiosqlite's or asyncpg's connection

    async def _hold(self) -> None:
        try:
            async with self._database.connection() as connection:
                self._opened.set_result(connection.raw_connection)
                await self._done.wait()
        except Exception as error:
            if self._opened.done():
                raise
            self._opened.set_exception(error)

    async def close(self) -> None:
        """Give the connection back; raises what closing it raises."""
        self._done.set()
        await asyncio.shield(self._owner)
