"""What every protocol on the shelf keeps, whichever it is: found by its file, made by `make`."""

import gzip
import re
import time
from collections.abc import Iterator
from urllib.parse import urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moderation import plugs
from moderation.domain import errors
from moderation.domain.comment import Client, Kind
from moderation.domain.errors import Fault, FieldFault, InvalidFields
from moderation.domain.submission import Ping
from moderation.protocols.contract import BODY_LIMIT, Answer, PingProtocol, Request

SOURCE = "http://source.example/post?a=1&b=<script>"
SOURCE_WRITTEN = "http://source.example/post?a=1&b=%3Cscript%3E"
TARGET = "http://blog.example/article#top"
STATUS = "https://comments.example/pings/TOKEN"
CLIENT = Client("192.0.2.1", "Sender/1.0", "")
FORM = "application/x-www-form-urlencoded"
CALL = (
    "<methodCall><methodName>pingback.ping</methodName><params>"
    "<param><value><string><![CDATA[{source}]]></string></value></param>"
    "<param><value><string><![CDATA[{target}]]></string></value></param></params></methodCall>"
)


def protocols() -> Iterator[PingProtocol]:
    """Every plug that makes a protocol; the form of readers stands on the shelf and is none."""
    for name in plugs.names("protocols"):
        plug = plugs.plug("protocols", name)
        if hasattr(plug, "make"):
            yield plug.make()


def sample(kind: Kind, source: str = SOURCE, target: str = TARGET) -> Request:
    """A well-formed request; a new protocol adds how it is asked."""
    if kind is Kind.PINGBACK:
        body = CALL.format(source=source, target=target).encode()
        return Request(body, "text/xml", "", {}, CLIENT)
    if kind is Kind.TRACKBACK:
        body = urlencode({"url": source, "title": "T"}).encode()
        return Request(body, FORM, "", {"article": [target]}, CLIENT)
    if kind is Kind.WEBMENTION:
        body = urlencode({"source": source, "target": target}).encode()
        return Request(body, FORM, "", {}, CLIENT)
    raise AssertionError(f"say here how {kind} is asked")


def refusals() -> Iterator[Fault]:
    for kind in vars(errors).values():
        if isinstance(kind, type) and issubclass(kind, Fault) and kind is not InvalidFields:
            yield kind()
    for field in ("source", "target", "url", "nobody's"):
        yield InvalidFields([FieldFault(field, "missing", "Say <more> & clearly.")])


def check_shape(answer: Answer) -> None:
    """Hold what a web server needs of any answer."""
    assert 200 <= answer.status < 600
    assert answer.body
    assert re.fullmatch(r"[a-z]+/[a-z+]+(; charset=(?i:utf-8))?", answer.content_type)
    for name, value in answer.headers:
        assert re.fullmatch(r"[A-Za-z-]+", name)
        assert re.fullmatch(r"[\x20-\x7e]+", value)


every_protocol = pytest.mark.parametrize("protocol", list(protocols()), ids=lambda p: p.kind.value)


def test_the_shelf_holds_the_three_protocols_each_once() -> None:
    kinds = [protocol.kind for protocol in protocols()]
    assert sorted(kinds) == [Kind.PINGBACK, Kind.TRACKBACK, Kind.WEBMENTION]


@every_protocol
def test_a_ping_is_understood(protocol: PingProtocol) -> None:
    ping = protocol.parse(sample(protocol.kind))
    assert ping.protocol is protocol.kind
    assert (ping.source, ping.target) == (SOURCE_WRITTEN, TARGET)
    assert ping.client == CLIENT


@every_protocol
@pytest.mark.parametrize(
    "source",
    [
        "",
        "x",
        "/relative",
        "ftp://a.example/",
        "javascript:alert(1)",
        "http://",
        "http://user:pw@a.example/",
        "http://a.example/\r\nX-Y: z",
        "http://a.example/\x00",
    ],
)
def test_a_source_that_is_no_address_is_refused(protocol: PingProtocol, source: str) -> None:
    with pytest.raises(Fault):
        protocol.parse(sample(protocol.kind, source=source))


@every_protocol
@pytest.mark.parametrize("target", ["", "x", "/relative", "ftp://blog.example/", "http://"])
def test_a_target_that_is_no_address_is_refused(protocol: PingProtocol, target: str) -> None:
    with pytest.raises(Fault):
        protocol.parse(sample(protocol.kind, target=target))


