"""TrackBack as bytes in and bytes out."""

import re
from urllib.parse import urlencode
from xml.etree import ElementTree

import pytest

from moderation.domain import errors
from moderation.domain.comment import Client
from moderation.domain.errors import (
    Closed,
    Fault,
    InvalidFields,
    RateLimited,
    TooLarge,
    UnknownArticle,
)
from moderation.domain.submission import Ping
from moderation.protocols import trackback
from moderation.protocols.contract import Answer, Request

TRACKBACK = trackback.make()
FORM = "application/x-www-form-urlencoded"
SOURCE = "http://source.example/post"
STATUS = "https://comments.example/pings/T"
FAULTS = [
    kind
    for kind in vars(errors).values()
    if isinstance(kind, type) and issubclass(kind, Fault) and kind is not InvalidFields
]


def request(fields: dict[str, str | bytes], content_type: str = FORM) -> Request:
    query = {"article": ["http://blog.example/article"], "url": [SOURCE]}
    return Request(urlencode(fields).encode(), content_type, "", query, Client())


def parse(fields: dict[str, str | bytes], content_type: str = FORM) -> Ping:
    return TRACKBACK.parse(request(fields, content_type))


def answer(fields: dict[str, str | bytes], content_type: str = FORM) -> Answer:
    try:
        ping = parse(fields, content_type)
    except Fault as fault:
        return TRACKBACK.refused(fault)
    return TRACKBACK.accepted(ping, STATUS)


def error(reply: Answer) -> int:
    """The error as three senders look for it, who do not parse XML."""
    body = reply.body.decode()
    assert reply.content_type == "text/xml; charset=utf-8"
    assert ElementTree.fromstring(body).tag == "response"  # noqa: S314 (our bytes)
    found = re.search(r"<error>(\d+)</error>", body)
    assert found
    assert re.search(r"<response>.*<error>(.*)</error>", body, re.DOTALL)
    if found[1] != "0":
        assert re.search(r"<error>(\d+).*<message>(.+?)</message>", body, re.DOTALL)
    return int(found[1])


def test_success_is_in_the_bytes_of_the_blog_engines() -> None:
    """T-1, T-2: HTTP 200, literally <error>0</error>."""
    reply = answer({"url": SOURCE})
    assert (reply.status, error(reply)) == (200, 0)
    assert reply.body == (
        b'<?xml version="1.0" encoding="utf-8"?>\n<response>\n<error>0</error>\n</response>\n'
    )


def test_an_error_has_a_message_that_reflects_nothing() -> None:
    """T-3: escaped, never empty."""
    reply = answer({"url": "javascript:<script>"})
    assert error(reply) == 1
    assert b"script" not in reply.body


@pytest.mark.parametrize("fields", [{}, {"url": ""}, {"title": "T"}])
def test_a_ping_without_url(fields: dict[str, str | bytes]) -> None:
    """T-4: error 1, also where the address's query holds one."""
    reply = answer(fields)
    assert (reply.status, error(reply)) == (200, 1)
    assert b"<message>You need to provide a url.</message>" in reply.body


def test_only_url_is_required() -> None:
    """T-5: without a title the title is the URL."""
    assert parse({"url": SOURCE}).title == SOURCE


def test_only_post_is_allowed() -> None:
    """T-6: 405 with Allow and the XML error."""
    reply = trackback.method_not_allowed()
    assert (reply.status, error(reply), reply.headers) == (405, 1, (("Allow", "POST"),))


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:,x", "/post", "post", "http://"])
def test_a_url_that_is_no_page(url: str) -> None:
    """T-7: error 1."""
    reply = answer({"url": url})
    assert (reply.status, error(reply)) == (200, 1)


@pytest.mark.parametrize(("fault", "status"), [(UnknownArticle(), 404), (Closed(), 200)])
def test_articles_that_take_no_ping(fault: Fault, status: int) -> None:
    """T-8: 404 for an unknown one, 200 for a closed one, error 1 for both."""
    reply = TRACKBACK.refused(fault)
    assert (reply.status, error(reply)) == (status, 1)


def test_the_same_url_again() -> None:
    """T-9: error 1 with the words of WordPress."""
    reply = TRACKBACK.repeated(parse({"url": SOURCE}), STATUS)
    assert (reply.status, error(reply)) == (200, 1)
    assert b"There is already a ping from that URL for this post." in reply.body


