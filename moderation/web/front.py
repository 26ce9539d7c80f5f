"""What stands before everything: hosts, sizes, time, room, and the headers all answers carry."""

import asyncio
import secrets
from collections.abc import Iterable, Mapping

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from moderation.domain.errors import Busy, Fault, Internal, Malformed
from moderation.logs import get, request_id
from moderation.web.bodies import counted, whole
from moderation.web.headers import Headers, protected
from moderation.web.hot import Ahead, Sent
from moderation.web.refusal import ready_refusal, refuse
from moderation.web.room import Place, Room

logger = get("front")

HEADER_BYTES = 16 * 1024
HEADER_FIELDS = 100
SECRET_BELOW = ("/c/", "/act/", "/pings/", "/dashboard/setup/")  # addresses that carry a token
WELCOME = 256  # spellings of our hosts
READING = frozenset({"GET", "HEAD"})
BODILESS = frozenset({"GET", "HEAD", "OPTIONS"})
ARRIVING = 1024  # requests whose bodies are still on their way
# Requests at once, by class, at least and at most. Some writes make a commit worth its while.
ROOM = {"reads": (32, 512), "writes": (64, 256), "owners": (32, 64)}


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
        ahead: Mapping[str, Ahead] | None = None,
    ) -> None:
        self._app = app
        self._hosts = frozenset(host.lower() for host in hosts)
        self._prefix = prefix
        self._https = https
        self._doors = frozenset(doors)
        self._welcome: set[bytes] = set()  # hosts of ours, as they were sent
        self._ahead = {
            sent: (path, answers)
            for path, answers in (ahead or {}).items()
            for sent in (path, prefix + path)
            if self._below_prefix(sent) == path
        }
        self._rooms = {kind: Room(*room) for kind, room in ROOM.items()}
        self._arriving = 0
        self._busy = ready_refusal(Busy(), https=https)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            query = scope.get("query_string", b"")
            sent = self.ready(scope["method"], scope["path"], query, scope["headers"])
            await (self._answer if sent is None else sent)(scope, receive, send)
        elif scope["type"] == "lifespan":
            await self._app(scope, receive, send)
        else:  # no door speaks anything else
            await send({"type": "websocket.close", "code": 1000})

    def ready(self, method: str, path: str, query: bytes, fields: Headers) -> Sent | None:
        """What can be answered at once; a server may send it without calling the application.

        Whatever is odd about a request is for `_check` to tell. An answer that is ready
        waits for nobody but its client, so it takes up no room.
        """
        found = self._ahead.get(path)
        sent = self._found(*found, method, query, fields) if found is not None else None
        return sent or self._refused(method, path)

    def _found(
        self, path: str, answers: Ahead, method: str, query: bytes, fields: Headers
    ) -> Sent | None:
        given = dict(fields)
        if (
            method not in READING
            or given.get(b"host") not in self._welcome
            or len(given) != len(fields)  # one stands twice
            or len(given) > HEADER_FIELDS
            or b"content-length" in given
            or b"transfer-encoding" in given
        ):
            return None
        size = len(path) + len(query) + len(b"".join(given)) + len(b"".join(given.values()))
        if size > HEADER_BYTES:
            return None
        return answers(path, query, method, given)

    def _refused(self, method: str, path: str) -> Sent | None:
        """The answer to who finds no place, before anything of the request was read.

        It costs little, so that those who are inside are answered whoever knocks, and
        leaves the connection as it is: a new one would cost more than another question.
        """
        room = self._rooms[_class_of(method, self._below_prefix(path) if self._prefix else path)]
        if not room.full and (method in BODILESS or self._arriving < ARRIVING):
            return None
        return self._busy.sent("HEAD" if method == "HEAD" else "GET", known=False)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
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
            return counted(receive)
        if self._arriving >= ARRIVING:
            raise Busy
        self._arriving += 1
        try:
            return await whole(counted(receive), receive)
        finally:
            self._arriving -= 1

    async def _admit(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request in that is here as a whole; raises Busy where its class is full.

        Its place is free once its answer is there: who is slow to take that, or what went
        before it, is waited for at nobody's cost, and says nothing of how busy we are.
        """
        room = self._rooms[_class_of(scope["method"], scope["path"])]
        place = Place(room, asyncio.get_running_loop().time)

        async def sending(message: Message) -> None:
            place.leave()
            await send(message)

        try:
            await self._app(scope, receive, sending)
        finally:
            place.leave()

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
        if given:
            self._remember(given[0].encode("latin-1"))

    def _remember(self, host: bytes) -> None:
        """Know one of our hosts as it is written, by a port or another case: a few at a time."""
        if len(self._welcome) >= WELCOME:
            self._welcome.clear()
        self._welcome.add(host)

    def _without_prefix(self, scope: Scope) -> Scope:
        """The path below public_url's, whether or not a proxy has cut it off already.

        What follows the prefix must be one of our doors: a path that has lost its prefix
        may begin like it, as "/comments" does below https://blog.example/comments.
        """
        path = self._below_prefix(scope["path"])
        if path == scope["path"]:
            return scope
        scope = dict(scope)
        scope["path"] = path
        scope.pop("raw_path", None)
        return scope

    def _below_prefix(self, path: str) -> str:
        if not self._prefix or not (path + "/").startswith(self._prefix + "/"):
            return path
        rest = path[len(self._prefix) :] or "/"
        door = rest[1:].partition("/")[0] if path != self._prefix else ""
        if path == self._prefix and path[1:] in self._doors:
            return path
        return path if self._doors and door and door not in self._doors else rest

    def _with_headers(self, send: Send) -> Send:
        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = protected(list(message.get("headers", ())), https=self._https)
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


def _class_of(method: str, path: str) -> str:
    if path.startswith(("/dashboard", "/api")):
        return "owners"
    return "reads" if method in READING else "writes"


def host_name(raw: str) -> str:
    """The name of a Host field, without its port."""
    if raw.startswith("["):
        return raw.partition("]")[0].lstrip("[").lower()
    return raw.partition(":")[0].rstrip(".").lower()
