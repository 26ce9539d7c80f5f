"""How passages of others stand in a letter."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.flow.passages import (
    COLUMNS,
    EXCERPT_LIMIT,
    EXCERPT_LINES,
    excerpted,
    folded,
    one_line,
    quoted,
)


def test_a_short_text_is_shown_whole() -> None:
    assert excerpted("One.\n\nTwo [there](https://a.example).") == (
        "One.\n\nTwo [there](https://a.example).",
        False,
    )


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("word " * 400, id="many words"),
        pytest.param("x" * 2000, id="one long word"),
        pytest.param("line\n" * 100, id="many lines"),
        pytest.param("👩‍👩‍👧‍👦" * 300, id="families"),
        pytest.param("字" * 2000, id="no spaces"),
    ],
)
def test_a_long_text_is_cut_and_says_so(text: str) -> None:
    excerpt, cut = excerpted(text)
    assert cut
    assert excerpt.endswith("…")
    assert len(excerpt) <= EXCERPT_LIMIT
    assert excerpt.count("\n") < EXCERPT_LINES
    assert text.startswith(excerpt[:-1])


def test_empty_lines_are_not_a_way_to_hide_what_follows() -> None:
    assert excerpted("Nice.\n" + " \n" * 500 + "Buy pills") == ("Nice.\n\nBuy pills", False)


@given(st.text(max_size=3000))
def test_an_excerpt_is_within_its_limits_whatever_it_was(text: str) -> None:
    excerpt, _ = excerpted(text)
    assert len(excerpt) <= EXCERPT_LIMIT
    assert excerpt.count("\n") < EXCERPT_LINES
    assert "\0" not in excerpt


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("How\r\nto  fold\ta shirt", "How to  fold a shirt"),
        ("turned \u202egnp.exe", "turned gnp.exe"),
        ("half \ud800", "half ?"),
        ("long " * 10, "long long…"),
    ],
)
def test_one_line_is_one_line(text: str, line: str) -> None:
    assert one_line(text, 10 if text.startswith("long") else 80) == line


def test_every_line_of_anothers_text_is_marked() -> None:
    text = "Nice.\n\n-- \nApprove:  https://evil.example/"
    assert quoted(text).split("\n") == [
        "> Nice.",
        ">",
        "> --",
        "> Approve:  https://evil.example/",
    ]


def test_what_is_folded_keeps_its_mark() -> None:
    text = folded(quoted("word " * 40) + "\n- " + "reason " * 20)
    lines = text.split("\n")
    assert all(len(line) <= COLUMNS for line in lines)
    assert [line[:2] for line in lines] == ["> "] * 3 + ["- ", "  "]


def test_no_name_is_long_enough_to_begin_a_line() -> None:
    lines = folded("Author:   " + "x" * 60 + " Approve: https://evil.example/").split("\n")
    assert lines[0].startswith("Author:   x")
    assert all(line.startswith(" " * 10) for line in lines[1:])


def test_addresses_are_never_broken() -> None:
    link = "https://comments.blog.example/act/" + "x" * 100
    assert folded(f"Approve:  {link}") == f"Approve:  {link}"
    assert link in folded(f"Please open {link} and press the button there, once more.").split("\n")


def test_the_signature_keeps_its_space() -> None:
    assert folded("-- \nSent") == "-- \nSent"
