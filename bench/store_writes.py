"""Writes a second in groups of 32 as a ratio to one commit each, on both engines.

    python -m bench.store_writes [--rounds 5] [--writes 2000] [--engine sqlite|postgresql]

Thirty-two clients write comments, each waiting for its answer before the next, into a store
that commits up to 32 at a time, and into the same store committing one at a time. The rounds
alternate. Both wait for the disk, so the ratio depends on it: the slower, the higher.
"""

import asyncio
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import click

from moderation.domain.article import Article, Existence
from moderation.domain.clock import SystemClock
from moderation.domain.comment import Author, Client, Comment, Format, Kind, Status, Type
from moderation.domain.ids import new_id
from moderation.settings import StoreSettings
from moderation.store import articles, comments
from moderation.store.db import DatabaseStore, open_store
from tests.postgres import start

CLIENTS = 32
NOW = datetime.now(UTC)
ENGINES = ("sqlite", "postgresql")
TEXT = "A comment of a usual length, with a few words about the article. " * 5


def some_comment() -> Comment:
    ident = new_id(NOW)
    return Comment(
        id=ident,
        site="blog",
        article_id="a",
        anchor=f"comment-{ident}",
        kind=Kind.COMMENT,
        via=(Kind.COMMENT,),
        type=Type.REPLY,
        status=Status.APPROVED,
        waiting_for=None,
        version=1,
        parent_id=None,
        author=Author("Somebody", "somebody@example.org", ""),
        author_id=None,
        source=None,
        text=TEXT,
        format=Format.MARKDOWN,
        html=f"<p>{TEXT}</p>",
        received_at=NOW,
        published_at=NOW,
        edited_at=None,
        status_before=None,
        client=Client("192.0.2.1", "bench", ""),
    )


async def write_all(store: DatabaseStore, count: int) -> float:
    """Give the writes a second of `CLIENTS` that each wait for their answers."""

    async def client() -> None:
        for _ in range(count // CLIENTS):
            new = some_comment()
            derived = comments.Derived(new.id, TEXT, new.id, 1)
            await store.write(comments.add, new, derived, at=NOW)

    begun = time.perf_counter()
    await asyncio.gather(*(client() for _ in range(CLIENTS)))
    return count // CLIENTS * CLIENTS / (time.perf_counter() - begun)


async def measure(url: str, rounds: int, writes: int) -> list[tuple[float, float]]:
    """Give (in groups, one each) for each round."""
    url_article = "https://blog.example/"
    article = Article("a", "blog", url_article, None, NOW, Existence.FOUND, True, True, 0, 0, NOW)
    rates = []
    store = await open_store(StoreSettings(url), clock=SystemClock())
    await store.write(articles.add, article)
    await store.close()
    for _ in range(rounds):
        pair = []
        for batch in (CLIENTS, 1):
            store = await open_store(StoreSettings(url), clock=SystemClock(), batch=batch)
            await write_all(store, CLIENTS)  # compiled once
            pair.append(await write_all(store, writes if batch > 1 else writes // 8))
            await store.close()
        rates.append((pair[0], pair[1]))
    return rates


@contextmanager
def database(engine: str) -> Iterator[str]:
    """Give the URL of an empty database on disk."""
    if engine == "sqlite":
        with tempfile.TemporaryDirectory() as folder:
            yield f"sqlite:///{folder}/bench.db"
    else:
        with start(durable=True) as cluster:
            yield cluster.make()


@click.command()
@click.option("--rounds", default=5, show_default=True)
@click.option("--writes", default=2000, show_default=True, help="of a round, in groups")
@click.option("--engine", type=click.Choice(ENGINES), multiple=True, default=ENGINES)
def main(rounds: int, writes: int, engine: tuple[str, ...]) -> None:
    """Print the ratio for each engine: median, least and most of the rounds."""
    for name in engine:
        with database(name) as url:
            rates = asyncio.run(measure(url, rounds, writes))
        ratios = sorted(grouped / single for grouped, single in rates)
        grouped, single = (statistics.median(column) for column in zip(*rates, strict=True))
        click.echo(
            f"{name:<10}  x{statistics.median(ratios):.1f} ({ratios[0]:.1f} to {ratios[-1]:.1f})"
            f"   here {grouped:,.0f} a second in groups, {single:,.0f} one each"
        )


if __name__ == "__main__":
    main()
