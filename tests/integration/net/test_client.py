"""Fetching over loopback: redirects, types, who asks, and how often; hostile pages: test_nasty."""

import asyncio

import pytest

from moderation.net.client import GuardedFetcher
from moderation.net.contract import NotHtml, Page, TooBusy
from moderation.net.guard import Refused
from moderation.net.limits import BudgetLimits, FetchLimits
from tests.integration.net.asking import fetch, refused
from tests.sources import Asked, SourceServer


async def test_a_page_is_fetched(server: SourceServer, fetcher: GuardedFetcher) -> None:
    url = server.page("/p", "Zürich", content_type="Text/HTML; charset=UTF-8")
    page = await fetch(fetcher, url + "?a=b#c")
    assert page == Page(url + "?a=b", url + "?a=b#c", 200, "text/html", "utf-8", "Zürich".encode())


async def test_who_asks_says_who_and_why(server: SourceServer, fetcher: GuardedFetcher) -> None:
    url = server.page("/", "x")
    await fetcher.fetch(
        url,
        purpose="verifying Webmention to https://blog.example/ä\r\nX: y",
        headers={"X-Pingback-Forwarded-For": "192.0.2.1", "Cookie": "a=b", "Host": "evil"},
    )
    (asked,) = server.requests
    agent = asked.headers["user-agent"]
    assert agent.startswith("moderation/")
    assert "(+https://comments.example) verifying Webmention to https://blog.example/X: y" in agent
    assert asked.headers["x-pingback-forwarded-for"] == "192.0.2.1"
    assert asked.headers["host"] == server.pair
    assert asked.headers["accept-encoding"] == "identity"
    assert asked.headers["accept"].startswith("text/html")
    assert not {"cookie", "authorization", "referer", "x"} & set(asked.headers)


async def test_proxies_of_the_environment_are_not_used(
    server: SourceServer,
    canary: SourceServer,
    fetcher: GuardedFetcher,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, canary.url(""))
    assert (await fetch(fetcher, server.page("/", "x"))).body == b"x"


@pytest.mark.parametrize("status", [400, 403, 404, 410, 500, 503, 204 + 200])
async def test_an_error_is_no_page(
    server: SourceServer, fetcher: GuardedFetcher, status: int
) -> None:
    error = await refused(fetcher, server.page("/", "x", status=status))
    assert (error.status, error.gone) == (status, status in (404, 410))


async def test_the_type_is_looked_at_before_the_body(
    server: SourceServer, fetcher: GuardedFetcher
) -> None:
    async def image(asked: Asked, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: image/png\r\n\r\n")
        await writer.drain()
        await asyncio.Event().wait()

    with pytest.raises(NotHtml):
        await fetch(fetcher, server.script("/", image))


async def test_a_closed_port_is_not_readable(fetcher: GuardedFetcher) -> None:
    async with SourceServer() as gone:
        url = gone.url("/")
        opened = GuardedFetcher("https://c.example", allowed_private=frozenset({gone.pair}))
    assert (await refused(opened, url)).reason == "no connection"


async def test_a_cancelled_fetch_leaves_nothing_behind(
    server: SourceServer, fetcher: GuardedFetcher
) -> None:
    task = asyncio.ensure_future(fetch(fetcher, server.silent("/")))
    await server.asked()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert fetcher._budget._all.running == 0
    assert fetcher._budget._hosts["127.0.0.1"].running == 0


def strict(server: SourceServer, **limits: float) -> GuardedFetcher:
    return GuardedFetcher(
        "https://c.example",
        allowed_private=frozenset({server.pair}),
        limits=FetchLimits(total_seconds=5),
        budget=BudgetLimits(patience_seconds=limits.get("patience", 3)),
    )


async def test_one_fetch_of_a_host_at_a_time(server: SourceServer) -> None:
    fetcher = strict(server)
    first = asyncio.ensure_future(fetch(fetcher, server.silent("/silent")))
    await server.asked()
    with pytest.raises(TooBusy) as busy:
        await fetch(fetcher, server.page("/", "x"))
    assert busy.value.retry_after > 0
    first.cancel()
    with pytest.raises(asyncio.CancelledError):
        await first


async def test_a_flood_of_pings_is_no_flood_of_fetches(server: SourceServer) -> None:
    fetcher = strict(server)
    busy = 0
    for n in range(120):
        try:
            await fetch(fetcher, server.page(f"/{n}", "x"))
        except TooBusy:
            busy += 1
    assert len(server.requests) == 120 - busy <= 30


async def test_redirects_count_and_wait_for_their_turn(server: SourceServer) -> None:
    server.redirect("/1", "/2")
    server.redirect("/2", "/3")
    server.page("/3", "x")
    loop = asyncio.get_running_loop()
    begun = loop.time()
    assert (await fetch(strict(server), server.url("/1"))).body == b"x"
    assert loop.time() - begun > 0.8
    with pytest.raises(TooBusy):
        await fetch(strict(server, patience=0.1), server.url("/1"))


async def test_one_look_at_a_redirect_to_nowhere_is_not_readable(
    server: SourceServer, fetcher: GuardedFetcher
) -> None:
    url = server.redirect("/", "http://[")
    with pytest.raises(Refused):
        await fetcher.look(url, purpose="reading an article")
