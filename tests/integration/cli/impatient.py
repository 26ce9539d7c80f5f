"""A server with less patience than in earnest, and plain connections to it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from starlette.types import Receive, Scope, Send

from moderation.cli.serving.listening import Listening
from moderation.cli.serving.protocol import Limits, PatientProtocol
from moderation.cli.serving.server import Server, make_server

SOON = 10.0  # seconds until a test gives up
SHORT = Limits(
    header_seconds=0.2,
    header_bytes=2000,
    writing_seconds=0.2,
    writing_bytes=100_000,
    leaving_seconds=0.05,
)
GET = b"GET / HTTP/1.1\r\nHost: blog.example\r\n\r\n"

Reader = asyncio.StreamReader
Writer = asyncio.StreamWriter
App = Callable[[Scope, Receive, Send], Awaitable[None]]


async def answer(send: Send, body: bytes) -> None:
    headers = [(b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


@asynccontextmanager
async def serving(app: App, limits: Limits) -> AsyncIterator[tuple[Server, int]]:
    """A server with limits of its own, and its port."""

    class Impatient(PatientProtocol):
        pass

    Impatient.limits = limits
    listening = Listening("127.0.0.1", 0)
    server = make_server(app, protocol=Impatient)
    task = asyncio.create_task(server.serve(sockets=[listening.socket]))
    try:
        yield server, listening.port
    finally:
        server.should_exit = True
        await task


async def connect(port: int) -> tuple[Reader, Writer]:
    return await asyncio.open_connection("127.0.0.1", port)


async def rest(reader: Reader) -> bytes:
    """Everything until the connection is closed; fails when it is not."""
    async with asyncio.timeout(SOON):
        try:
            return await reader.read(-1)
        except ConnectionResetError:
            return b""


async def until(holds: Callable[[], bool]) -> None:
    """Wait until something holds."""
    for _ in range(int(SOON / 0.01)):
        if holds():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("waited in vain")
