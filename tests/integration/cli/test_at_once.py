"""What an application has ready goes out without a task for it, in its turn, over real sockets."""

import asyncio
from dataclasses import replace

from starlette.types import Receive, Scope, Send

from moderation.web.headers import Headers
from moderation.web.hot import Form, Sent
from tests.integration.cli.impatient import SHORT, SOON, answer, connect, rest, serving, until

FORM = Form([(b"etag", b'"a"'), (b"content-type", b"text/plain")], b"ready")


class Both:
    """An application that has one path ready and takes its time for all others."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.let_go = asyncio.Event()
        self.came = asyncio.Event()

    def ready(self, method: str, path: str, query: bytes, fields: Headers) -> Sent | None:
        known = (b"if-none-match", b'"a"') in fields
        return FORM.sent(method, known) if path == "/ready" and method in ("GET", "HEAD") else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.asked.append(scope["path"])
        self.came.set()
        await self.let_go.wait()
        if scope["path"] == "/ready":
            await FORM.sent("GET", known=False)(scope, receive, send)
            return
        await answer(send, f"made for {scope['path']}".encode())


def get(path: str, *fields: str, method: str = "GET", version: str = "1.1") -> bytes:
    lines = [f"{method} {path} HTTP/{version}", "Host: x", *fields, "", ""]
    return "\r\n".join(lines).encode()


LAST = "Connection: close"


async def told(app: Both, *requests: bytes) -> bytes:
    async with serving(app, SHORT) as (_, port):
        reader, writer = await connect(port)
        for request in requests:
            writer.write(request)
        got = await rest(reader)
        writer.close()
        return got


async def test_it_is_an_answer_as_any_other() -> None:
    app = Both()
    got = await told(app, get("/ready", LAST))
    head, _, body = got.partition(b"\r\n\r\n")
    lines = head.split(b"\r\n")

    assert lines[0] == b"HTTP/1.1 200 OK"
    assert lines[1].startswith(b"date: ")
    assert lines[2:] == [
        b'etag: "a"',
        b"content-type: text/plain",
        b"content-length: 5",
        b"connection: close",
    ]
    assert body == b"ready"
    assert app.asked == []


async def test_many_come_by_one_connection_each_in_its_turn() -> None:
    app = Both()
    app.let_go.set()
    ready, made = get("/ready"), get("/made")
    got = await told(app, ready, ready + made + ready + ready + made + get("/ready", LAST))
    order = _in_order(got, [b"made for /made", b"ready"])

    assert [body.split()[0] for body in order] == b"ready ready made ready ready made ready".split()
    assert got.count(b"HTTP/1.1 200 OK") == 7


async def test_none_goes_before_the_one_that_is_being_made() -> None:
    app = Both()
    async with serving(app, SHORT) as (_, port):
        reader, writer = await connect(port)
        writer.write(get("/made") + get("/ready", LAST))
        async with asyncio.timeout(5):
            await app.came.wait()
        app.let_go.set()
        got = await rest(reader)
        writer.close()
    assert list(_in_order(got, [b"made for /made", b"ready"])) == [b"made for /made", b"ready"]


async def test_a_head_and_a_known_version_have_no_body() -> None:
    app = Both()
    requests = (
        get("/ready", method="HEAD"),
        get("/ready", 'If-None-Match: "a"'),
        get("/ready", LAST),
    )
    got = await told(app, *requests)
    first, second, third, body = got.split(b"\r\n\r\n")

    assert b"content-length: 5" in first
    assert second.startswith(b"HTTP/1.1 304 Not Modified")
    assert b"content-length" not in second
    assert third.startswith(b"HTTP/1.1 200 OK")
    assert body == b"ready"


async def test_an_old_client_is_parted_from() -> None:
    """Also one that would stay: it takes the end for the answer's, unless it is told otherwise."""
    for fields in ([], ["Connection: keep-alive"]):
        got = await told(Both(), get("/ready", *fields, version="1.0"))
        assert b"connection: close\r\n\r\nready" in got


async def test_what_comes_after_the_last_answer_is_not_done() -> None:
    """Nobody would hear of it: who asks again would have it done twice."""
    app = Both()
    async with serving(app, replace(SHORT, header_seconds=SOON)) as (server, port):
        reader, writer = await connect(port)
        server.server_state.leaving = True
        writer.write(get("/ready") + get("/made", method="POST"))
        assert (await rest(reader)).count(b"HTTP/1.1 ") == 1
        writer.close()
    assert app.asked == []


