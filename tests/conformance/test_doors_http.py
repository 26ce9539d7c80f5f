"""The doors for blogs at a real socket, where HTTP itself matters."""

import gzip
import zlib
from collections.abc import Mapping

import pytest

from tests import wire
from tests.conformance.doors import (
    ARTICLE,
    DOORS,
    PINGBACK,
    PUBLIC,
    TRACKBACK,
    WEBMENTION,
    XMLRPC,
    Door,
    new_source,
)
from tests.process import Service
from tests.wire import Answer

every_door = pytest.mark.parametrize("door", DOORS, ids=lambda door: door.where.partition("?")[0])


async def post(
    service: Service,
    door: Door,
    body: bytes = b"",
    headers: Mapping[str, str] | None = None,
) -> Answer:
    """Send a body, or a good ping."""
    given = {"Content-Type": door.content_type, **(headers or {})}
    content = body or door.ping(new_source())
    return await wire.ask(service.port, "POST", door.where, content, given)


async def send(service: Service, *pieces: bytes) -> Answer:
    """Send bytes as they stand, piece by piece."""
    async with wire.connect(service.port) as line:
        for piece in pieces:
            await line.send(piece)
        return await line.answer()


@pytest.mark.parametrize("door", [PINGBACK, XMLRPC], ids=["/pingback", "/xmlrpc.php"])
@pytest.mark.parametrize("good", [True, False])
async def test_a_call_is_answered_by_200_xml_of_its_length(
    service: Service, door: Door, good: bool
) -> None:
    """X-1, X-2: a fault as much as a success; `ask` reads exactly Content-Length bytes."""
    answer = await post(service, door, b"" if good else b"<methodCall>")
    assert (answer.status, door.took(answer)) == (200, good)
    assert answer.headers["content-type"] == "text/xml; charset=UTF-8"
    assert answer.headers["content-length"] == str(len(answer.body))
    assert answer.body.startswith(b'<?xml version="1.0" encoding="UTF-8"?>')
    assert answer.text.rstrip().endswith("</methodResponse>")


@every_door
@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "OPTIONS", "PROPFIND"])
async def test_a_door_takes_posts_alone(service: Service, door: Door, method: str) -> None:
    """X-3, T-6, W-10: 405 that says so; a trackback's in XML, a good ping in it is not taken."""
    body = door.ping(new_source()) if method != "GET" else b""
    answer = await wire.ask(service.port, method, door.where, body)
    assert (answer.status, answer.headers["allow"]) == (405, "POST")
    assert (b"<error>1</error>" in answer.body) == (door is TRACKBACK)
    if door in (PINGBACK, XMLRPC):
        assert answer.headers["content-type"].startswith("text/plain")


@every_door
async def test_a_head_is_a_get_without_its_body(service: Service, door: Door) -> None:
    """X-3, T-6, W-10: the same headers."""
    got = await wire.ask(service.port, "GET", door.where)
    head = await wire.ask(service.port, "HEAD", door.where)
    assert (head.status, head.body) == (405, b"")
    for name in ("allow", "content-type", "content-length"):
        assert head.headers[name] == got.headers[name]


async def test_a_get_with_everything_in_its_address_registers_nothing(service: Service) -> None:
    """T-6: nor does the query of a POST, for the same source is new afterwards."""
    source = new_source()
    where = f"{TRACKBACK.where}&url={source}"
    assert (await wire.ask(service.port, "GET", where)).status == 405
    by_post = await wire.ask(
        service.port, "POST", where, b"title=x", {"Content-Type": TRACKBACK.content_type}
    )
    assert b"<error>1</error>" in by_post.body
    assert TRACKBACK.took(await post(service, TRACKBACK, TRACKBACK.ping(source)))


@pytest.mark.parametrize(
    "content_type",
    [
        "text/xml",
        "application/xml; charset=utf-8",
        "text/html",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/json",
        "",
    ],
)
async def test_a_pingback_comes_under_any_type(service: Service, content_type: str) -> None:
    """X-8: a framework that parses forms does not swallow the body of one so called."""
    headers = {"Content-Type": content_type} if content_type else {}
    answer = await wire.ask(
        service.port, "POST", PINGBACK.where, PINGBACK.ping(new_source()), headers
    )
    assert PINGBACK.took(answer)


@pytest.mark.parametrize("coding", ["gzip", "deflate", "x-gzip", "GZIP"])
async def test_a_compressed_call_is_read(service: Service, coding: str) -> None:
    """X-18: as XML-RPC clients can be told to send it."""
    plain = PINGBACK.ping(new_source())
    packed = zlib.compress(plain) if coding == "deflate" else gzip.compress(plain)
    answer = await post(service, PINGBACK, packed, {"Content-Encoding": coding})
    assert PINGBACK.took(answer)


