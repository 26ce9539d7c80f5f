"""What the head of an answer says; over the wire: tests/integration/net/test_client."""

import gzip
import zlib

import httpcore2
import pytest

from moderation.net.answer import Answer, content_type, inflate
from moderation.net.contract import NotHtml, NotReadable

LIMIT = 1024 * 1024


def answer(status: int = 200, **headers: str) -> Answer:
    named = [(name.replace("_", "-"), value) for name, value in headers.items()]
    return Answer.of(httpcore2.Response(status, headers=named), 65536)


@pytest.mark.parametrize(
    ("value", "parts"),
    [
        ("text/html", ("text/html", "")),
        ("Text/HTML; Charset=UTF-8", ("text/html", "utf-8")),
        ('text/html;charset="koi8-r"; x=y', ("text/html", "koi8-r")),
        ("text/html; charset='latin1'", ("text/html", "latin1")),
        ("text/html; x; charset", ("text/html", "")),
        ("", ("", "")),
        (";;=;", ("", "")),
    ],
)
def test_a_content_type_is_split(value: str, parts: tuple[str, str]) -> None:
    assert content_type(value) == parts


@pytest.mark.parametrize(
    "named",
    [
        "text/html",
        "application/xhtml+xml",
        "text/plain",
        "application/json",
        "application/mf2+json",
    ],
)
def test_what_can_be_looked_through_is_read(named: str) -> None:
    answer(Content_Type=named).check(LIMIT)


def test_a_page_without_a_type_is_taken_for_html() -> None:
    answer().check(LIMIT)


@pytest.mark.parametrize(
    "named",
    [
        "image/png",
        "application/pdf",
        "multipart/x-mixed-replace; boundary=x",
        "text/xml",
        "video/mp4",
    ],
)
def test_other_types_are_not_html(named: str) -> None:
    with pytest.raises(NotHtml):
        answer(Content_Type=named).check(LIMIT)


@pytest.mark.parametrize("status", [100, 199, 300, 304, 400, 403, 404, 410, 451, 500, 503])
def test_only_success_is_a_page(status: int) -> None:
    with pytest.raises(NotReadable) as refused:
        answer(status).check(LIMIT)
    assert refused.value.status == status
    assert refused.value.gone is (status in (404, 410))
    assert not isinstance(refused.value, NotHtml)


def test_a_redirect_without_a_place_to_go_is_no_page() -> None:
    assert answer(302).location is None
    with pytest.raises(NotReadable):
        answer(302).check(LIMIT)


def test_a_location_beside_success_is_no_redirect() -> None:
    assert answer(200, Location="/x").location is None


def test_a_length_over_the_limit_is_refused_before_the_body() -> None:
    with pytest.raises(NotReadable):
        answer(Content_Length=str(LIMIT + 1)).check(LIMIT)
    answer(Content_Length=str(LIMIT)).check(LIMIT)


@pytest.mark.parametrize("encoding", ["br", "zstd", "gzip, gzip", "compress", "nonsense"])
def test_a_compression_that_cannot_be_bounded_is_refused(encoding: str) -> None:
    with pytest.raises(NotReadable):
        answer(Content_Encoding=encoding).check(LIMIT)


def test_headers_over_the_limit_are_refused() -> None:
    with pytest.raises(NotReadable):
        answer(X="x" * 65536)


@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        ("gzip", gzip.compress(b"page", mtime=0)),
        ("x-gzip", gzip.compress(b"page", mtime=0)),
        ("deflate", zlib.compress(b"page")),
        ("identity", b"page"),
        ("", b"page"),
    ],
)
def test_what_was_compressed_unasked_is_unpacked(encoding: str, body: bytes) -> None:
    assert answer(Content_Encoding=encoding).unpack(body, LIMIT) == b"page"


def test_a_bomb_is_not_unpacked_past_the_limit() -> None:
    bomb = gzip.compress(bytes(200 * LIMIT))
    with pytest.raises(NotReadable):
        inflate(bomb, 31, LIMIT)


@pytest.mark.parametrize("body", [b"no gzip", b"", gzip.compress(b"page" * 1000, mtime=0)[:-20]])
def test_broken_compression_is_not_readable(body: bytes) -> None:
    with pytest.raises(NotReadable):
        inflate(body, 31, LIMIT)