async def test_what_asks_for_more_than_an_answer_goes_the_usual_way() -> None:
    for odd in (
        get("/ready", "Upgrade: h2c", "Connection: Upgrade"),
        get("/ready", "Expect: 100-continue", LAST),
        get("http://x/ready", LAST),
    ):
        app = Both()
        app.let_go.set()
        got = await told(app, odd)
        assert app.asked == ["/ready"]
        assert got.endswith(b"\r\n\r\nready")


async def test_who_would_change_the_protocol_is_answered_and_left() -> None:
    """What comes after such a request is not read as HTTP: it would wait for ever."""
    for path in ("/ready", "/made"):
        app = Both()
        app.let_go.set()
        fields = ("Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c", "HTTP2-Settings: AAMAAABk")
        async with serving(app, replace(SHORT, header_seconds=SOON)) as (_, port):
            reader, writer = await connect(port)
            writer.write(get(path, *fields))
            async with asyncio.timeout(1):  # it is not the patience with the idle that ends it
                got = await rest(reader)
            writer.close()
        assert got.startswith(b"HTTP/1.1 200")
        assert b"connection: close" in got


async def test_one_who_takes_nothing_is_not_given_ever_more() -> None:
    """Answers wait for their client; what waits is bounded, and it is parted from in time."""
    large = Form([], b"x" * 1_000_000)

    class Large(Both):
        made = 0

        def ready(self, method: str, path: str, query: bytes, fields: Headers) -> Sent | None:
            self.made += 1
            return large.sent("GET", known=False)

        async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
            await large.sent("GET", known=False)(scope, receive, send)

    app = Large()
    async with serving(app, SHORT) as (server, port):
        _, writer = await connect(port)
        writer.write(get("/ready") * 200)
        await until(lambda: app.made > 0 and not server.server_state.connections)
        writer.close()
    assert app.made < 50


def _in_order(text: bytes, wanted: list[bytes]) -> list[bytes]:
    """Those of `wanted` that stand at the end of a header, as they come."""
    found = []
    for part in text.split(b"\r\n\r\n")[1:]:
        found += [each for each in wanted if part.startswith(each)]
    return found


async def test_who_is_refused_before_the_body_came_may_send_it_and_ask_again() -> None:
    """Nothing of the body is kept, and the connection is as good as before."""
    refusal = Form([(b"retry-after", b"5")], b"busy", 503)

    class Full(Both):
        def ready(self, method: str, path: str, query: bytes, fields: Headers) -> Sent | None:
            if method == "POST":
                return refusal.sent("GET", known=False)
            return super().ready(method, path, query, fields)

    app = Full()
    body = b"x" * 60_000
    async with serving(app, SHORT) as (_, port):
        reader, writer = await connect(port)
        for leaving in (False, True):
            head = get("/made", f"Content-Length: {len(body)}", *[LAST] * leaving, method="POST")
            writer.write(head + body[:10])
            async with asyncio.timeout(5):
                told = await reader.readuntil(b"busy")  # before the rest is sent
            assert told.startswith(b"HTTP/1.1 503")
            writer.write(body[10:])
            if not leaving:
                writer.write(get("/ready"))
                async with asyncio.timeout(5):
                    assert (await reader.readuntil(b"ready")).startswith(b"HTTP/1.1 200")
        assert await rest(reader) == b""
        writer.close()
    assert app.asked == []


async def test_who_is_refused_is_not_listened_to_for_a_while() -> None:
    """And loses nothing by it: what was asked meanwhile is answered afterwards."""
    refusal = Form([], b"busy", 503)

    class Full(Both):
        refused = 0

        def ready(self, method: str, path: str, query: bytes, fields: Headers) -> Sent | None:
            if path != "/full":
                return super().ready(method, path, query, fields)
            self.refused += 1
            return refusal.sent("GET", known=False)

    app = Full()
    async with serving(app, replace(SHORT, pause_seconds=0.2)) as (server, port):
        reader, writer = await connect(port)
        writer.write(get("/full"))
        async with asyncio.timeout(5):
            await reader.readuntil(b"busy")
        (connection,) = server.server_state.connections
        assert not connection.transport.is_reading()
        writer.write(get("/ready", LAST))
        assert (await rest(reader)).endswith(b"ready")
        writer.close()
    assert app.refused == 1


async def test_who_was_answered_at_once_and_says_no_more_is_idle() -> None:
    async with serving(Both(), replace(SHORT, header_seconds=1000.0)) as (server, port):
        server.config.timeout_keep_alive = 0.05  # type: ignore[assignment] # whole seconds to them
        reader, writer = await connect(port)
        writer.write(get("/ready"))
        assert (await rest(reader)).endswith(b"ready")
        writer.close()
