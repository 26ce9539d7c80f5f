"""Two addresses that must be two pages."""

import pytest

from moderation.domain.errors import InvalidFields
from moderation.text.pair import check_pair

SOURCE = "http://source.example/post"
TARGET = "http://blog.example/article"


def faults(source: str, target: str) -> list[tuple[str, str]]:
    with pytest.raises(InvalidFields) as caught:
        check_pair(source, target)
    return [(error.field, error.code) for error in caught.value.errors]


def test_the_source_is_written_our_way_and_the_target_as_given() -> None:
    pair = check_pair(" HTTP://Source.example:80\r\n", "\nHTTP://Blog.example/a#c1 ")
    assert pair == ("http://source.example/", "HTTP://Blog.example/a#c1")


@pytest.mark.parametrize(
    ("source", "code"),
    [
        ("", "missing"),
        ("   ", "missing"),
        ("/relative", "malformed"),
        ("ftp://a.example/", "malformed"),
        ("javascript:alert(1)", "malformed"),
        ("http://", "malformed"),
        ("http:///path", "malformed"),
        ("http://user:password@a.example/", "malformed"),
        ("http://a.example/\r\nX: y", "malformed"),
        ("http://a.example/\0", "malformed"),
        ("http://a.example/" + "a" * 2048, "too_long"),
    ],
)
def test_an_address_that_cannot_be_used_is_named(source: str, code: str) -> None:
    assert faults(source, TARGET) == [("source", code)]
    assert faults(SOURCE, source) == [("target", code)]


def test_both_faults_are_told() -> None:
    assert faults("", "x") == [("source", "missing"), ("target", "malformed")]


@pytest.mark.parametrize(
    "source", [TARGET, f"{TARGET}#comment-1", "HTTP://BLOG.example:80/article"]
)
def test_a_page_does_not_ping_itself(source: str) -> None:
    assert faults(source, f"{TARGET}#top") == [("target", "malformed")]
