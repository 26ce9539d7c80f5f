"""Fetching over loopback: pages as they should be, odd ones and nasty ones."""

import asyncio
import gzip
import shutil
import ssl
import subprocess
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest

from moderation.net.client import GuardedFetcher
from moderation.net.contract import NotHtml, NotReadable, Page, TooBusy
from moderation.net.limits import BudgetLimits, FetchLimits
from tests.sources import Asked, SourceServer, heartbeat

M = 1024 * 1024
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"


async def fetch(fetcher: GuardedFetcher, url: str, purpose: str = "verifying a test") -> Page:
    return await fetcher.fetch(url, purpose=purpose)


async def refused(fetcher: GuardedFetcher, url: str) -> NotReadable:
    with pytest.raises(NotReadable) as caught:
        await fetch(fetcher, url)
    return caught.value


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


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_redirects_are_followed(
    server: SourceServer, fetcher: GuardedFetcher, status: int
) -> None:
    url = server.redirect("/old", "new?x#y", status)
    server.page("/new", "x", headers={"Set-Cookie": "a=b"})
    page = await fetch(fetcher, url)
    assert (page.asked, page.url) == (url, server.url("/new?x"))


async def test_no_cookie_is_carried_along(server: SourceServer, fetcher: GuardedFetcher) -> None:
    server.page("/a", "", status=302, headers={"Location": "/b", "Set-Cookie": "a=b"})
    server.page("/b", "x")
    await fetch(fetcher, server.url("/a"))
    assert all("cookie" not in asked.headers for asked in server.requests)


async def test_five_redirects_are_followed_and_no_more(
    server: SourceServer, fetcher: GuardedFetcher
) -> None:
    for n in range(25):
        server.redirect(f"/{n}", f"/{n + 1}")
    server.page("/25", "x")
    assert (await fetch(fetcher, server.url("/20"))).body == b"x"
    asked = len(server.requests)
    assert "redirects" in (await refused(fetcher, server.url("/0"))).reason
    assert len(server.requests) == asked + 6


async def test_a_circle_of_redirects_ends(server: SourceServer, fetcher: GuardedFetcher) -> None:
    url = server.redirect("/a", "/b")
    server.redirect("/b", "/a#x")
    assert "circle" in (await refused(fetcher, url)).reason
    assert len(server.requests) == 2


@pytest.mark.parametrize(
    "location",
    ["file:///etc/passwd", "ftp://blog.example/", "javascript:alert(1)", "//", "http://[",
     "http://a b/", "http://user@blog.example/", "http://blog.example:22/", "data:text/html,x", "http://127.1/"],
)  # fmt: skip
async def test_a_redirect_to_what_is_no_page_is_refused(
    server: SourceServer, fetcher: GuardedFetcher, location: str
) -> None:
    await refused(fetcher, server.redirect("/", location))
    assert len(server.requests) == 1


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


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"SSH-2.0-OpenSSH_9.2\r\n", id="another protocol"),
        pytest.param(b"HTTP/one 200 OK\r\n\r\n", id="another version"),
        pytest.param(b"HTTP/1.1 200\r\nbroken\r\n\r\n", id="a broken header"),
        pytest.param(HEAD + b"Content-Length: 1000\r\n\r\nx", id="less than it promised"),
        pytest.param(HEAD + b"Content-Length: -1\r\n\r\nx", id="a length below zero"),
        pytest.param(HEAD + b"Content-Length: 2000000\r\n\r\nx", id="a length over the limit"),
        pytest.param(HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n", id="broken chunks"),
        pytest.param(HEAD + b"X: " + b"x" * 70_000 + b"\r\n\r\nx", id="a header of 70 kB"),
        pytest.param(HEAD + b"X: y\r\n" * 20_000 + b"\r\nx", id="20,000 headers"),
        pytest.param(HEAD + b"\r\n" + b"x" * (M + 1), id="a byte over a megabyte"),
        pytest.param(HEAD + b"Content-Encoding: br\r\n\r\nx", id="an unknown compression"),
        pytest.param(
            HEAD + b"Content-Encoding: gzip\r\n\r\n" + gzip.compress(bytes(100 * M)), id="a bomb"
        ),
        pytest.param(b"HTTP/1.1 100 Continue\r\n\r\n" * 200_000, id="promises without end"),
        pytest.param(b"HTTP/1.1 302 Found\r\nLocation: \r\n\r\n", id="a redirect to nowhere"),
    ],
)
async def test_a_broken_answer_is_not_readable(
    server: SourceServer, fetcher: GuardedFetcher, answer: bytes
) -> None:
    async with heartbeat() as delays:
        await refused(fetcher, server.raw("/", answer))
    assert max(delays) < 1


async def test_a_length_that_is_too_small_cuts_the_page(
    server: SourceServer, fetcher: GuardedFetcher
) -> None:
    url = server.raw("/", HEAD + b"Content-Length: 2\r\n\r\nabc")
    assert (await fetch(fetcher, url)).body == b"ab"


