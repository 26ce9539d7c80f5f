"""What an owner's pattern means, and what it cannot mean."""

import re

import pytest

from moderation.text.globs import Pattern, glob, read_pattern
from moderation.text.urls import parse_http_url


@pytest.mark.parametrize(
    ("pattern", "fits", "fits_not"),
    [
        (
            "spam.example",
            ["http://spam.example", "https://www.spam.example/x?y", "https://SPAM.example:8443/"],
            ["https://notspam.example/", "https://a.spam.example/", "https://spam.example.net/"],
        ),
        (
            "https://www.spam.example/",
            ["https://spam.example/x"],
            ["https://mail.spam.example/"],
        ),
        (
            "*.spam.example",
            ["https://spam.example/", "https://a.b.spam.example/"],
            ["https://notspam.example/"],
        ),
        (
            "homes.example/~eve",
            ["https://homes.example/%7Eeve", "https://homes.example//~EVE/x?y"],
            ["https://homes.example/~evelyn", "https://homes.example/"],
        ),
        (
            "homes.example/~eve/*.html",
            ["https://homes.example/~eve/a/b.html"],
            ["https://homes.example/~eve/b.htm", "https://homes.example/~eve/b.html?x"],
        ),
        (
            "homes.example/?u=eve",
            ["https://homes.example/?u=eve"],
            ["https://homes.example/?u=ann"],
        ),
        ("*.xyz", ["https://a.xyz/"], ["https://a.xyz.example/"]),
        ("*/cheap-pills*", ["https://a.example/cheap-pills-now"], ["https://a.example/b"]),
        ("spam*.example", ["https://spam12.example/"], ["https://my.spam.example/"]),
        ("192.0.2.7", ["http://192.0.2.7/x"], ["http://192.0.2.70/"]),
        ("[2001:db8::1]:8080", ["http://[2001:db8::1]/"], ["http://[2001:db8::2]/"]),
        ("bücher.example", ["https://xn--bcher-kva.example/"], ["https://bucher.example/"]),
    ],
)
def test_what_a_pattern_means(pattern: str, fits: list[str], fits_not: list[str]) -> None:
    read = read_pattern(pattern)
    assert [url for url in fits if not read.fits(parse_http_url(url))] == []
    assert [url for url in fits_not if read.fits(parse_http_url(url))] == []


@pytest.mark.parametrize(
    "raw",
    [
        *("", " ", "*", "*.*", "*/*", "http://*/", "a b.example", "ex ample/", "a\x00b.example"),
        *("127.1", "*bü*.example", "*" * 9 + ".example", "a" * 301, "-.example", "[::1"),
        *("a@b.example", "spam.example/%00", "spam.example/?a=%0d%0a"),
    ],
)
def test_what_is_no_pattern_is_refused_with_a_sentence(raw: str) -> None:
    with pytest.raises(ValueError, match=r"\.$"):
        read_pattern(raw)


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        *(("a*b*c", "a-b-c"), ("*", ""), ("ab*ba", "aba"), ("a**b", "ab"), ("*aab", "aaab")),
        *(("a", "a"), ("a*a", "a"), ("*ab*ab*", "ab"), ("*ab*ab*", "abab"), ("x*", "y")),
        ("*.x", "a.b.x"),
    ],
)
def test_a_star_is_anything_as_a_regular_expression_would_have_it(pattern: str, text: str) -> None:
    whole = ".*".join(re.escape(piece) for piece in pattern.split("*"))
    assert glob(pattern, text) == (re.fullmatch(whole, text, re.S) is not None)


def test_only_stars_beyond_the_first_label_cannot_be_looked_up() -> None:
    assert not Pattern("*.spam.example").starred
    assert Pattern("spam*.example").starred
    assert Pattern("*").starred
