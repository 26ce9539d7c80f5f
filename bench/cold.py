"""Processor time of a thread that is not ready, beside reading its rows and joining them by hand.

    python -m bench.cold [--rounds 7] [--engine sqlite|postgresql]

No answer is kept between requests (a cache of no bytes); the pieces of comments are, beside them.
Every round asks for each thread in each format as often as fits its size. Given are the medians
over the rounds with their spread, in microseconds of processor time a request, which neighbours
disturb least, and as a share of what Isso 0.14 needed for a thread of that size on the machine
where it was measured (48 ms and 963 ms). What the process began with is frozen, as the
service does, so that no collection of garbage goes through it.
"""

import asyncio
import gc
import statistics
import tempfile
import time
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import click

from bench.store_writes import ENGINES, NOW, some_comment
from moderation.domain.article import Article, Existence
from moderation.domain.clock import SystemClock
from moderation.domain.comment import Comment
from moderation.domain.site import Site
from moderation.flow.publish import Publish
from moderation.flow.ready import Asked
from moderation.formats.contract import Addresses
from moderation.house import make_formats
from moderation.settings import StoreSettings
from moderation.store import articles, comments
from moderation.store.contract import Query
from moderation.store.db import DatabaseStore, open_store
from tests.postgres import start

SITE = Site("blog", "https://blog.example/")
SIZES = {1: 400, 50: 100, 1000: 8, 10_000: 2}  # comments of a thread: requests a round
FORMATS = ("fragment", "thread_json")
ISSO = {50: 48_000, 1000: 963_000}  # microseconds


def address(size: int) -> str:
    return f"https://blog.example/{size}"


def thread(size: int) -> list[Comment]:
    """As threads are: a third answers somebody, here and there somebody five deep."""
    made: list[Comment] = []
    for number in range(size):
        new = replace(some_comment(), article_id=f"a{size}")
        moment = NOW + timedelta(seconds=number)
        parent = made[number * 7 // 9].id if number % 3 == 2 else None
        made.append(replace(new, parent_id=parent, published_at=moment, received_at=moment))
    return made


def _add(new: list[Comment]) -> Query[None]:
    for comment in new:
        derived = comments.Derived(comment.id, comment.text, comment.id, 1)
        yield from comments.add(comment, derived, at=NOW)


async def fill(store: DatabaseStore) -> None:
    for size in SIZES:
        found = Existence.FOUND
        article = Article(
            f"a{size}", "blog", address(size), "Bees", NOW, found, True, True, 1, size, NOW
        )
        await store.write(articles.add, article)
        new = thread(size)
        for at in range(0, size, 500):
            await store.write(_add, new[at : at + 500])


async def ask(publish: Publish, form: str, size: int, times: int) -> float:
    """Microseconds of processor time a request."""
    asked = Asked(form, address(size), page=max(size // 1000 - 1, 1))
    begun = time.process_time()
    for _ in range(times):
        await publish.thread(asked)
    return (time.process_time() - begun) / times * 1e6


async def measure(url: str, rounds: int) -> Mapping[tuple[str, int], list[float]]:
    gc.freeze()
    store = await open_store(StoreSettings(url), clock=SystemClock())
    try:
        await fill(store)
        formats = make_formats(Addresses("https://talk.example"))
        publish = Publish(store, [SITE], formats, SystemClock(), limit=0)
        found: dict[tuple[str, int], list[float]] = {}
        for number in range(rounds + 1):
            for size, times in SIZES.items():
                for form in FORMATS:
                    took = await ask(publish, form, size, times)
                    await publish.pieces.kept()
                    if number:  # the first is not counted: what is compiled or stored once
                        found.setdefault((form, size), []).append(took)
        await publish.close()
        return found
    finally:
        await store.close()


def report(found: Mapping[tuple[str, int], list[float]]) -> None:
    for (form, size), took in found.items():
        middle = statistics.median(took)
        isso = f", 1/{ISSO[size] / middle:.0f} of Isso" if size in ISSO else ""
        click.echo(
            f"{form:12} {size:6} comments: {middle:8.0f} us ({min(took):.0f}-{max(took):.0f}){isso}"
        )


@click.command()
@click.option("--rounds", default=7, show_default=True)
@click.option("--engine", type=click.Choice(ENGINES), default="sqlite", show_default=True)
def main(rounds: int, engine: str) -> None:
    """Print one line for each format and size."""
    with tempfile.TemporaryDirectory() as folder:
        if engine == "sqlite":
            found = asyncio.run(measure(f"sqlite:///{Path(folder) / 'cold.db'}", rounds))
        else:
            with start() as cluster:
                found = asyncio.run(measure(cluster.make(), rounds))
    report(found)


if __name__ == "__main__":
    main()
