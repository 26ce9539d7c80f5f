"""Answers that are broken, endless or made to hurt, over loopback."""

import asyncio
import gzip

import pytest

from moderation.net.client import GuardedFetcher
from moderation.net.contract import NotHtml
from tests.integration.net.asking import fetch, refused
from tests.sources import Asked, SourceServer, heartbeat

M = 1024 * 1024
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"


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
    """H-4, W-18: lies of length, floods of headers and bombs cost neither memory nor time."""
    async with heartbeat() as delays:
        await refused(fetcher, server.raw("/", answer))
    assert max(delays) < 1


async def test_a_length_that_is_too_small_cuts_the_page(
    server: SourceServer, fetcher: GuardedFetcher
) -> None:
    url = server.raw("/", HEAD + b"Content-Length: 2\r\n\r\nabc")
    assert (await fetch(fetcher, url)).body == b"ab"


async def test_a_page_of_a_megabyte_is_read(server: SourceServer, fetcher: GuardedFetcher) -> None:
    """W-18, H-4: a byte more is too many, see above."""
    assert len((await fetch(fetcher, server.page("/", b"x" * M))).body) == M


async def test_a_page_that_was_compressed_unasked_is_read(
    server: SourceServer, fetcher: GuardedFetcher
) -> None:
    """H-4: within the same limit once it is unpacked."""
    url = server.page("/", gzip.compress(b"page"), headers={"Content-Encoding": "gzip"})
    assert (await fetch(fetcher, url)).body == b"page"


async def test_a_server_that_says_nothing_is_left(
    server: SourceServer, fetcher: GuardedFetcher
) -> None:
    """H-4: nothing is waited for longer than for a first byte."""
    await refused(fetcher, server.silent("/"))


@pytest.mark.parametrize("pause", [0, 0.05])
async def test_a_page_that_never_ends_is_left_in_time(
    server: SourceServer, fetcher: GuardedFetcher, pause: float
) -> None:
    """H-4, W-18: the time is the whole fetch's, not one read's: a flood ends, a drip too."""
    begun = asyncio.get_running_loop().time()
    async with heartbeat() as delays:
        await refused(fetcher, server.endless("/", pause=pause))
    assert asyncio.get_running_loop().time() - begun < 5
    assert max(delays) < 1


async def test_headers_that_drip_are_left_in_time(
    server: SourceServer, fetcher: GuardedFetcher
) -> None:
    """H-4: the time counts from the first byte of the header."""

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
    """H-4: whoever reads a thread meanwhile notices nothing."""
    crumbs = HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + b"1\r\nx\r\n" * 300_000
    async with heartbeat() as delays:
        error = await refused(fetcher, server.raw("/", crumbs))
    assert error.reason == "cut into too many pieces"
    assert max(delays) < 1


@pytest.mark.parametrize("named", ["multipart/x-mixed-replace; boundary=x", "text/event-stream"])
async def test_a_stream_is_left_at_its_type(
    server: SourceServer, fetcher: GuardedFetcher, named: str
) -> None:
    """H-4: it is looked at before the body, which may never end."""

    async def stream(asked: Asked, writer: asyncio.StreamWriter) -> None:
        writer.write(f"HTTP/1.1 200 OK\r\nContent-Type: {named}\r\n\r\n".encode())
        while True:
            writer.write(b"--x\r\nContent-Type: text/html\r\n\r\n<p>x</p>\r\n")
            await writer.drain()

    with pytest.raises(NotHtml):
        await fetch(fetcher, server.script("/", stream))
