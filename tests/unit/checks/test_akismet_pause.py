"""When Akismet is left alone."""

from datetime import timedelta

from moderation.checks.akismet.pause import FAILURES, Pause
from tests.unit.checks.cases import NOW, TurnedClock


def test_at_first_nothing_is_in_the_way() -> None:
    pause = Pause(TurnedClock())
    assert (pause.until, pause.left(), pause.because) == (None, 0, "")


def test_a_refused_key_rests_for_six_hours() -> None:
    clock = TurnedClock()
    pause = Pause(clock)
    pause.key_refused()
    assert pause.until == NOW + timedelta(hours=6)
    clock.turn(6 * 3600 - 0.5)
    assert pause.left() == 1
    clock.turn(0.5)
    assert (pause.left(), pause.because) == (0, "")


def test_a_shorter_wait_does_not_end_a_longer_one() -> None:
    pause = Pause(TurnedClock())
    pause.key_refused()
    pause.asked_to_wait(10)
    assert pause.left() == 6 * 3600
    assert pause.because == "Akismet refused the key."


def test_nobody_makes_us_wait_longer_than_a_day() -> None:
    pause = Pause(TurnedClock())
    pause.asked_to_wait(10**9)
    assert pause.left() == 24 * 3600


def test_some_failures_in_a_row_rest_the_line_and_one_more_does_so_again() -> None:
    clock = TurnedClock()
    pause = Pause(clock)
    for _ in range(FAILURES - 1):
        pause.failed()
    assert pause.left() == 0
    pause.failed()
    assert pause.left() == 30
    clock.turn(30)
    assert pause.left() == 0
    pause.failed()
    assert pause.left() == 30


def test_an_answer_between_failures_starts_the_count_afresh() -> None:
    pause = Pause(TurnedClock())
    for _ in range(FAILURES - 1):
        pause.failed()
    pause.answered()
    pause.failed()
    assert pause.left() == 0
