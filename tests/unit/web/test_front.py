"""What stands before everything: hosts, sizes, time, room, prefixes, headers, our own faults."""

import asyncio
import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import httpx2
import pytest
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from moderation import logs
from moderation.domain.errors import NotFound
from moderation.protocols.contract import BODY_LIMIT
from moderation.web import bodies
from moderation.web.front import HEADER_FIELDS, ROOM, Front, host_name

HOSTS = ("comments.example", "::1", "Blog.Example")
DOORS = ("comments", "thread.html", "c", "")


async def echo(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer with the path, after the body was read."""
    while (await receive()).get("more_body"):
        pass
    body = scope["path"].encode()
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": body})


def make(app: ASGIApp = echo, **more: Any) -> Front:
    arguments: dict[str, Any] = {"hosts": HOSTS, "prefix": "", "https": False}
    return Front(app, **(arguments | more))


async def ask(front: Front, path: str = "/x", **more: Any) -> httpx2.Response:
    transport = httpx2.ASGITransport(app=front, raise_app_exceptions=True)
    async with httpx2.AsyncClient(
        transport=transport, base_url="http://comments.example"
    ) as client:
        return await client.request(more.pop("method", "GET"), path, **more)


async def raw(front: Front, scope: Scope, *parts: Message) -> list[Message]:
    """Call it as a server would, header field by header field."""
    waiting, sent = list(parts), []

    async def receive() -> Message:
        if waiting:
            return waiting.pop(0)
        await asyncio.Event().wait()
        raise AssertionError

    async def send(message: Message) -> None:
        sent.append(message)

    begin: Scope = {"type": "http", "method": "GET", "path": "/x", "http_version": "1.1"}
    await front({**begin, **scope}, receive, send)
    return sent


@pytest.mark.parametrize(
    ("raw_host", "name"),
    [
        ("comments.example", "comments.example"),
        ("Comments.Example:8000", "comments.example"),
        ("comments.example.", "comments.example"),
        ("[::1]:8000", "::1"),
        ("[::1]", "::1"),
    ],
)
def test_a_hosts_name_is_without_its_port(raw_host: str, name: str) -> None:
    assert host_name(raw_host) == name


@pytest.mark.parametrize("host", ["comments.example", "BLOG.example:81", "[::1]:9"])
async def test_our_hosts_are_served_whatever_the_port(host: str) -> None:
    assert (await ask(make(), headers={"Host": host})).status_code == 200


@pytest.mark.parametrize("host", ["else.example", "", "comments.example@else.example", "["])
async def test_a_foreign_host_is_refused(host: str) -> None:
    answer = await ask(make(), headers={"Host": host})
    assert (answer.status_code, answer.headers["connection"]) == (400, "close")


@pytest.mark.parametrize(
    ("version", "hosts", "status"),
    [
        pytest.param("1.0", 0, 200, id="HTTP/1.0 without a Host"),
        pytest.param("1.1", 0, 400, id="HTTP/1.1 without one"),
        pytest.param("1.1", 2, 400, id="two of them"),
    ],
)
async def test_a_request_names_one_host(version: str, hosts: int, status: int) -> None:
    fields = [(b"host", b"comments.example")] * hosts
    scope = {"headers": fields, "http_version": version}
    sent = await raw(make(), scope, {"type": "http.request", "body": b""})
    assert sent[0]["status"] == status


@pytest.mark.parametrize(
    "fields",
    [
        pytest.param([(b"x", b"1")] * (HEADER_FIELDS + 1), id="too many fields"),
        pytest.param([(b"x", b"1" * 17_000)], id="too long a field"),
        pytest.param(
            [(b"content-length", b"3"), (b"transfer-encoding", b"chunked")],
            id="its length said twice",
        ),
    ],
)
async def test_a_header_out_of_bounds_is_refused(fields: list[tuple[bytes, bytes]]) -> None:
    scope = {"headers": [(b"host", b"comments.example"), *fields]}
    assert (await raw(make(), scope))[0]["status"] == 400


@pytest.mark.parametrize(("size", "status"), [(BODY_LIMIT, 200), (BODY_LIMIT + 1, 413)])
async def test_a_body_is_counted_while_it_comes(size: int, status: int) -> None:
    assert (await ask(make(), method="POST", content=b"x" * size)).status_code == status


async def test_a_body_that_never_ends_in_pieces_is_cut_off() -> None:
    part: Message = {"type": "http.request", "body": b"x" * 40_000, "more_body": True}
    sent = await raw(make(), {"headers": [(b"host", b"comments.example")]}, part, part)
    assert sent[0]["status"] == 413


async def test_a_body_that_takes_too_long_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "BODY_SECONDS", 0.01)
    part: Message = {"type": "http.request", "body": b"x", "more_body": True}
    sent = await raw(make(), {"headers": [(b"host", b"comments.example")]}, part)
    assert sent[0]["status"] == 400


async def test_each_class_of_requests_has_room_of_its_own() -> None:
    let_go, full, inside = asyncio.Event(), asyncio.Event(), 0

    async def slow(scope: Scope, receive: Receive, send: Send) -> None:
        nonlocal inside
        if scope["path"] == "/slow":
            inside += 1
            if inside == ROOM["writes"][1]:
                full.set()
            await let_go.wait()
        await echo(scope, receive, send)

    front = make(slow)
    waiting = [
        asyncio.create_task(ask(front, "/slow", method="POST")) for _ in range(ROOM["writes"][1])
    ]
    await full.wait()
    refused = await ask(front, "/x", method="POST")
    read, owner = await ask(front, "/x"), await ask(front, "/dashboard", method="POST")
    let_go.set()
    await asyncio.gather(*waiting)

    assert (refused.status_code, refused.headers["retry-after"]) == (503, "5")
    assert (read.status_code, owner.status_code) == (200, 200)
    assert (await ask(front, "/x", method="POST")).status_code == 200


@pytest.mark.parametrize(
    ("prefix", "path", "seen"),
    [
        pytest.param("", "/comments", "/comments", id="no prefix"),
        pytest.param("/talk", "/talk/comments", "/comments", id="as it stands in the address"),
        pytest.param("/talk", "/comments", "/comments", id="cut off by a proxy"),
        pytest.param("/talk", "/talk", "/", id="the front page"),
        pytest.param("/talk", "/talk/", "/", id="the front page with its slash"),
        pytest.param("/talk", "/talking/comments", "/talking/comments", id="by segments"),
        pytest.param("/comments", "/comments/comments", "/comments", id="a prefix like a door"),
        pytest.param("/comments", "/comments", "/comments", id="cut off, and like the prefix"),
        pytest.param("/comments", "/comments/m1", "/comments/m1", id="cut off, and below it"),
        pytest.param("/comments", "/comments/c/T", "/c/T", id="another door below it"),
        pytest.param("/a/b", "/a/b/c/T", "/c/T", id="a prefix of two segments"),
    ],
)
async def test_the_path_of_public_url_is_taken_off(prefix: str, path: str, seen: str) -> None:
    assert (await ask(make(prefix=prefix, doors=DOORS), path)).text == seen


async def test_who_is_slow_to_take_an_answer_keeps_no_place() -> None:
    """A client can leave what came before unread: its next answer waits, and may wait long."""
    front, taken = make(), asyncio.Event()
    host: Scope = {"headers": [(b"host", b"comments.example")], "method": "GET", "path": "/x"}

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        waiting.release()
        await taken.wait()

    waiting = asyncio.Semaphore(0)
    most = ROOM["reads"][1]
    slow = [
        asyncio.create_task(front({"type": "http", "http_version": "1.1", **host}, receive, send))
        for _ in range(most)
    ]
    for _ in range(most):
        await waiting.acquire()
    assert (await ask(front, "/x")).status_code == 200
    taken.set()
    await asyncio.gather(*slow)
    assert front._rooms["reads"].inside == 0


async def test_owners_have_their_room_below_a_prefix_too() -> None:
    front = make(prefix="/talk", doors=(*DOORS, "dashboard"))
    front._rooms["reads"].inside = ROOM["reads"][1]
    assert (await ask(front, "/talk/dashboard")).status_code == 200
    assert (await ask(front, "/talk/comments")).status_code == 503


async def test_every_answer_carries_the_headers_that_protect_it() -> None:
    answers = [await ask(make()), await ask(make(), headers={"Host": "else.example"})]
    for answer in answers:
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["referrer-policy"]
        assert "strict-transport-security" not in answer.headers
    assert "strict-transport-security" in (await ask(make(https=True))).headers


async def test_what_a_door_says_itself_stands() -> None:
    async def door(scope: Scope, receive: Receive, send: Send) -> None:
        headers = [(b"Cache-Control", b"public"), (b"Content-Security-Policy", b"x")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b""})

    answer = await ask(make(door))
    assert answer.headers.get_list("cache-control") == ["public"]
    assert answer.headers.get_list("content-security-policy") == ["x"]


@pytest.fixture
def logged() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    levels = {name: logging.getLogger(name).level for name in logs.TALKATIVE}
    stream = io.StringIO()
    logs.set_up(stream)
    yield stream
    root.handlers[:] = handlers
    root.setLevel(level)
    for name, before in levels.items():
        logging.getLogger(name).setLevel(before)


async def test_a_fault_of_ours_is_logged_whole_and_shown_as_internal(
    logged: io.StringIO,
) -> None:
    async def broken(scope: Scope, receive: Receive, send: Send) -> None:
        raise RuntimeError("the cellar is flooded")

    answer = await ask(make(broken), "/c/a-secret-token/edit")
    (line,) = [json.loads(text) for text in logged.getvalue().splitlines()]

    assert answer.status_code == 500
    assert "cellar" not in answer.text
    assert "cellar" in line["exception"]
    assert "broken" in line["exception"]
    assert line["request"]
    assert "a-secret-token" not in logged.getvalue()


async def test_a_refusal_nobody_caught_is_answered() -> None:
    async def door(scope: Scope, receive: Receive, send: Send) -> None:
        raise NotFound

    assert (await ask(make(door))).status_code == 404


async def test_an_answer_that_broke_off_is_not_taken_for_whole(logged: io.StringIO) -> None:
    async def door(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"half", "more_body": True})
        raise RuntimeError("oops")

    with pytest.raises(RuntimeError):
        await ask(make(door))


async def test_nothing_but_http_is_spoken() -> None:
    sent = await raw(make(), {"type": "websocket"})
    assert sent == [{"type": "websocket.close", "code": 1000}]
