"""Folding makes equal what looks alike; phrases are found as whole words."""

import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moderation.text.words import contains_phrase, fingerprint, fold


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        pytest.param("  Buy \n\t NOW ", "buy now", id="case and white space"),
        pytest.param(
            "\uff23\uff21\uff33\uff29\uff2e\uff2f \u2460", "casino 1", id="compatibility forms"
        ),
        pytest.param("Crème brûlée", "creme brulee", id="accents"),
        pytest.param("Straße ŁÓDŹ smørrebrød", "strasse lodz smorrebrod", id="single letters"),
        pytest.param("\u0130STANBUL \u0131spanak", "istanbul ispanak", id="Turkish i"),
        pytest.param("vi\u200bag\xadra\u2060", "viagra", id="invisible characters"),
        pytest.param("v\u0336i\u0336a\u0336", "via", id="struck through letters"),
        pytest.param("\u0441asino vi\u0430gra", "casino viagra", id="Cyrillic in a Latin word"),
        pytest.param("p\u03bfrn \u0391pple", "porn apple", id="Greek in a Latin word"),
        pytest.param(
            "\u043a\u0430\u0437\u0438\u043do",
            "\u043a\u0430\u0437\u0438\u043d\u043e",
            id="Latin in a Cyrillic word",
        ),
        pytest.param(
            "\u0441\u043e\u043a", "\u0441\u043e\u043a", id="a word of one script stays in it"
        ),
        pytest.param("ёлка", "елка", id="Cyrillic accents"),
        pytest.param("が か", "が か", id="a mark that makes another letter stays"),
        pytest.param("한국", "한국", id="Hangul stays whole"),
        pytest.param(
            "\u0645\u064f\u062d\u0645\u062f", "\u0645\u062d\u0645\u062f", id="Arabic vowels"
        ),
    ],
)
def test_fold(text: str, folded: str) -> None:
    assert fold(text) == folded


@given(st.text())
@settings(deadline=None)
def test_folding_twice_changes_nothing_more(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@pytest.mark.parametrize(
    ("text", "phrase", "found"),
    [
        pytest.param("Buy cheap pills now", "cheap pills", True, id="words in a row"),
        pytest.param("cheap\n PILLS", "Cheap  pills", True, id="case and space do not matter"),
        pytest.param("a class act", "ass", False, id="not inside a word"),
        pytest.param("class ass", "ass", True, id="a later place is found"),
        pytest.param("(casino)", "casino", True, id="punctuation is a boundary"),
        pytest.param("casino2go", "casino", False, id="a digit is none"),
        pytest.param("casino_x", "casino", False, id="an underscore is none"),
        pytest.param("我要买伟哥吗", "伟哥", True, id="Chinese needs no spaces"),
        pytest.param("买casino吧", "casino", True, id="Latin between Chinese"),
        pytest.param("カジノで遊ぶ", "カジノ", True, id="Japanese needs no spaces"),
        pytest.param("카지노를", "카지노", True, id="Korean endings"),
        pytest.param("v\u200bi\u0430gra", "viagra", True, id="disguised"),
        pytest.param("see http://spam.example/x", "spam.example", True, id="an address"),
        pytest.param("anything", "", False, id="the empty phrase is in nothing"),
        pytest.param("anything", " \u200b ", False, id="nor one of invisible characters"),
        pytest.param("€€€ now", "€€", True, id="signs are no words and need no boundary"),
    ],
)
def test_contains_phrase(text: str, phrase: str, found: bool) -> None:
    assert contains_phrase(fold(text), phrase) is found


def test_a_fingerprint_tells_where_parts_end() -> None:
    assert fingerprint("ab", "c") != fingerprint("a", "bc")
    assert fingerprint("a") != fingerprint("a", "")
    assert fingerprint("é", "x") == hashlib.sha256(b"2:\xc3\xa91:x").hexdigest()


def test_a_fingerprint_takes_any_string() -> None:
    assert len(fingerprint("\ud800")) == 64
