"""What stands before everything: hosts, sizes, time, room, and the headers all answers carry."""

import asyncio
import secrets
from collections.abc import Iterable

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from moderation.domain.errors import Busy, Fault, Internal, Malformed, TooLarge
from moderation.faults import headers as fault_headers
from moderation.faults import http_status
from moderation.logs import get, request_id
from moderation.protocols.contract import BODY_LIMIT
from moderation.web.headers import ALWAYS, STRICT_CSP

logger = get("front")

HEADER_BYTES = 16 * 1024
HEADER_FIELDS = 100
BODY_SECONDS = 15.0
SECRET_BELOW = ("/c/", "/act/", "/pings/", "/dashboard/setup/")  # addresses that carry a token
BODILESS = frozenset({"GET", "HEAD", "OPTIONS"})
ARRIVING = 1024  # requests whose bodies are still on their way
ROOM = {"reads": 512, "writes": 256, "owners": 64}  # requests at once, by class


class Front:
    """A pure ASGI application around the whole.

    `prefix` is the path of public_url, "" or "/talk"; `doors` are the first segments of
    all our paths, by which a path is known that a proxy has cut the prefix off already.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        hosts: Iterable[str],
        prefix: str,
        https: bool,
        doors: Iterable[str] = (),
    ) -> None:
        self._app = app
        self._hosts = frozenset(host.lower() for host in hosts)
        self._prefix = prefix
        self._https = https
        self._doors = frozenset(doors)
        self._inside = dict.fromkeys(ROOM, 0)
        self._arriving = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":  # no door speaks anything else
            await send({"type": "websocket.close", "code": 1000})
            return
        request_id.set(secrets.token_hex(6))
        scope = self._without_prefix(scope)
        answer = _Answer(self._with_headers(send))
        try:
            self._check(scope)
            await self._admit(scope, await self._arrived(scope, receive), answer)
        except Fault as fault:
            await refuse(fault, answer)
        except Exception as error:  # a fault of ours: logged whole, once, whoever met it
            logger.error("internal error", path=_told(scope["path"]), exc_info=error)
            if not answer.begun:
                await refuse(Internal(), answer)
            elif not answer.ended:
                raise

    async def _arrived(self, scope: Scope, receive: Receive) -> Receive:
        """Take a request's body in before it takes anybody's place; raises Busy where many come.

        One that is too long or too slow is told to the door when it reads, so that the
        refusal is worded in the door's own protocol.
        """
        if scope["method"] in BODILESS:
            return _counted(receive)
        if self._arriving >= ARRIVING:
            raise Busy
        self._arriving += 1
        try:
            return await _whole(_counted(receive), receive)
        finally:
            self._arriving -= 1

    async def _admit(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request in that is here as a whole; raises Busy where its class is full."""
        kind = _class_of(scope)
        if self._inside[kind] >= ROOM[kind]:
            raise Busy
        self._inside[kind] += 1
        try:
            await self._app(scope, receive, send)
        finally:
            self._inside[kind] -= 1

    def _check(self, scope: Scope) -> None:
        """Raise Malformed for a foreign Host, for too many or too long header fields."""
        fields = scope["headers"]
        size = len(scope["path"]) + len(scope.get("query_string", b""))
        size += sum(len(name) + len(value) for name, value in fields)
        if len(fields) > HEADER_FIELDS or size > HEADER_BYTES:
            raise Malformed("The request's header is too long.")
        names = {name for name, _ in fields}
        if b"content-length" in names and b"transfer-encoding" in names:
            raise Malformed("The request says its length twice.")
        given = [value.decode("latin-1") for name, value in fields if name == b"host"]
        if len(given) > 1 or (not given and scope.get("http_version") != "1.0"):
            raise Malformed("The request names no host, or several.")
        if given and host_name(given[0]) not in self._hosts:
            raise Malformed("This host is not served here.")

    def _without_prefix(self, scope: Scope) -> Scope:
        """The path below public_url's, whether or not a proxy has cut it off already.

        What follows the prefix must be one of our doors: a path that has lost its prefix
        may begin like it, as "/comments" does below https://blog.example/comments.
        """
        path = scope["path"]
        if not self._prefix or not (path + "/").startswith(self._prefix + "/"):
            return scope
        rest = path[len(self._prefix) :] or "/"
        door = rest[1:].partition("/")[0] if path != self._prefix else ""
        if path == self._prefix and path[1:] in self._doors:
            return scope
        if self._doors and door and door not in self._doors:
            return scope
        scope = dict(scope)
        scope["path"] = rest
        scope.pop("raw_path", None)
        return scope

    def _with_headers(self, send: Send) -> Send:
        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                have = {name.lower() for name, _ in message.get("headers", ())}
                headers = list(message.get("headers", ()))
                headers += [pair for pair in ALWAYS if pair[0] not in have]
                if b"content-security-policy" not in have:
                    headers.append((b"content-security-policy", STRICT_CSP.encode()))
                if b"cache-control" not in have:
                    headers.append((b"cache-control", b"no-store"))
                if self._https:
                    headers.append((b"strict-transport-security", b"max-age=31536000"))
                message = {**message, "headers": headers}
            await send(message)

        return sending


