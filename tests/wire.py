"""HTTP/1.1 byte by byte: what is sent is sent as it stands, and an answer is whole or broken."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

PATIENCE = 60.0  # seconds for an answer; the service itself waits for no request that long
FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True)
class Answer:
    """One whole answer."""

    status: int
    headers: Mapping[str, str]  # names in lower case; the last of several
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()

    def json(self) -> Any:
        return json.loads(self.body)


class Broken(Exception):
    """No whole answer came; `received` is what did."""

    def __init__(self, why: str, received: bytes = b"") -> None:
        super().__init__(f"{why}, after {received[:200]!r}" if received else why)
        self.received = received


class Line:
    """One connection, of a plain socket: an answer that came before a reset counts."""

    def __init__(self, connection: socket.socket) -> None:
        self._socket = connection
        self._received = bytearray()

    async def send(self, data: bytes) -> None:
        """Send bytes; who has stopped listening shows when the answer is read."""
        with suppress(OSError):
            await asyncio.get_running_loop().sock_sendall(self._socket, data)

    def end(self) -> None:
        """Say that nothing more will be sent."""
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_WR)

    async def answer(self, *, bodiless: bool = False, within: float = PATIENCE) -> Answer:
        """Read one answer. Raises Broken where it does not come, or not whole."""
        try:
            async with asyncio.timeout(within):
                return await self._answer(bodiless)
        except (OSError, EOFError, TimeoutError, ValueError, IndexError) as error:
            raise Broken(repr(error), bytes(self._received)) from None

    async def rest(self, within: float = PATIENCE) -> bytes:
        """What comes until the other side hangs up. Raises Broken where it does not."""
        try:
            async with asyncio.timeout(within):
                while True:
                    await self._more()
        except (OSError, EOFError):
            return bytes(self._received)
        except TimeoutError:
            raise Broken("it did not hang up", bytes(self._received)) from None

    async def until(self, mark: bytes, within: float = PATIENCE) -> bytes:
        """What comes up to a mark, and the mark. Raises Broken where it does not come."""
        try:
            async with asyncio.timeout(within):
                return await self._until(mark)
        except (OSError, EOFError, TimeoutError) as error:
            raise Broken(repr(error), bytes(self._received)) from None

    async def _answer(self, bodiless: bool) -> Answer:
        status = 100
        while status in (100, 103):
            head = await self._until(b"\r\n\r\n")
            first, *lines = head.decode("latin-1").rstrip("\r\n").split("\r\n")
            status = int(first.split(" ")[1])
        pairs = (line.partition(":") for line in lines)
        headers = {name.strip().lower(): value.strip() for name, _, value in pairs}
        if bodiless or status in (204, 304):
            return Answer(status, headers, b"")
        if "chunked" in headers.get("transfer-encoding", ""):
            return Answer(status, headers, await self._chunks())
        return Answer(status, headers, await self._exactly(int(headers["content-length"])))

    async def _chunks(self) -> bytes:
        body = b""
        while length := int(await self._until(b"\r\n"), 16):
            body += (await self._exactly(length + 2))[:-2]
        await self._until(b"\r\n")
        return body

    async def _until(self, mark: bytes) -> bytes:
        while mark not in self._received:
            await self._more()
        return self._take(self._received.index(mark) + len(mark))

    async def _exactly(self, length: int) -> bytes:
        while len(self._received) < length:
            await self._more()
        return self._take(length)

    def _take(self, length: int) -> bytes:
        taken = bytes(self._received[:length])
        del self._received[:length]
        return taken

    async def _more(self) -> None:
        data = await asyncio.get_running_loop().sock_recv(self._socket, 1 << 16)
        if not data:
            raise EOFError("hung up")
        self._received += data


@asynccontextmanager
async def connect(port: int, *, within: float = PATIENCE) -> AsyncIterator[Line]:
    """Open a connection. Raises OSError where nobody listens."""
    with socket.socket() as connection:
        connection.setblocking(False)
        async with asyncio.timeout(within):
            await asyncio.get_running_loop().sock_connect(connection, ("127.0.0.1", port))
        yield Line(connection)


def request(
    method: str,
    where: str,
    body: bytes = b"",
    headers: Mapping[str, str] | None = None,
    *,
    close: bool = True,
) -> bytes:
    """Write a plain request."""
    lines = {"Host": "127.0.0.1", **(headers or {})}
    if close:
        lines["Connection"] = "close"
    if body or method not in ("GET", "HEAD", "OPTIONS"):
        lines.setdefault("Content-Length", str(len(body)))
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    return f"{method} {where} HTTP/1.1\r\n{head}\r\n".encode("latin-1") + body


async def ask(
    port: int,
    method: str,
    where: str,
    body: bytes = b"",
    headers: Mapping[str, str] | None = None,
    *,
    within: float = PATIENCE,
) -> Answer:
    """Ask on a connection of its own. Raises OSError (nobody listens) and Broken."""
    async with connect(port, within=within) as line:
        sending = asyncio.create_task(line.send(request(method, where, body, headers)))
        try:
            return await line.answer(bodiless=method == "HEAD", within=within)
        finally:
            sending.cancel()
            await asyncio.wait([sending])


def target(path: str, **query: str) -> str:
    """Write the target of a request."""
    return f"{path}?{urlencode(query)}" if query else path


async def get(port: int, path: str, **query: str) -> Answer:
    """Ask for a page."""
    return await ask(port, "GET", target(path, **query))


async def post_form(
    port: int, where: str, fields: Mapping[str, str], headers: Mapping[str, str] | None = None
) -> Answer:
    """Send a form."""
    more = {"Content-Type": FORM, **(headers or {})}
    return await ask(port, "POST", where, urlencode(fields).encode(), more)


async def post_json(
    port: int, where: str, document: object, headers: Mapping[str, str] | None = None
) -> Answer:
    """Send JSON."""
    more = {"Content-Type": "application/json", **(headers or {})}
    return await ask(port, "POST", where, json.dumps(document).encode(), more)