@pytest.mark.parametrize(
    ("title", "content_type", "charset"),
    [
        ("日本語".encode("euc-jp"), f"{FORM}; charset=EUC-JP", ""),
        ("日本語".encode("euc-jp"), f"{FORM}; charset=EUC-JP", "latin1"),
        ("日本語".encode("shift_jis"), FORM, "Shift_JIS"),
        ("日本語".encode("iso-2022-jp"), FORM, "iso-2022-jp"),
        ("日本語".encode("iso-2022-jp"), FORM, "JIS"),
        ("日本語".encode("euc-jp"), FORM, "eucJP-win"),
        ("日本語".encode("cp932"), f"{FORM}; charset=SJIS-win", ""),
        ("日本語".encode(), FORM, ""),
        ("日本語".encode(), FORM, "no-such-charset"),
    ],
)
def test_the_order_of_charsets(title: bytes, content_type: str, charset: str) -> None:
    """T-10, T-11: Content-Type, field, UTF-8; an unknown name is passed over."""
    fields: dict[str, str | bytes] = {"url": SOURCE, "title": title, "charset": charset}
    assert parse(fields, content_type).title == "日本語"


def test_the_last_resort_is_windows_1252() -> None:
    """T-10: bytes that are not UTF-8, with nothing declared."""
    assert parse({"url": SOURCE, "title": b"caf\xe9 \x80"}).title == "café €"


@pytest.mark.parametrize("charset", ["utf-7", "UTF7"])
def test_utf7(charset: str) -> None:
    """T-11: refused."""
    assert error(answer({"url": SOURCE, "title": "+ADw-", "charset": charset})) == 1


@pytest.mark.parametrize(
    "charset", ["base64", "zlib", "rot13", "idna", "punycode", "unicode_escape", "hex", "bz2"]
)
def test_codecs_that_are_no_charsets(charset: str) -> None:
    """T-11: never reach the decoder."""
    fields: dict[str, str | bytes] = {"url": SOURCE, "title": "a\\u0041", "charset": charset}
    assert parse(fields).title == "a\\u0041"


def test_entities_once() -> None:
    """T-12: tags go, entities are decoded once."""
    ping = parse(
        {
            "url": SOURCE,
            "title": "A <b>reply</b> &#038; &amp;lt;",
            "blog_name": "Bea&#039;s Blog &amp; Co",
            "excerpt": "&lt;script&gt;",
        }
    )
    assert ping.title == "A reply & &lt;"
    assert ping.blog_name == "Bea's Blog & Co"
    assert ping.excerpt == "<script>"


def test_lengths() -> None:
    """T-13: cut on characters, with an ellipsis."""
    ping = parse({"url": SOURCE, "title": "ü" * 300, "excerpt": "ü" * 300})
    assert (len(ping.title), len(ping.excerpt)) == (250, 252)
    assert ping.title.endswith("ü…")


def test_controls() -> None:
    """T-14: removed."""
    assert parse({"url": SOURCE, "title": "a\0b\x08c\x1fd"}).title == "abcd"


@pytest.mark.parametrize("kind", ["multipart/form-data; boundary=x", "application/json"])
def test_other_types(kind: str) -> None:
    """T-15: 415 with error 1."""
    reply = answer({"url": SOURCE}, kind)
    assert (reply.status, error(reply)) == (415, 1)


def test_of_a_repeated_field_the_first_counts() -> None:
    """T-15: as at the other doors, and in the address too."""
    body = urlencode([("url", SOURCE), ("url", "http://other.example/"), ("title", "a")]).encode()
    query = {"article": ["http://blog.example/article", "http://blog.example/other"]}
    ping = TRACKBACK.parse(Request(body, FORM, "", query, Client()))
    assert (ping.source, ping.target) == (SOURCE, "http://blog.example/article")


@pytest.mark.parametrize("kind", FAULTS)
def test_every_refusal_has_a_message(kind: type[Fault]) -> None:
    """T-2, T-3: whatever went wrong, at whoever's fault."""
    assert error(TRACKBACK.refused(kind())) == 1


def test_a_body_over_the_limit() -> None:
    """T-16: 413 with error 1."""
    reply = TRACKBACK.refused(TooLarge())
    assert (reply.status, error(reply)) == (413, 1)


def test_too_fast() -> None:
    """T-20: 429 with the XML body."""
    reply = TRACKBACK.refused(RateLimited())
    assert (reply.status, error(reply)) == (429, 1)
