"""Accepted pings after kill -9: each is looked at in the next life, and shown once or given up."""

import asyncio
import os
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from tests import wire
from tests.process import Service, running, until
from tests.sources import SourceServer

from .evidence import assert_whole, rows

ARTICLE = "https://blog.example/2026/pinged/"
PAGE = '<html><title>{name}</title><p>I read <a href="{target}">this</a> today.</p></html>'
SETTINGS = """
[sites.blog]
url = "https://blog.example/"
articles = "any"
[moderation]
hold = "none"
[limits]
pings_per_minute = 0
[pings]
allowed_private_hosts = ["{pair}"]
"""
# In a long run the leases of the killed are waited for; else they are taken back here.
PATIENT = bool(os.environ.get("MODERATION_FAULT_ROUNDS"))
SETTLED = {"shown", "waiting", "declined", "gone"}


@pytest.fixture
async def sources() -> AsyncIterator[SourceServer]:
    async with SourceServer() as server:
        yield server


def good(sources: SourceServer, name: str) -> str:
    return sources.page(f"/{name}/", PAGE.format(name=name, target=ARTICLE))


async def ping(service: Service, source: str) -> str:
    """Send a webmention, and return the path of its status page."""
    answer = await wire.post_form(
        service.port, "/webmention", {"source": source, "target": ARTICLE}
    )
    assert answer.status == 201, answer.body
    return "/" + answer.headers["location"].split("/", 3)[3]


async def take_back_leases(store_url: str) -> None:
    """Take back every lease, as is done with one that has stood still for half a minute."""
    statement = "UPDATE job SET lease_owner = NULL, lease_until = NULL"
    if store_url.startswith("sqlite"):
        with sqlite3.connect(store_url.removeprefix("sqlite:///")) as connection:
            connection.execute(statement)
        connection.close()
        return
    other = await asyncpg.connect(store_url)
    await other.execute(statement)
    await other.close()


async def standing(service: Service, path: str) -> dict[str, Any]:
    headers = {"Accept": "application/json"}
    answer = await wire.ask(service.port, "GET", path, headers=headers)
    assert answer.status == 200, answer.body
    found: dict[str, Any] = answer.json()
    return found


async def test_every_accepted_ping_comes_to_its_end_after_kills(
    store_url: str, tmp_path: Path, sources: SourceServer
) -> None:
    settings = SETTINGS.format(pair=sources.pair)
    async with running(tmp_path, store_url, settings) as service:
        hanging = sources.silent("/slow/")
        paths = {"slow": await ping(service, hanging)}
        await asyncio.wait_for(sources.asked(), 30)  # it is being fetched
        paths |= {name: await ping(service, good(sources, name)) for name in ("a", "b", "c")}
        paths["gone"] = await ping(service, sources.page("/gone/", "", status=410))
        paths["image"] = await ping(
            service, sources.page("/image/", "GIF89a", content_type="image/gif")
        )
        for _ in range(3):  # the second and third time with whatever has been begun by then
            await service.kill()
            good(sources, "slow")
            if not PATIENT:
                await take_back_leases(store_url)
            await service.start()

        async def settled() -> dict[str, dict[str, Any]] | None:
            found = {name: await standing(service, path) for name, path in paths.items()}
            return found if all(f["status"] in SETTLED for f in found.values()) else None

        if not PATIENT:
            await service.kill()
            await take_back_leases(store_url)
            await service.start()
        ends = await until(settled, within=60, what="the end of every ping")

        shown = {name for name, end in ends.items() if end["status"] == "shown"}
        assert shown == {"slow", "a", "b", "c"}
        assert (ends["gone"]["cause"], ends["image"]["cause"]) == ("gone", "not_html")
        thread = await wire.get(service.port, "/thread.html", article=ARTICLE)
        for name in shown:
            assert thread.text.count(f'href="{sources.url(f"/{name}/")}"') >= 1
        found = (await wire.get(service.port, "/thread.json", article=ARTICLE)).json()
        assert sorted(c["source"] for c in found["comments"]) == sorted(
            sources.url(f"/{name}/") for name in shown
        )
        await assert_whole(store_url)
        assert await rows(store_url, "SELECT kind FROM job WHERE kind = 'verify'") == []
        assert service.complaints() == []