@every_protocol
def test_a_page_does_not_ping_itself(protocol: PingProtocol) -> None:
    with pytest.raises(InvalidFields):
        protocol.parse(sample(protocol.kind, source=f"{TARGET}-elsewhere"))


@every_protocol
def test_accepted_echoes_nothing_and_names_the_status_page(protocol: PingProtocol) -> None:
    ping = Ping(protocol.kind, SOURCE, TARGET, CLIENT, "<Title>", "<Excerpt>", "<Blog>")
    for answer in (protocol.accepted(ping, STATUS), protocol.repeated(ping, STATUS)):
        check_shape(answer)
        assert answer.status in (200, 201)
        assert any(STATUS in value for _, value in answer.headers)
        for word in (b"source.example", b"blog.example", b"<Title>", b"Excerpt", b"Blog"):
            assert word not in answer.body


@every_protocol
def test_accepted_does_not_sound_like_a_fault(protocol: PingProtocol) -> None:
    ping = Ping(protocol.kind, SOURCE, TARGET, CLIENT)
    assert b"fault" not in protocol.accepted(ping, STATUS).body.lower()


@every_protocol
@pytest.mark.parametrize("fault", list(refusals()), ids=lambda f: f"{type(f).__name__}")
def test_every_refusal_has_words(protocol: PingProtocol, fault: Fault) -> None:
    answer = protocol.refused(fault)
    check_shape(answer)
    assert b"<more>" not in answer.body or answer.content_type.startswith("text/plain")


@every_protocol
def test_busy_is_503_and_says_when_to_come_again(protocol: PingProtocol) -> None:
    answer = protocol.refused(errors.Busy(retry_after=7))
    assert answer.status == 503
    assert ("Retry-After", "7") in answer.headers


@every_protocol
def test_too_fast_says_when_to_come_again(protocol: PingProtocol) -> None:
    answer = protocol.refused(errors.RateLimited(retry_after=9))
    assert answer.status == (200 if protocol.kind is Kind.PINGBACK else 429)
    assert ("Retry-After", "9") in answer.headers


@every_protocol
def test_only_post_is_allowed(protocol: PingProtocol) -> None:
    answer = plugs.plug("protocols", protocol.kind.value).method_not_allowed()
    check_shape(answer)
    assert answer.status == 405
    assert ("Allow", "POST") in answer.headers


requests = st.builds(
    Request,
    body=st.one_of(
        st.binary(max_size=200),
        st.sampled_from([sample(p.kind).body for p in protocols()]),
        st.binary(max_size=60).map(gzip.compress),
        st.dictionaries(
            st.sampled_from(["url", "source", "target", "title", "excerpt", "charset"]),
            st.one_of(
                st.text(max_size=20).map(lambda t: t.encode("utf-8", "surrogatepass")),
                st.binary(max_size=20),
                st.sampled_from([SOURCE.encode(), b"utf-7", b"EUC-JP", b"rot13", b"&#9;" * 9]),
            ),
        ).map(lambda fields: urlencode(fields).encode()),
    ),
    content_type=st.one_of(
        st.text(max_size=40),
        st.sampled_from(["", FORM, f"{FORM}; charset=iso-2022-jp", "multipart/form-data"]),
    ),
    content_encoding=st.sampled_from(["", "", "", "identity", "gzip", "deflate", "br", "nö"]),
    query=st.dictionaries(
        st.sampled_from(["article", "url"]),
        st.lists(st.one_of(st.text(max_size=20), st.just(TARGET)), max_size=2),
    ),
    client=st.just(CLIENT),
    accept=st.text(max_size=40),
)


@every_protocol
@settings(deadline=None)
@given(request=requests)
def test_no_bytes_break_a_protocol(protocol: PingProtocol, request: Request) -> None:
    try:
        ping = protocol.parse(request)
    except Fault as fault:
        check_shape(protocol.refused(fault))
        return
    assert ping.source.isascii()
    check_shape(protocol.accepted(ping, STATUS))


@every_protocol
def test_a_body_at_the_limit_is_read_in_no_time(protocol: PingProtocol) -> None:
    body = sample(protocol.kind).body
    for filler in (b"&", b"<", b"%", b"&#", b"<a ", b"[", b"\xe9"):
        request = sample(protocol.kind)
        began = time.perf_counter()
        long = (body + filler * BODY_LIMIT)[:BODY_LIMIT]
        try:
            protocol.parse(Request(long, request.content_type, "", request.query, CLIENT))
        except Fault as fault:
            check_shape(protocol.refused(fault))
        assert time.perf_counter() - began < 1
