"""The form of a trackback: bytes, charsets, entities, lengths."""

from collections.abc import Mapping
from urllib.parse import quote_from_bytes, urlencode

import pytest

from moderation.domain.comment import Client
from moderation.domain.errors import InvalidFields, Malformed, WrongType
from moderation.domain.submission import Ping
from moderation.protocols import trackback
from moderation.protocols.contract import Request

TRACKBACK = trackback.make()
FORM = "application/x-www-form-urlencoded"
SOURCE = "http://source.example/post"
ARTICLE = {"article": ["http://blog.example/article"]}


def parse(
    fields: Mapping[str, str | bytes],
    *,
    content_type: str = FORM,
    query: Mapping[str, list[str]] = ARTICLE,
) -> Ping:
    body = urlencode({"url": SOURCE} | dict(fields)).encode()
    return TRACKBACK.parse(Request(body, content_type, "", query, Client()))


def test_the_address_names_the_article_and_the_body_gives_the_rest() -> None:
    query = {**ARTICLE, "url": ["http://other.example/"], "title": ["Other"]}
    ping = parse({"title": "Title", "excerpt": "Ex", "blog_name": "Blog"}, query=query)
    assert (ping.source, ping.target) == (SOURCE, "http://blog.example/article")
    assert (ping.title, ping.excerpt, ping.blog_name) == ("Title", "Ex", "Blog")


@pytest.mark.parametrize("query", [{}, {"article": []}, {"article": [""]}, {"article": ["x"]}])
def test_an_address_without_an_article_is_malformed(query: Mapping[str, list[str]]) -> None:
    with pytest.raises(Malformed) as caught:
        parse({}, query=query)
    assert TRACKBACK.refused(caught.value).status == 400


def test_a_missing_url_is_error_1_in_a_200() -> None:
    with pytest.raises(InvalidFields) as caught:
        parse({"url": ""})
    answer = TRACKBACK.refused(caught.value)
    assert answer.status == 200
    assert b"<error>1</error>\n<message>You need to provide a url.</message>" in answer.body


def test_the_first_of_a_repeated_url_counts() -> None:
    body = urlencode([("url", SOURCE), ("url", "http://other.example/")]).encode()
    assert TRACKBACK.parse(Request(body, FORM, "", ARTICLE, Client())).source == SOURCE


@pytest.mark.parametrize(
    ("raw", "content_type", "field", "title"),
    [
        pytest.param("é".encode(), FORM, "", "é", id="UTF-8 that nobody declared"),
        pytest.param(b"\xe9\x80", FORM, "", "é€", id="else windows-1252"),
        pytest.param("日本".encode("euc-jp"), FORM, "EUC-JP", "日本", id="by the field"),
        pytest.param("日本".encode("cp932"), FORM, "Shift_JIS", "日本", id="Shift_JIS"),
        pytest.param("日本".encode("iso-2022-jp"), FORM, "iso-2022-jp", "日本", id="ISO-2022-JP"),
        pytest.param(
            "да".encode("koi8-r"), f"{FORM}; charset=KOI8-R", "latin1", "да", id="the header first"
        ),
        pytest.param(
            "é".encode(), FORM, "no-such-charset", "é", id="an unknown name means nothing"
        ),
        pytest.param("é".encode(), FORM, "rot13", "é", id="rot13 is no charset"),
        pytest.param(b"YWJj", FORM, "base64", "YWJj", id="base64 is no charset"),
        pytest.param(b"\\u0041", FORM, "unicode_escape", "\\u0041", id="escapes are no charset"),
        pytest.param("é".encode(), FORM, "us-ascii", "é", id="a charset that cannot be true"),
        pytest.param(b"\xe9\x81", FORM, "", "é�", id="a byte of no charset"),
    ],
)
def test_the_charset_is_found_in_order(
    raw: bytes, content_type: str, field: str, title: str
) -> None:
    fields: dict[str, str | bytes] = {"title": raw, "charset": field}
    assert parse(fields, content_type=content_type).title == title


@pytest.mark.parametrize("name", ["UTF-7", "utf7", "utf_7", "unicode-1-1-utf-7", "csUTF7"])
def test_utf7_is_refused(name: str) -> None:
    with pytest.raises(InvalidFields):
        parse({"title": "+ADw-b+AD4-", "charset": name})
    with pytest.raises(InvalidFields):
        parse({"title": "+ADw-b+AD4-"}, content_type=f"{FORM}; charset={name}")


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("Bea&#039;s Blog &amp; Co", "Bea's Blog & Co"),
        ("A reply &#038; more", "A reply & more"),
        ("&lt;script&gt;", "<script>"),
        ("&amp;lt;", "&lt;"),
        ("<b>bold</b> <!-- c --><br/>", "bold"),
        ("1 < 2 and 3 > 2", "1 < 2 and 3 > 2"),
        ("a\0b\x07c&#0;&#8;", "abc\N{REPLACEMENT CHARACTER}"),
        ("a\r\nb", "a b"),
        ("&#" + "9" * 5000 + ";", "\N{REPLACEMENT CHARACTER}"),
        ("&#xd800;", "\N{REPLACEMENT CHARACTER}"),
    ],
)
def test_fields_are_plain_text_with_entities_once(raw: str, text: str) -> None:
    assert parse({"blog_name": raw}).blog_name == text


@pytest.mark.parametrize(("name", "limit"), [("title", 250), ("excerpt", 252), ("blog_name", 250)])
def test_longer_fields_are_cut_on_characters(name: str, limit: int) -> None:
    ping = parse({name: "日" * 300})
    assert getattr(ping, name) == "日" * (limit - 1) + "…"
    assert getattr(parse({name: "日" * limit}), name) == "日" * limit


def test_without_a_title_the_title_is_the_address() -> None:
    assert parse({}).title == SOURCE
    assert parse({"title": "<b></b>"}).title == SOURCE


@pytest.mark.parametrize(
    "kind", ["multipart/form-data; boundary=x", "application/json", "text/xml"]
)
def test_other_types_are_415(kind: str) -> None:
    with pytest.raises(WrongType) as caught:
        parse({}, content_type=kind)
    assert TRACKBACK.refused(caught.value).status == 415


def test_a_compressed_body_is_415() -> None:
    with pytest.raises(WrongType):
        TRACKBACK.parse(Request(b"", FORM, "gzip", ARTICLE, Client()))


def test_escapes_become_bytes_before_they_become_text() -> None:
    body = f"url={SOURCE}&title={quote_from_bytes('日本'.encode('euc-jp'))}&charset=EUC-JP"
    ping = TRACKBACK.parse(Request(body.encode(), FORM, "", ARTICLE, Client()))
    assert ping.title == "日本"