async def test_a_page_of_a_megabyte_is_read(server: SourceServer, fetcher: GuardedFetcher) -> None:
    assert len((await fetch(fetcher, server.page("/", b"x" * M))).body) == M


async def test_a_page_that_was_compressed_unasked_is_read(
    server: SourceServer, fetcher: GuardedFetcher
) -> None:
    url = server.page("/", gzip.compress(b"page"), headers={"Content-Encoding": "gzip"})
    assert (await fetch(fetcher, url)).body == b"page"


async def test_a_server_that_says_nothing_is_left(
    server: SourceServer, fetcher: GuardedFetcher
) -> None:
    await refused(fetcher, server.silent("/"))


@pytest.mark.parametrize("pause", [0, 0.05])
async def test_a_page_that_never_ends_is_left_in_time(
    server: SourceServer, fetcher: GuardedFetcher, pause: float
) -> None:
    begun = asyncio.get_running_loop().time()
    async with heartbeat() as delays:
        await refused(fetcher, server.endless("/", pause=pause))
    assert asyncio.get_running_loop().time() - begun < 5
    assert max(delays) < 1


async def test_headers_that_drip_are_left_in_time(
    server: SourceServer, fetcher: GuardedFetcher
) -> None:
    async def drip(asked: Asked, writer: asyncio.StreamWriter) -> None:
        writer.write(HEAD)
        while True:
            writer.write(b"X: y\r\n")
            await writer.drain()
            await asyncio.sleep(0.05)

    await refused(fetcher, server.script("/", drip))


async def test_a_body_in_crumbs_does_not_stop_the_service(
    server: SourceServer, fetcher: GuardedFetcher
) -> None:
    crumbs = HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + b"1\r\nx\r\n" * 300_000
    async with heartbeat() as delays:
        error = await refused(fetcher, server.raw("/", crumbs))
    assert error.reason == "cut into too many pieces"
    assert max(delays) < 1


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
    assert fetcher._budget._running == 0
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
    fetcher, url = strict(server), server.page("/", "x")
    busy = 0
    for n in range(120):
        try:
            await fetch(fetcher, f"{url}?{n}")
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


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a certificate for blog.example that nobody trusts but these tests."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("no openssl to make a certificate with")
    folder = tmp_path_factory.mktemp("tls")
    words = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"]
    names = ["-subj", "/CN=blog.example", "-addext", "subjectAltName=DNS:blog.example"]
    files = ("-keyout", str(folder / "key.pem"), "-out", str(folder / "certificate.pem"))
    subprocess.run([openssl, *words, *names, *files], check=True, capture_output=True)
    return folder


@pytest.fixture
async def tls_server(certificate: Path) -> AsyncIterator[SourceServer]:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate / "certificate.pem", certificate / "key.pem")
    async with SourceServer(tls=context) as running:
        yield running


async def to_loopback(host: str, port: int) -> Sequence[str]:
    return ["127.0.0.1"]


async def test_the_certificate_is_checked_by_name(
    tls_server: SourceServer, certificate: Path
) -> None:
    tls_server.page("/", "x")
    hosts = [f"{name}:{tls_server.port}" for name in ("blog.example", "other.example")]
    fetcher = GuardedFetcher(
        "https://c.example",
        allowed_private=frozenset(hosts),
        resolve=to_loopback,
        tls=ssl.create_default_context(cafile=certificate / "certificate.pem"),
    )
    assert (await fetch(fetcher, f"https://{hosts[0]}/")).body == b"x"
    assert tls_server.requests[0].headers["host"] == hosts[0]
    await refused(fetcher, f"https://{hosts[1]}/")
    assert len(tls_server.requests) == 1


async def test_a_certificate_nobody_signed_is_refused(tls_server: SourceServer) -> None:
    host = f"blog.example:{tls_server.port}"
    fetcher = GuardedFetcher(
        "https://c.example", allowed_private=frozenset({host}), resolve=to_loopback
    )
    await refused(fetcher, f"https://{host}/")
    assert not tls_server.requests


async def test_https_does_not_lead_to_http_elsewhere(
    tls_server: SourceServer, server: SourceServer, certificate: Path
) -> None:
    host = f"blog.example:{tls_server.port}"
    fetcher = GuardedFetcher(
        "https://c.example",
        allowed_private=frozenset({host, server.pair, f"blog.example:{server.port}"}),
        resolve=to_loopback,
        tls=ssl.create_default_context(cafile=certificate / "certificate.pem"),
    )
    server.page("/", "x")
    tls_server.redirect("/elsewhere", server.url("/"))
    tls_server.redirect("/same", f"http://blog.example:{server.port}/")
    await refused(fetcher, f"https://{host}/elsewhere")
    assert not server.requests
    assert (await fetch(fetcher, f"https://{host}/same")).body == b"x"
