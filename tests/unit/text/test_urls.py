"""One parser reads every address; an article has one canonical address under its site."""

from urllib.parse import urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moderation.domain.site import Site
from moderation.text.urls import (
    as_given,
    host_of,
    origin,
    parse_http_url,
    safe_link,
    same_page,
    spellings,
)

B = "https://blog.example"


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("http://example.org", "http://example.org/"),
        ("HTTP://EXAMPLE.org:80/A?b#C", "http://example.org/A?b#C"),
        ("https://example.org:8443?", "https://example.org:8443/?"),
        ("http://example.org/a/../b", "http://example.org/b"),
        ("http://example.org/ä?ü=ß#ö", "http://example.org/%C3%A4?%C3%BC=%C3%9F#%C3%B6"),
        ("http://example.org/%e2%82", "http://example.org/%e2%82"),
        ("http://example.org/\"<>'{}", "http://example.org/%22%3C%3E'%7B%7D"),
        ("http://[::1]:80/", "http://[::1]/"),
        ("http://example.org/a//b", "http://example.org/a//b"),
        ("http://example.org/?a[]=1", "http://example.org/?a%5B%5D=1"),
    ],
)
def test_the_string_checked_is_the_string_used(raw: str, text: str) -> None:
    url = parse_http_url(raw)
    assert url.text == text
    assert parse_http_url(text) == url


def test_the_parts_of_an_address() -> None:
    url = parse_http_url("https://[2001:db8::1]:8443/a?b#c")
    assert (url.scheme, url.host, url.port) == ("https", "2001:db8::1", 8443)
    assert (url.path, url.query, url.fragment) == ("/a", "b", "c")
    assert url.authority == "[2001:db8::1]:8443"
    assert url.page == "https://[2001:db8::1]:8443/a?b"
    assert parse_http_url("http://example.org/").port == 80


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        ("", "begin with http"),
        ("example.org", "begin with http"),
        ("ftp://example.org/", "begin with http"),
        ("javascript:alert(1)", "begin with http"),
        ("http:/example.org", "begin with http"),
        ("http:example.org", "begin with http"),
        ("http://", "host"),
        ("http:///a", "host"),
        ("http://:80/", "host"),
        ("http://a@example.org/", "user name"),
        ("http://a:b@example.org/", "user name"),
        ("http://example.org:0/", "port"),
        ("http://example.org:65536/", "port"),
        ("http://example.org:8a/", "port"),
        ("http://example.org:+80/", "port"),
        ("http://example.org:\u0668\u0660/", "port"),
        (" http://example.org/", "space"),
        ("http://example.org/ ", "space"),
        ("http://exam\tple.org/", "space"),
        ("http://example.org/\x00", "control"),
        ("http://example.org/\x7f", "control"),
        ("http://example.org/\xa0", "space"),
        ("http://example.org/\u202e", "control"),
        ("http://example.org\\a", "backslash"),
        ("http://example.org/\ud800", "control"),
        ("http://0x7f.1/", "host"),
        ("http://example.org./", "host"),
        ("http://[::1/", "host"),
        ("http://ex%61mple.org/", "host"),
        ("http://example.org/" + "a" * 2048, "longer"),
        ("http://example.org/" + "ä" * 1000, "longer"),
    ],
)
def test_what_is_no_address_is_refused_with_a_sentence(raw: str, says: str) -> None:
    with pytest.raises(ValueError, match=says) as refusal:
        parse_http_url(raw)
    assert str(refusal.value).endswith(".")


@given(st.one_of(st.text(), st.text().map(lambda rest: "http://" + rest)))
@settings(deadline=None)
def test_any_text_is_an_address_for_every_parser_or_refused(raw: str) -> None:
    try:
        url = parse_http_url(raw)
    except ValueError:
        return
    parts = urlsplit(url.text)
    assert (parts.scheme, parts.hostname) == (url.scheme, url.host)
    assert parts.username is None
    assert (parts.port or {"http": 80, "https": 443}[url.scheme]) == url.port
    assert url.text.isascii()
    assert parse_http_url(url.text) == url


@pytest.mark.parametrize(
    ("a", "b", "same"),
    [
        ("http://t.example", "http://t.example/", True),
        ("http://t.example:80/a", "http://T.example/a", True),
        ("http://t.example/%c3%a9", "http://t.example/%C3%A9", True),
        ("http://t.example/é", "http://t.example/%C3%A9", True),
        ("http://t.example/a#x", "http://t.example/a", True),
        ("http://t.example/a", "http://t.example/ab", False),
        ("http://t.example/a", "http://t.example/a/", False),
        ("http://t.example/a", "https://t.example/a", False),
        ("http://t.example/a", "http://t.example/a?b", False),
        ("http://t.example/a", "http://t.example/A", False),
        ("http://t.example/~a", "http://t.example/%7Ea", False),
        ("nonsense", "nonsense", False),
    ],
)
def test_same_page(a: str, b: str, same: bool) -> None:
    assert same_page(a, b) is same


def test_an_alias_is_looked_up_without_its_fragment() -> None:
    assert as_given("HTTP://Old.example:80/%c3?p=1#more") == "http://old.example/%C3?p=1"
    with pytest.raises(ValueError, match="begin"):
        as_given("old")


@pytest.mark.parametrize(
    ("raw", "mail", "link"),
    [
        ("http://example.org", False, "http://example.org/"),
        ("https://example.org/a?b#c", True, "https://example.org/a?b#c"),
        ("mailto:a@example.org", False, ""),
        ("mailto:a@example.org", True, "mailto:a@example.org"),
        ("MAILTO:a@example.org?subject=x", True, "mailto:a@example.org"),
        ("mailto:javascript:alert(1)", True, ""),
        ("javascript:alert(1)", True, ""),
        ("java\nscript:alert(1)", True, ""),
        ("data:text/html,x", True, ""),
        ("//example.org", True, ""),
        ("/a", True, ""),
        ("#a", True, ""),
        ("", True, ""),
    ],
)
def test_only_safe_links_are_links(raw: str, mail: bool, link: str) -> None:
    assert safe_link(raw, mail=mail) == link


def test_origin_and_host() -> None:
    assert origin("HTTPS://Bücher.example:443/a") == "https://xn--bcher-kva.example"
    assert origin("http://example.org:8080") == "http://example.org:8080"
    assert host_of("http://Example.org:8080/a") == "example.org"
    assert host_of("http://[::1]/") == "::1"
    assert (origin("null"), host_of("mailto:a@example.org")) == ("", "")


def test_an_address_is_spelt_by_both_schemes_and_every_host() -> None:
    site = Site("blog", "https://blog.example/", hosts=("www.blog.example",))
    assert set(spellings("https://blog.example/a?p=1", site)) == {
        "http://blog.example/a?p=1",
        "https://blog.example/a?p=1",
        "http://www.blog.example/a?p=1",
        "https://www.blog.example/a?p=1",
    }