@pytest.mark.parametrize(
    ("door", "status"), [(TRACKBACK, 415), (WEBMENTION, 415)], ids=["/trackback", "/webmention"]
)
async def test_a_compressed_form_is_refused(service: Service, door: Door, status: int) -> None:
    """T-15, W-4: in the protocol's own words, never read as if it were plain."""
    packed = gzip.compress(door.ping(new_source()))
    answer = await post(service, door, packed, {"Content-Encoding": "gzip"})
    assert answer.status == status
    assert (b"<error>1</error>" in answer.body) == (door is TRACKBACK)


@every_door
async def test_http_1_0_is_spoken(service: Service, door: Door) -> None:
    """X-19: with a Host without its port, as Dotclear sends it, and with none."""
    for host in ("Host: 127.0.0.1\r\n", ""):
        body = door.ping(new_source())
        head = (
            f"POST {door.where} HTTP/1.0\r\n{host}Content-Type: {door.content_type}\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        )
        assert door.took(await send(service, head.encode() + body))


@every_door
async def test_addresses_in_answers_come_from_the_settings(service: Service, door: Door) -> None:
    """X-19, W-2: not from the Host of the request, nor from a proxy's that nobody trusts."""
    headers = {"Host": "blog.example", "X-Forwarded-Host": "evil.example"}
    answer = await post(service, door, headers=headers)
    assert door.took(answer)
    told = answer.headers.get("location") or answer.headers["link"]
    assert told.lstrip("<").startswith(f"{PUBLIC}/pings/")
    assert ("location" in answer.headers) == (door is WEBMENTION)


@every_door
async def test_a_client_that_asks_before_it_sends_is_told_to_go_on(
    service: Service, door: Door
) -> None:
    """X-20: Expect: 100-continue."""
    body = door.ping(new_source())
    head = wire.request(
        "POST",
        door.where,
        headers={
            "Content-Type": door.content_type,
            "Content-Length": str(len(body)),
            "Expect": "100-continue",
        },
    )
    async with wire.connect(service.port) as line:
        await line.send(head)
        await line.until(b"HTTP/1.1 100 Continue\r\n\r\n")
        await line.send(body)
        assert door.took(await line.answer())


@every_door
async def test_a_body_in_chunks_is_one_body(service: Service, door: Door) -> None:
    """X-20: Transfer-Encoding: chunked, in pieces of seven bytes."""
    body = door.ping(new_source())
    chunks = [body[at : at + 7] for at in range(0, len(body), 7)]
    framed = b"".join(b"%x\r\n%s\r\n" % (len(chunk), chunk) for chunk in chunks) + b"0\r\n\r\n"
    head = (
        f"POST {door.where} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n"
        f"Content-Type: {door.content_type}\r\nTransfer-Encoding: chunked\r\n\r\n"
    )
    assert door.took(await send(service, head.encode(), framed))


@every_door
async def test_two_megabytes_are_refused_in_the_protocol_s_words(
    service: Service, door: Door
) -> None:
    """X-14, T-16, W-28: at once, though only a part of it was read; the connection ends."""
    filler = b"<" if door in (PINGBACK, XMLRPC) else b"url=http://127.0.0.1/&source="
    answer = await post(service, door, filler + b"a" * 2_000_000)
    if door in (PINGBACK, XMLRPC):
        assert answer.status == 200
        assert b"<int>-32600</int>" in answer.body
    else:
        assert answer.status == 413
        assert (b"<error>1</error>" in answer.body) == (door is TRACKBACK)


@every_door
async def test_a_body_that_ends_early_is_registered_by_nobody(service: Service, door: Door) -> None:
    """X-20, X-4: the connection breaks within the body; the same ping is new afterwards."""
    source = new_source()
    body = door.ping(source)
    async with wire.connect(service.port) as line:
        await line.send(wire.request("POST", door.where, body)[:-1])
        line.end()
        await line.rest()
    assert door.took(await post(service, door, body))


@every_door
async def test_nothing_that_was_sent_comes_back(service: Service, door: Door) -> None:
    """X-6, P-2, T-3, W-8: a word put into every place of a request is in no answer."""
    word = "zyxwv"
    headers = {
        "User-Agent": word,
        "Referer": f"http://{word}.example/",
        "Accept": f"text/{word}, */*",
        "Cookie": f"{word}={word}",
        "X-Request-Id": word,
    }
    source = f"{new_source()}?{word}"
    target = f"{ARTICLE}?{word}"
    broken = f"<{word}>&{word};=%zz".encode()
    bodies = {
        door.ping(source),
        door.ping(word),
        door.ping(f"javascript:{word}"),
        door.ping(target),
        door.ping(source).replace(b"pingback.ping", word.encode()),
        broken,
        f"{word}={word}&url={word}&source={word}&target={word}".encode(),
    }
    for where in (door.where, f"{door.where.partition('?')[0]}?{word}={word}&article={target}"):
        for body in sorted(bodies):
            for kind in (door.content_type, f"text/{word}"):
                given = {**headers, "Content-Type": kind}
                answer = await wire.ask(service.port, "POST", where, body, given)
                assert word.encode() not in answer.body
                assert word not in str(answer.headers)
                assert answer.status < 500
