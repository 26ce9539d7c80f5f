"""Hearing of other processes' commits on PostgreSQL: NOTIFY says when, the stream says what."""

import asyncio
from typing import Any

from moderation.store import changes
from moderation.store.engine import Announcer
from moderation.store.kept import Kept
from moderation.store.postgres_connection import is_closed
from moderation.store.postgres_run import PostgresReader

CHANNEL = "moderation_change"
LOOK_SECONDS = 1.0  # without a notice: a connection may have died in silence


async def listen(kept: Kept, announcer: Announcer, closing: asyncio.Event) -> None:
    """Announce until `closing`; raises what the driver raises when the connection is lost.

    A notice can be missed while there is no connection, so each begins by reading on
    from where the last one ended.
    """
    reader, news = PostgresReader(kept), asyncio.Event()

    def wake(*_: Any) -> None:
        news.set()

    ending = asyncio.create_task(closing.wait())
    ending.add_done_callback(wake)
    await kept.raw.add_listener(CHANNEL, wake)
    kept.raw.add_termination_listener(wake)
    try:
        while not closing.is_set():
            news.clear()
            await changes.catch_up(reader, announcer)
            await _wait(news)
    finally:
        ending.cancel()
        if not is_closed(kept.raw):
            kept.raw.remove_termination_listener(wake)
            await kept.raw.remove_listener(CHANNEL, wake)


async def _wait(news: asyncio.Event) -> None:
    try:
        async with asyncio.timeout(LOOK_SECONDS):
            await news.wait()
    except TimeoutError:
        return
