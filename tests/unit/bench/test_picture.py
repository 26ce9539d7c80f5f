"""The picture of the figures: well formed, each goal once, better to the right."""

import re
from itertools import pairwise
from xml.etree import ElementTree

import pytest

from bench.picture import draw
from bench.rows import Goal, Row

SVG = "{http://www.w3.org/2000/svg}"


def row(value: float, goal: Goal, *, what: str = "hot") -> Row:
    return Row("hot", what, "rate", "bare", (value * 0.9, value, value * 1.1), goal)


def marks(*rows: Row) -> list[float]:
    """Where the medians stand, from the left."""
    found = []
    for element in ElementTree.fromstring(draw(rows)).iter():  # noqa: S314 our own
        if element.tag == f"{SVG}circle":
            found.append(float(element.attrib["cx"]))
        elif element.tag == f"{SVG}path":
            told = re.match(r"M([\d.]+) ", element.attrib["d"])
            assert told
            found.append(float(told[1]))
    return found


@pytest.mark.parametrize("times", [1, 5, 100, 1_000_000])
def test_the_names_below_the_scale_stand_apart(times: float) -> None:
    drawn = ElementTree.fromstring(draw([row(times, Goal(at_least=1))]))  # noqa: S314 our own
    named = [e for e in drawn.iter(f"{SVG}text") if (e.text or "").endswith((" x", "goal"))]
    places = [float(e.attrib["x"]) for e in named]
    assert len(places) >= 3
    assert min(b - a for a, b in pairwise(places)) > 50


def test_names_are_escaped() -> None:
    drawn = draw([row(1.0, Goal(at_least=0.5), what="<b>&")])
    texts = [e.text for e in ElementTree.fromstring(drawn).iter(f"{SVG}text")]  # noqa: S314 our own
    assert "<b>&, rate" in texts


def test_a_row_without_a_goal_is_not_drawn() -> None:
    assert marks(row(1.0, Goal())) == []


@pytest.mark.parametrize(
    ("worse", "better"),
    [
        pytest.param(row(0.9, Goal(at_least=1)), row(2.0, Goal(at_least=1)), id="at least"),
        pytest.param(row(3.0, Goal(at_most=2)), row(1.0, Goal(at_most=2)), id="at most"),
        pytest.param(row(3.0, Goal(at_most=2)), row(0.0, Goal(at_most=2)), id="nothing at all"),
        pytest.param(row(0.0, Goal(at_least=2)), row(2.0, Goal(at_least=2)), id="nothing came"),
    ],
)
def test_better_stands_to_the_right_and_the_goal_between(worse: Row, better: Row) -> None:
    left, right = marks(worse, better)
    drawn = draw([worse, better])
    told = re.search(r'<line class="goal" x1="([\d.]+)"', drawn)
    assert told
    assert left < float(told[1]) <= right
    assert drawn.count("<circle") == drawn.count("<path") == 1


def test_nothing_at_all_is_a_picture_too() -> None:
    assert "0 of 0 goals reached" in draw([])
