"""Two texts told as one."""

from itertools import product

import pytest

from moderation.text.diff import MOST_EDITS, Part, Piece, words

SAME, GONE, NEW = Part.SAME, Part.GONE, Part.NEW


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        pytest.param("", "new", [(NEW, "new")], id="out of nothing"),
        pytest.param("old", "", [(GONE, "old")], id="into nothing"),
        pytest.param("as it was", "as it was", [(SAME, "as it was")], id="the same"),
        pytest.param("as  it\nwas", "as it was", [(SAME, "as it was")], id="white space alone"),
        pytest.param(
            "the quick brown fox",
            "the slow and wet brown fox",
            [(SAME, "the "), (GONE, "quick "), (NEW, "slow and wet "), (SAME, "brown fox")],
            id="what went stands before what came",
        ),
        pytest.param(
            "東京は楽しい",
            "東京は寒い",
            [(SAME, "東京は"), (GONE, "楽し"), (NEW, "寒"), (SAME, "い")],
            id="letter by letter where no spaces are",
        ),
    ],
)
def test_words(before: str, after: str, told: list[tuple[Part, str]]) -> None:
    found = [(piece.part, piece.text.rstrip()) for piece in words(before, after)]
    assert found == [(part, text.rstrip()) for part, text in told]


def test_both_texts_can_be_read_out_of_it() -> None:
    texts = [" ".join(letters) for size in range(5) for letters in product("ab", repeat=size)]
    for before, after in product(texts, texts):
        told = words(before, after)
        assert _read(told, without=NEW) == before.split()
        assert _read(told, without=GONE) == after.split()


def test_texts_with_little_in_common_stand_one_after_the_other() -> None:
    before, after = "a b " * MOST_EDITS, "c a " * MOST_EDITS
    assert words(before, after) == (Piece(GONE, before), Piece(NEW, after))


def _read(told: tuple[Piece, ...], *, without: Part) -> list[str]:
    return "".join(piece.text for piece in told if piece.part is not without).split()
