"""A rehearsal: each lesson is weighed by those before it, in whatever slices they come."""

import pytest

from moderation.checks.learned.model import Model
from moderation.checks.learned.rehearsal import Rehearsal
from moderation.domain.lesson import Evidence, Lesson, Teaching

LESSONS = [
    Lesson(at, "blog", f"c{at}", teaching, None, True, Evidence(1, (word, f"w:{at}")))
    for at, (teaching, word) in enumerate(
        [(Teaching.SPAM, "w:pills"), (Teaching.HAM, "w:bees")] * 6, 1
    )
]


def test_a_lesson_is_weighed_before_it_is_learnt() -> None:
    said = Rehearsal({"w:pills": 1.0}).take(LESSONS[:3])
    assert said[1] == Model({"w:pills": 1.0}).weigh(("w:pills", "w:1")).probability
    assert said[2] == 0.5, "of bees it knew nothing yet"
    assert said[3] > said[1]


@pytest.mark.parametrize("at", [1, 5, 11])
def test_slices_say_what_all_at_once_says(at: int) -> None:
    rehearsal = Rehearsal()
    sliced = rehearsal.take(LESSONS[:at]) | rehearsal.take(LESSONS[at:])
    assert sliced == Rehearsal().take(LESSONS)
