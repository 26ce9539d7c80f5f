"""Pages that waste the time of whoever fetches them: ``python -m bench.hostile PORT``.

One server for all of 127.0.0.0/8, so that it is many hosts. The first segment of a path says
what the page is like, the rest tells pages apart.
"""

import asyncio
import gzip
import json
import sys
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress

TARGET = "https://blog.example/bees"
GOOD = f'<title>A page</title><p>I read <a href="{TARGET}">about bees</a> with pleasure.'.encode()
TAGS = b"<title>x</title>" + b"<b>" * 100_000
BOMB = gzip.compress(b"a" * 20_000_000)
HEAD = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\n{more}\r\n"

asked: Counter[str] = Counter()  # by what the page is like

Page = Callable[[asyncio.StreamWriter], Awaitable[None]]


def send(writer: asyncio.StreamWriter, body: bytes, more: str = "") -> None:
    length = f"Content-Length: {len(body)}\r\n"
    writer.write(HEAD.format(more=length + more).encode() + body)


async def good(writer: asyncio.StreamWriter) -> None:
    send(writer, GOOD)


async def slow(writer: asyncio.StreamWriter) -> None:
    await asyncio.sleep(2)
    send(writer, GOOD)


async def silent(writer: asyncio.StreamWriter) -> None:
    await asyncio.sleep(60)


async def drip(writer: asyncio.StreamWriter) -> None:
    writer.write(HEAD.format(more="").encode())
    for _ in range(600):
        writer.write(b"x")
        await writer.drain()
        await asyncio.sleep(0.1)


async def endless(writer: asyncio.StreamWriter) -> None:
    writer.write(HEAD.format(more="").encode())
    while True:
        writer.write(b"<p>more" * 1000)
        await writer.drain()


async def tags(writer: asyncio.StreamWriter) -> None:
    send(writer, TAGS)


async def bomb(writer: asyncio.StreamWriter) -> None:
    send(writer, BOMB, "Content-Encoding: gzip\r\n")


async def loop(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 302 Found\r\nLocation: /loop/again\r\nContent-Length: 0\r\n\r\n")


async def reset(writer: asyncio.StreamWriter) -> None:
    writer.transport.abort()


async def count(writer: asyncio.StreamWriter) -> None:
    send(writer, json.dumps(asked).encode())


PAGES: Mapping[str, Page] = {
    "good": good,
    "slow": slow,
    "silent": silent,
    "drip": drip,
    "endless": endless,
    "tags": tags,
    "bomb": bomb,
    "loop": loop,
    "reset": reset,
    "count": count,
}


async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Read a request and answer it as its path asks, for as long as the other side stays."""
    with suppress(OSError, EOFError, ValueError):
        line = (await reader.readuntil(b"\r\n\r\n")).partition(b"\r\n")[0].decode("latin-1")
        name = line.split(" ")[1].split("/")[1]
        asked[name] += name != "count"
        await PAGES[name](writer)
        await writer.drain()
    writer.close()
    with suppress(OSError):
        await writer.wait_closed()


async def serve(port: int) -> None:
    """Serve until killed."""
    server = await asyncio.start_server(answer, "0.0.0.0", port)  # noqa: S104 all of 127/8
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1])))
