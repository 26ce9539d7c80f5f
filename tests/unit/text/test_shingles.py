"""A sketch tells what is nearly the same from what is not, and says nothing of short texts."""

import random
from itertools import pairwise

import pytest

from moderation.text.shingles import BANDS, bands, likeness, sketch

TEXT = (
    "Howdy, just wanted to give you a quick heads up and let you know that a few of the images"
    " are not loading correctly; I am not sure why but I think it is a linking issue."
)
OTHER = (
    "The chapter on margins made me take down my grandmother's cookery book, where every recipe"
    " has a date, a name and a remark about the weather of that day in pencil."
)


@pytest.mark.parametrize(
    "alike",
    [
        TEXT.upper(),
        TEXT.replace("quick", "brief").replace("images", "pictures"),
        f"{TEXT} See https://pills.example/a?b=c",
        TEXT.replace("o", "\u043e").replace("just", "ju\u200bst"),
    ],
)
def test_what_says_nearly_the_same_is_alike_and_found_by_a_common_key(alike: str) -> None:
    one, other = sketch(TEXT), sketch(alike)
    assert likeness(one, other) >= 0.5
    assert set(bands(one)) & set(bands(other))


def test_what_says_something_else_is_not_alike() -> None:
    assert likeness(sketch(TEXT), sketch(OTHER)) < 0.2
    assert not set(bands(sketch(TEXT))) & set(bands(sketch(OTHER)))


@pytest.mark.parametrize("short", ["", "Thanks!", "Thank you very much from Granada in Spain."])
def test_short_texts_have_no_sketch_and_are_like_nothing(short: str) -> None:
    assert sketch(short) == b""
    assert bands(b"") == ()
    assert likeness(sketch(short), sketch(short)) == 0.0


def test_the_likeness_is_near_the_share_of_what_is_common() -> None:
    dice = random.Random(3)  # noqa: S311 the same texts each time
    words = [f"word{number}" for number in range(400)]
    for kept in (0.9, 0.7, 0.5, 0.3):
        new = [w if dice.random() < kept else f"new{w}" for w in words]
        pairs = [set(pairwise(text)) for text in (words, new)]
        share = len(pairs[0] & pairs[1]) / len(pairs[0] | pairs[1])
        found = likeness(sketch(" ".join(words)), sketch(" ".join(new)))
        assert abs(found - share) < 0.25


def test_any_text_has_one_sketch_of_a_bounded_size() -> None:
    for text in (TEXT * 100, "\ud800 " * 30, "蜂 " * 50, "a\u0301\u0302 " * 2000):
        assert sketch(text) == sketch(text)
        assert len(bands(sketch(text))) in (0, BANDS)
