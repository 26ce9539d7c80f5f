"""What a figure says: its median, its spread, its goal, and the same after it was written down."""

import json
import math

import pytest

from bench.rows import Goal, Row, line, ratios, shown

NOTHING_ASKED = Goal()


def row(*rounds: float, goal: Goal = NOTHING_ASKED) -> Row:
    return Row("hot", "thread of 50", "rate", "bare", rounds, goal, note="here 5/s")


def test_the_median_is_of_the_rounds_and_one_odd_round_does_not_move_it() -> None:
    told = row(0.9, 0.1, 0.95)
    assert (told.median, told.least, told.most) == (0.9, 0.1, 0.95)


def test_ratios_are_made_within_a_round() -> None:
    assert ratios([1.0, 30.0], [2.0, 40.0]) == (0.5, 0.75)


def test_a_round_whose_anchor_gave_nothing_is_none() -> None:
    assert ratios([1.0, 3.0], [0.0, 4.0]) == (0.75,)


def test_of_another_number_of_rounds_no_ratios_are_made() -> None:
    with pytest.raises(ValueError, match="zip"):
        ratios([1.0], [1.0, 2.0])


@pytest.mark.parametrize(
    ("rounds", "goal", "reached"),
    [
        pytest.param((0.92,), Goal(at_least=0.92), True, id="the bound itself"),
        pytest.param((0.91,), Goal(at_least=0.92), False, id="below"),
        pytest.param((1.3,), Goal(at_most=1.3), True, id="at most, the bound itself"),
        pytest.param((1.31,), Goal(at_most=1.3), False, id="above"),
        pytest.param((9.0,), Goal(), None, id="nothing is asked"),
        pytest.param((), Goal(at_most=1.3), None, id="nothing was measured"),
    ],
)
def test_a_goal_is_judged_by_the_median(
    rounds: tuple[float, ...], goal: Goal, reached: bool | None
) -> None:
    assert row(*rounds, goal=goal).reached is reached


@pytest.mark.parametrize("goal", [Goal(), Goal(at_least=0.5), Goal(at_most=3.0)])
def test_what_was_written_down_is_read_again(goal: Goal) -> None:
    told = row(0.5, 0.25, goal=goal)
    assert Row.of(json.loads(json.dumps(told.document()))) == told


@pytest.mark.parametrize("key", ["rounds", "at_least"])
def test_what_is_no_row_is_not_read(key: str) -> None:
    with pytest.raises(TypeError):
        Row.of({**row(1.0).document(), key: object()})


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (12345.6, "12,346"),
        (41.4, "41"),
        (3.14, "3.1"),
        (3.0, "3"),
        (1.3, "1.30"),
        (0.917, "0.92"),
        (0.0042, "0.0042"),
        (0.0, "0.00"),
        (math.nan, "-"),
    ],
)
def test_a_figure_has_as_many_digits_as_it_is_good_for(value: float, text: str) -> None:
    assert shown(value) == text


def test_a_line_tells_all_of_it() -> None:
    told = line(row(0.5, 1.0, 0.75, goal=Goal(at_least=0.92)))
    for part in ("thread of 50, rate 0.75 [0.50 .. 1.00]", "NOT REACHED", "here 5/s"):
        assert " ".join(part.split()) in " ".join(told.split())
