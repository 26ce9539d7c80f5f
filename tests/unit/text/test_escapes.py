"""Escapes and dot segments have one spelling each."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moderation.text.escapes import (
    encode_path,
    encode_query,
    fewest_escapes,
    raise_escapes,
    resolve_dots,
)


@pytest.mark.parametrize(
    ("path", "resolved"),
    [
        ("/", "/"),
        ("/a/./b", "/a/b"),
        ("/a/../b", "/b"),
        ("/a/..", "/"),
        ("/a/.", "/a/"),
        ("/../../a", "/a"),
        ("/a/%2e%2E/b", "/b"),
        ("/a/.%2e/b", "/b"),
        ("/a/...", "/a/..."),
        ("/a//../b", "/a/b"),
        ("/a/b/", "/a/b/"),
        ("/.well-known/x", "/.well-known/x"),
    ],
)
def test_dot_segments_are_resolved_as_browsers_do(path: str, resolved: str) -> None:
    assert resolve_dots(path) == resolved


def test_encoding_spares_what_is_encoded() -> None:
    assert encode_path("/ä b%20%zz?[]") == "/%C3%A4%20b%20%25zz%3F%5B%5D"
    assert encode_query("a=ä&b=/?%e2") == "a=%C3%A4&b=/?%e2"


def test_escapes_have_one_spelling() -> None:
    assert fewest_escapes("%41%7e%2f%c3%a4%") == "A~%2F%C3%A4%"
    assert raise_escapes("%41%7e%2f") == "%41%7E%2F"


@given(st.text(st.characters(exclude_categories=["Cs"])))
@settings(deadline=None)
def test_spelling_twice_changes_nothing_more(text: str) -> None:
    once = fewest_escapes(encode_path(text))
    assert fewest_escapes(encode_path(once)) == once
    assert resolve_dots(resolve_dots("/" + once)) == resolve_dots("/" + once)