class _Answer:
    """Passes an answer on, and knows how far it went."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self.begun = False
        self.ended = False

    async def __call__(self, message: Message) -> None:
        self.begun = True
        await self._send(message)
        self.ended = message["type"] == "http.response.body" and not message.get("more_body")


def _told(path: str) -> str:
    """A path as the log may know it: what stands in some is a secret."""
    start = next((s for s in SECRET_BELOW if path.startswith(s)), None)
    return path if start is None else f"{start}…"


def _class_of(scope: Scope) -> str:
    if scope["path"].startswith(("/dashboard", "/api")):
        return "owners"
    return "reads" if scope["method"] in ("GET", "HEAD") else "writes"


def host_name(raw: str) -> str:
    """The name of a Host field, without its port."""
    if raw.startswith("["):
        return raw.partition("]")[0].lstrip("[").lower()
    return raw.partition(":")[0].rstrip(".").lower()


def _counted(receive: Receive) -> Receive:
    """Let through 64 KiB of body within 15 seconds; raise TooLarge or Malformed past that."""
    seen = 0
    deadline: float | None = None
    done = False

    async def receiving() -> Message:
        nonlocal seen, deadline, done
        if done:
            return await receive()  # waiting for the client to hang up has no limit
        now = asyncio.get_running_loop().time()
        deadline = deadline or now + BODY_SECONDS
        try:
            async with asyncio.timeout_at(deadline):
                message = await receive()
        except TimeoutError:
            raise Malformed("The request took too long to arrive.") from None
        if message["type"] == "http.disconnect":
            raise Malformed("The request was broken off.")
        seen += len(message.get("body", b""))
        done = not message.get("more_body", False)
        if seen > BODY_LIMIT:
            raise TooLarge(f"A request has {BODY_LIMIT // 1024} KiB at the most.")
        return message

    return receiving


async def _whole(counted: Receive, receive: Receive) -> Receive:
    """Read a body to its end, and give it out in one piece, or the Fault it ended in."""
    body, fault, given = b"", None, False
    try:
        more = True
        while more:
            message = await counted()
            body += message.get("body", b"")
            more = message.get("more_body", False)
    except Fault as error:
        fault = error

    async def receiving() -> Message:
        nonlocal given
        if fault is not None:
            raise fault
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return receiving


async def refuse(fault: Fault, send: Send) -> None:
    """Answer in plain text, where no door did."""
    body = f"{fault}\n".encode()
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"connection", b"close")]
    headers.append((b"content-length", str(len(body)).encode()))
    headers += [(name.lower().encode(), value.encode()) for name, value in fault_headers(fault)]
    await send({"type": "http.response.start", "status": http_status(fault), "headers": headers})
    await send({"type": "http.response.body", "body": body})
