"""What people type into a reply: measured, never cut, and said what is wrong."""

from typing import TYPE_CHECKING

import pytest

from moderation.text.fields import read_comment, read_email, read_name, read_url

if TYPE_CHECKING:
    from moderation.domain.errors import FieldFault


@pytest.mark.parametrize(
    ("given", "url"),
    [
        ("", ""),
        ("http://", ""),
        ("https://", ""),
        ("https://ana.example", "https://ana.example"),
        ("ana.example/about", "https://ana.example/about"),
        ("//ana.example/", "https://ana.example/"),
        ("ana.example:8080", "https://ana.example:8080"),
        ("https://bücher.example/ü", "https://xn--bcher-kva.example/%C3%BC"),
    ],
)
def test_a_website_may_come_without_a_scheme(given: str, url: str) -> None:
    errors: list[FieldFault] = []
    assert (read_url({"url": given}, errors), errors) == (url, [])


@pytest.mark.parametrize(
    "given",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "ftp://a.example/",
        "mailto:a@b.example",
        "java script:x",
        "http://user:pw@a.example/",
        "https://a b.example",
        "tel:123",
    ],
)
def test_a_website_of_another_scheme_is_refused(given: str) -> None:
    errors: list[FieldFault] = []
    assert read_url({"url": given}, errors) == ""
    assert [(e.field, e.code) for e in errors] == [("url", "malformed")]


@pytest.mark.parametrize(("length", "codes"), [(10_000, []), (10_001, ["too_long"])])
def test_a_comment_is_measured_in_characters(length: int, codes: list[str]) -> None:
    errors: list[FieldFault] = []
    assert len(read_comment({"comment": "ü" * length}, errors)) == length
    assert [e.code for e in errors] == codes


def test_line_ends_are_levelled_before_a_comment_is_measured() -> None:
    errors: list[FieldFault] = []
    text = read_comment({"comment": "a\r\n" * 5_000}, errors)
    assert (text.count("\n"), errors) == (4_999, [])


@pytest.mark.parametrize("comment", ["", " \r\n\t", "\0\u200b"])
def test_a_comment_of_nothing_is_missing(comment: str) -> None:
    errors: list[FieldFault] = []
    read_comment({"comment": comment}, errors)
    assert [(e.field, e.code) for e in errors] == [("comment", "missing")]


@pytest.mark.parametrize(
    ("length", "codes"),
    [pytest.param(100, [], id="100"), pytest.param(101, ["too_long"], id="101")],
)
def test_a_name_has_a_hundred_characters(length: int, codes: list[str]) -> None:
    errors: list[FieldFault] = []
    read_name({"author": "ü" * length}, errors)
    assert [e.code for e in errors] == codes


def test_a_field_too_long_is_one_fault() -> None:
    errors: list[FieldFault] = []
    read_email({"email": "a" * 255}, errors)
    read_url({"url": "a" * 2049}, errors)
    assert [(e.field, e.code) for e in errors] == [("email", "too_long"), ("url", "too_long")]


def test_an_address_that_is_none_is_refused() -> None:
    errors: list[FieldFault] = []
    read_email({"email": "ana at example"}, errors)
    assert [(e.field, e.code) for e in errors] == [("email", "malformed")]


def test_half_a_character_is_refused_everywhere() -> None:
    errors: list[FieldFault] = []
    fields = dict.fromkeys(("author", "email", "url", "comment"), "\ud800")
    for read in (read_name, read_email, read_url, read_comment):
        read(fields, errors)
    assert {(e.field, e.code) for e in errors} == {(name, "malformed") for name in fields}
