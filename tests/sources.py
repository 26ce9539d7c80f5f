"""Other people's web servers on loopback, for any test: well-behaved, odd and hostile.

``from tests.sources import SourceServer``, then::

    async with SourceServer() as server:
        url = server.page("/post", '<a href="https://blog.example/a">x</a>')

`server.pair` ("127.0.0.1:PORT") is what goes into `allowed_private_hosts`. A server whose
pair is not allowed is a canary: its `connections` must stay 0. Any path may be scripted
down to the bytes (`raw`, `script`), and `requests` tells who came.
"""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Self, TypeAlias

HTML = "text/html; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Asked:
    """One request as it arrived."""

    method: str
    path: str  # with the query
    headers: Mapping[str, str]  # names in lower case


Script: TypeAlias = Callable[[Asked, asyncio.StreamWriter], Awaitable[None]]


class SourceServer:
    """One web server on 127.0.0.1 and a free port; answers 404 for what it was not told."""

    def __init__(self, *, tls: ssl.SSLContext | None = None) -> None:
        self.requests: list[Asked] = []
        self.connections = 0
        self._tls = tls
        self._scripts: dict[str, Script] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._came = asyncio.Event()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, ssl=self._tls)
        self.port: int = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *exc: object) -> None:
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._server.wait_closed()

    @property
    def pair(self) -> str:
        """Host and port, as the settings name an allowed private host."""
        return f"127.0.0.1:{self.port}"

    def url(self, path: str) -> str:
        return f"{'https' if self._tls else 'http'}://{self.pair}{path}"

    def page(
        self,
        path: str,
        body: str | bytes,
        *,
        status: int = 200,
        content_type: str = HTML,
        headers: Mapping[str, str] | None = None,
    ) -> str:
        """Serve a page from now on, and return its address."""
        content = body.encode() if isinstance(body, str) else body
        lines = {"Content-Length": str(len(content)), **(headers or {})}
        if content_type:
            lines["Content-Type"] = content_type
        head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
        return self.raw(path, f"HTTP/1.1 {status} Said\r\n{head}\r\n".encode() + content)

    def redirect(self, path: str, to: str, status: int = 302) -> str:
        """Send whoever asks for a path to another address."""
        return self.page(path, "", status=status, headers={"Location": to})

    def raw(self, path: str, answer: bytes) -> str:
        """Answer with exactly these bytes, then close."""

        async def script(asked: Asked, writer: asyncio.StreamWriter) -> None:
            writer.write(answer)
            await writer.drain()

        return self.script(path, script)

    def script(self, path: str, script: Script) -> str:
        """Answer however `script` likes; the connection is closed when it ends."""
        self._scripts[path] = script
        return self.url(path)

    def silent(self, path: str) -> str:
        """Take the request and never answer."""

        async def script(asked: Asked, writer: asyncio.StreamWriter) -> None:
            await asyncio.Event().wait()

        return self.script(path, script)

    def endless(self, path: str, start: str = "", *, piece: bytes = b"x", pause: float = 0) -> str:
        """Send a page that never ends: a drip with a pause, a flood without."""

        async def script(asked: Asked, writer: asyncio.StreamWriter) -> None:
            writer.write(f"HTTP/1.1 200 OK\r\nContent-Type: {HTML}\r\n\r\n{start}".encode())
            while True:
                writer.write(piece)
                await writer.drain()
                await asyncio.sleep(pause)

        return self.script(path, script)

    async def asked(self) -> None:
        """Wait until somebody has asked for something."""
        await self._came.wait()

    def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        task = asyncio.ensure_future(self._answer(reader, writer))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            asked = await _request(reader)
            self.requests.append(asked)
            self._came.set()
            script = self._scripts.get(asked.path.partition("?")[0], _not_found)
            await script(asked, writer)
        except (OSError, EOFError):
            pass  # the other side has left
        finally:
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()


@asynccontextmanager
async def heartbeat() -> AsyncIterator[list[float]]:
    """Measure how long the event loop was kept from its work, in seconds, while this is open."""
    loop = asyncio.get_running_loop()
    delays: list[float] = [0.0]

    async def beat() -> None:
        while True:
            before = loop.time()
            await asyncio.sleep(0.005)
            delays.append(loop.time() - before - 0.005)

    task = asyncio.ensure_future(beat())
    try:
        yield delays
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def _request(reader: asyncio.StreamReader) -> Asked:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    first, *lines = head.rstrip("\r\n").split("\r\n")
    method, path, _ = first.split(" ")
    headers = dict(line.split(": ", 1) for line in lines)
    return Asked(method, path, {name.lower(): value for name, value in headers.items()})


async def _not_found(asked: Asked, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
    await writer.drain()
