"""What the address of a thread asks for."""

from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.domain.errors import Malformed
from moderation.flow.ready import Asked
from moderation.web.threads import FORMATS, read_query

ARTICLE = "https://blog.example/a?p=1&q=ü"
NAMED = f"article={quote(ARTICLE, safe='')}"


@pytest.mark.parametrize(("path", "name"), FORMATS.items())
def test_each_address_is_a_format(path: str, name: str) -> None:
    assert read_query(path, NAMED.encode()) == Asked(name, ARTICLE)


@pytest.mark.parametrize(
    ("query", "asked"),
    [
        ("page=3", Asked("page", ARTICLE, page=3)),
        ("page=", Asked("page", ARTICLE)),
        ("form=0", Asked("page", ARTICLE, form=False)),
        ("form=1", Asked("page", ARTICLE)),
        ("comment=m1", Asked("page", ARTICLE, comment="m1")),
        ("parent=m1", Asked("page", ARTICLE, answer="m1")),
        ("replytocom=881", Asked("page", ARTICLE, answer="881")),
        ("parent=m1&replytocom=881", Asked("page", ARTICLE, answer="m1")),
    ],
)
def test_what_else_can_be_asked(query: str, asked: Asked) -> None:
    assert read_query("/thread", f"{NAMED}&{query}".encode()) == asked


@pytest.mark.parametrize("query", ["x=1", "utm_source=a&fbclid=b", "PAGE=2", "callback=f"])
def test_what_nobody_knows_makes_no_new_entry(query: str) -> None:
    plain = read_query("/thread.json", NAMED.encode())
    assert read_query("/thread.json", f"{query}&{NAMED}".encode()) == plain


def test_answering_is_for_the_page_alone() -> None:
    assert read_query("/thread.html", f"{NAMED}&parent=m1".encode()).answer == ""


@pytest.mark.parametrize("page", ["0x1", "-1", "1.5", "two", "1000000", "²", "%D9%A1"])
def test_a_page_is_a_whole_number(page: str) -> None:
    with pytest.raises(Malformed):
        read_query("/thread", f"{NAMED}&page={page}".encode())


@pytest.mark.parametrize("query", [b"article=\xff", b"&a=b" * 60, b"article=%ff"])
def test_what_cannot_be_read_is_malformed(query: bytes) -> None:
    with pytest.raises(Malformed):
        read_query("/thread", query)


@given(st.binary(max_size=200))
def test_no_query_at_all_breaks_it(query: bytes) -> None:
    try:
        asked = read_query("/thread.html", query)
    except Malformed:
        return
    assert asked.page >= 0
