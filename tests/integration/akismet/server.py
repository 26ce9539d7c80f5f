"""A small Akismet on loopback: the calls of the real protocol, and faults a test can script.

Any test may use it: ``from tests.integration.akismet.server import AkismetServer``, then
``async with AkismetServer() as server:`` and ``AkismetSettings(key=server.key, url=server.url)``.
"""

import asyncio
import json
from collections import defaultdict, deque
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self
from urllib.parse import parse_qsl, urlsplit

KEY = "0123456789ab"
THANKS = "Thanks for making the web a better place."
SPAM_AUTHORS = {"viagra-test-123", "akismet-guaranteed-spam"}
SPAM_EMAIL = "akismet-guaranteed-spam@example.com"


@dataclass(frozen=True, slots=True)
class Asked:
    """One request as it arrived."""

    method: str
    call: str  # "comment-check"
    fields: Mapping[str, str]  # of the body, or of the query
    headers: Mapping[str, str]  # names in lower case
    body: str


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer to give; `raw` goes out as it is, `hang` is silence, `drip` never ends."""

    body: str = "false"
    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()
    raw: bytes | None = None
    hang: bool = False
    drip: bool = False
    wait_for: asyncio.Event | None = None  # answers once it is set


class AkismetServer:
    """Answers as Akismet does, unless a call has a scripted reply waiting.

    `script` queues replies for a call; each is given once, in order. `asked` is what came in.
    """

    def __init__(self, key: str = KEY) -> None:
        self.key = key
        self.asked: list[Asked] = []
        self.usage: object = {
            "limit": "none",
            "usage": 12,
            "percentage": "0.00",
            "throttled": False,
        }
        self._scripts: defaultdict[str, deque[Reply]] = defaultdict(deque)
        self._server: asyncio.Server | None = None
        self._visitors: set[asyncio.Task[None]] = set()
        self._arrived = asyncio.Condition()
        self.port = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def script(self, call: str, *replies: Reply) -> None:
        self._scripts[call].extend(replies)

    def of(self, call: str) -> list[Asked]:
        """The requests of one call, in the order they came."""
        return [asked for asked in self.asked if asked.call == call]

    async def until_asked(self, times: int, call: str = "comment-check") -> None:
        """Wait until a call has come that many times."""
        async with self._arrived:
            await self._arrived.wait_for(lambda: len(self.of(call)) >= times)

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def start(self, port: int = 0) -> None:
        """Listen; with the port of before it is as if it had come back."""
        self._server = await asyncio.start_server(self._meet, "127.0.0.1", port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Close the door and every connection, answered or not; `port` is then refused."""
        if self._server is None:
            return
        self._server.close()
        for visitor in self._visitors:
            visitor.cancel()
        await asyncio.gather(*self._visitors, return_exceptions=True)
        await self._server.wait_closed()
        self._server = None

    def _meet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        visitor = asyncio.create_task(self._serve(reader, writer))
        self._visitors.add(visitor)
        visitor.add_done_callback(self._visitors.discard)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while asked := await _read(reader):
                await self._take(asked, reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass  # the other side gave up
        finally:
            writer.close()

    async def _take(
        self, asked: Asked, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        async with self._arrived:
            self.asked.append(asked)
            self._arrived.notify_all()
        waiting = self._scripts[asked.call]
        await _send(reader, writer, waiting.popleft() if waiting else self._honest(asked))

    def _honest(self, asked: Asked) -> Reply:
        """Answer as Akismet does."""
        fields = asked.fields
        given = fields.get("key" if asked.call == "verify-key" else "api_key")
        if asked.call == "verify-key":
            return Reply("valid") if given == self.key else _invalid("The key is not known.")
        if given != self.key:
            return _invalid('Empty or unknown "api_key" value')
        if asked.call == "usage-limit":
            return Reply(json.dumps(self.usage), headers=(("Content-Type", "application/json"),))
        for name in ("blog", "user_ip"):
            if not fields.get(name):
                return _invalid(f'Empty "{name}" value')
        if asked.call in {"submit-spam", "submit-ham"}:
            return Reply(THANKS)
        guid = (("X-akismet-guid", f"guid-{len(self.asked)}"),)
        return Reply(_verdict(fields), headers=guid)


def _verdict(fields: Mapping[str, str]) -> str:
    if fields.get("user_role") == "administrator":
        return "false"
    spam = (
        fields.get("comment_author") in SPAM_AUTHORS
        or fields.get("comment_author_email") == SPAM_EMAIL
    )
    return "true" if spam else "false"


def _invalid(help_: str) -> Reply:
    return Reply("invalid", headers=(("X-akismet-debug-help", help_),))


async def _read(reader: asyncio.StreamReader) -> Asked | None:
    """Read one request, or None where the connection ended."""
    try:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    except asyncio.IncompleteReadError:
        return None
    line, *rest = head.rstrip().split("\r\n")
    method, target, _ = line.split(" ")
    headers = {}
    for header in rest:
        name, _, value = header.partition(":")
        headers[name.lower()] = value.strip()
    body = (await reader.readexactly(int(headers.get("content-length", 0)))).decode()
    split = urlsplit(target)
    fields = dict(parse_qsl(body or split.query, keep_blank_values=True))
    return Asked(method, split.path.rpartition("/")[2], fields, headers, body)


async def _send(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, reply: Reply) -> None:
    if reply.hang:
        await reader.read(1)  # until the other side gives up
        raise ConnectionAbortedError
    if reply.wait_for is not None:
        await reply.wait_for.wait()
    if reply.raw is not None:
        writer.write(reply.raw)
        await writer.drain()
        raise ConnectionAbortedError
    body = reply.body.encode()
    head = [f"HTTP/1.1 {reply.status} As Scripted"]
    if reply.drip:
        head.append("Content-Length: 60000")
    else:
        head.append(f"Content-Length: {len(body)}")
    head += [f"{name}: {value}" for name, value in reply.headers]
    writer.write("\r\n".join([*head, "", ""]).encode("latin-1") + body)
    await writer.drain()
    while reply.drip:
        await asyncio.sleep(0.02)
        writer.write(b" ")
        await writer.drain()
