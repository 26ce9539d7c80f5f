"""Thresholds tried on the past: what would have been taken, lost, passed and let in."""

from datetime import UTC, datetime

import pytest

from moderation.flow.backtest import Policy, backtest, calibration
from moderation.store.journal_views import Past

NOW = datetime(2026, 11, 22, tzinfo=UTC)


def past(*told: tuple[bool, float | None]) -> list[Past]:
    """Decisions in order of time, as the store gives them: newest first."""
    made = [
        Past(number, f"c{number}", spam, probability, True, NOW)
        for number, (spam, probability) in enumerate(told)
    ]
    return made[::-1]


def ids(found: tuple[Past, ...]) -> list[str]:
    return [one.comment_id for one in found]


def test_both_directions_are_told() -> None:
    told = past((True, 0.99), (False, 0.98), (True, 0.5), (False, 0.01), (True, 0.05), (True, None))
    tested = backtest(told, Policy(0.98, approve=True), spam=100, ham=100)
    assert (tested.spam, tested.ham) == (3, 2)
    assert ids(tested.taken) == ["c0"]
    assert ids(tested.lost) == ["c1"]
    assert ids(tested.passed) == ["c3"]
    assert ids(tested.let_in) == ["c4"]
    assert ids(tested.wrong) == ["c1", "c4"]
    careful = backtest(told, Policy(0.985, approve=False), spam=100, ham=100)
    assert (ids(careful.taken), careful.wrong, careful.passed) == (["c0"], (), ())


@pytest.mark.parametrize(("before", "taken"), [(9, ["c2"]), (10, ["c2", "c0"])])
def test_it_keeps_quiet_until_there_were_enough_decisions(before: int, taken: list[str]) -> None:
    told = past((True, 0.99), (False, 0.5), (True, 0.99))
    assert ids(backtest(told, Policy(0.9, False), spam=before, ham=before).taken) == taken


def test_words_are_held_against_what_came_of_them() -> None:
    bands = calibration(past((True, 1.0), (True, 0.95), (False, 0.8), (False, 0.4), (False, 0.0)))
    assert [(band.word, band.spam, band.ham) for band in bands] == [
        ("surely spam", 2, 0),
        ("likely spam", 0, 1),
        ("unsure", 0, 1),
        ("likely fine", 0, 0),
        ("surely fine", 0, 1),
    ]
