"""Many phrases at once are found where each alone is found."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.text.phrasebook import Phrasebook
from moderation.text.scripts import main_script
from moderation.text.words import contains_phrase, fold

PIECES = ["buy", "now", "buy now", "-", "$", "蜂", "蜜", "สวัส", "cas", "casino", ".", "x.example"]
PIECES += ["!", "한국어", "é", "İ", "ß", "1", "_", "का", "\u0301", "かな", " "]
texts = st.lists(st.sampled_from(PIECES), min_size=1, max_size=12).map("".join).map(fold)
phrases = st.lists(st.sampled_from(PIECES), min_size=1, max_size=3).map("".join).map(fold)


@given(texts, st.frozensets(phrases.filter(bool), max_size=4))
def test_it_finds_what_looking_for_each_phrase_finds(text: str, wanted: frozenset[str]) -> None:
    alone = {phrase for phrase in wanted if contains_phrase(text, phrase)}
    assert set(Phrasebook(wanted).find(text)) == alone


def test_a_phrase_that_occurs_often_is_named_once() -> None:
    assert list(Phrasebook(["now", "buy now"]).find("now buy now now")) == ["now", "buy now"]


@pytest.mark.parametrize(
    ("text", "script"),
    [
        ("Thank you", "latin"),
        ("Спасибо большое", "cyrillic"),
        ("これは日本語です", "japanese"),
        ("这是中文句子", "chinese"),
        ("한국어입니다", "korean"),
        ("👍 12345 !!", ""),
        ("Да", ""),
    ],
)
def test_the_writing_of_a_text_is_named_where_there_is_enough_of_it(text: str, script: str) -> None:
    assert main_script(text) == script
