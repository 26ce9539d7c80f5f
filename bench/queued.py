"""A service with a thread to be read and pings that wait for their sources to be seen."""

import asyncio
import random
from collections.abc import Iterator
from pathlib import Path

from bench.store_writes import NOW, some_comment
from moderation.domain.article import Article, Existence
from moderation.domain.clock import SystemClock
from moderation.domain.comment import Client, Kind
from moderation.domain.submission import Ping
from moderation.house import open_house
from moderation.settings import load
from moderation.store import articles, comments

ARTICLE = "https://blog.example/bees"
THREAD = 50  # comments
HOSTS = 200  # that sources lie on
AT_ONCE = 64
# How many of a hundred pings have a source of each kind.
SOURCES = {
    "good": 30,
    "slow": 15,
    "silent": 10,
    "drip": 10,
    "endless": 10,
    "tags": 10,
    "bomb": 5,
    "loop": 5,
    "reset": 5,
}


def settings(port: int) -> str:
    """The settings of the service: no limits but those of fetching, and who may be private."""
    private = ", ".join(f'"{host}:{port}"' for host in hosts())
    return f"""
[server]
public_url = "https://comments.blog.example/talk"
trusted_proxies = ["127.0.0.1"]
[sites.blog]
url = "https://blog.example/"
articles = "any"
[limits]
pings_per_minute = 0
[pings]
allowed_private_hosts = [{private}]
"""


def hosts() -> list[str]:
    return [f"127.0.9.{number}" for number in range(1, HOSTS + 1)]


def sources(port: int, *, seed: str) -> Iterator[str]:
    """Addresses of pages of every kind on every host, each once, in an order that is always so."""
    chance = random.Random(seed)  # noqa: S311 no secret
    kinds, weights = list(SOURCES), list(SOURCES.values())
    number = 0
    while True:
        number += 1
        (kind,) = chance.choices(kinds, weights)
        host = chance.choice(hosts())
        yield f"http://{host}:{port}/{kind}/{seed}{number}"


async def fill(url: str, folder: Path, port: int, count: int) -> None:
    """Put the thread and `count` pings, as if they had come by the door, into a new database."""
    file = folder / "fill.toml"
    file.write_text(f'[store]\nurl = "{url}"\n{settings(port)}', "utf-8")
    house = await open_house(load(file, {}).settings, clock=SystemClock())
    try:
        found = Existence.FOUND
        await house.store.write(
            articles.add, Article("a", "blog", ARTICLE, "Bees", NOW, found, True, True, 0, 0, NOW)
        )
        for _ in range(THREAD):
            new = some_comment()
            await house.store.write(
                comments.add, new, comments.Derived(new.id, new.text, new.id, 1), at=NOW
            )
        pages = sources(port, seed="queued")
        for begun in range(0, count, AT_ONCE):
            numbers = range(begun, min(begun + AT_ONCE, count))
            pings = [_ping(next(pages), number) for number in numbers]
            await asyncio.gather(*(house.hear.ping(ping) for ping in pings))
    finally:
        await house.close()


def _ping(source: str, number: int) -> Ping:
    client = Client(f"198.51.100.{number % 250}", "bench", "")
    return Ping(Kind.WEBMENTION, source, ARTICLE, client)
