"""How often something happened within the last minute."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moderation.domain.rates import SWEEP_EVERY, WINDOW_SECONDS, MovingWindow
from tests.conftest import FakeClock


def test_as_many_as_the_limit_fit_and_the_next_waits_for_the_oldest(clock: FakeClock) -> None:
    window = MovingWindow(clock)
    for _ in range(3):
        assert window.wait("a", 3) == 0.0
        window.add("a")
        clock.turn(timedelta(seconds=10))

    assert window.wait("a", 3) == pytest.approx(30.0)
    clock.turn(timedelta(seconds=30))
    assert window.wait("a", 3) == 0.0


def test_a_lower_limit_waits_for_more_to_pass(clock: FakeClock) -> None:
    window = MovingWindow(clock)
    for _ in range(3):
        window.add("a")
        clock.turn(timedelta(seconds=10))
    assert window.wait("a", 1) == pytest.approx(50.0)


def test_keys_do_not_mix(clock: FakeClock) -> None:
    window = MovingWindow(clock)
    window.add("a")
    assert (window.wait("a", 1) > 0, window.wait("b", 1)) == (True, 0.0)


def test_asking_uses_nothing_up(clock: FakeClock) -> None:
    window = MovingWindow(clock)
    assert [window.wait("a", 1) for _ in range(5)] == [0.0] * 5
    assert len(window) == 0


def test_a_step_of_the_machines_clock_frees_nobody(clock: FakeClock) -> None:
    window = MovingWindow(clock)
    window.add("a")
    clock.at += timedelta(days=1)  # the date alone; durations are counted otherwise
    assert window.wait("a", 1) == WINDOW_SECONDS


def test_who_fell_silent_is_forgotten(clock: FakeClock) -> None:
    window = MovingWindow(clock)
    for number in range(SWEEP_EVERY - 1):
        window.add(f"k{number}")
    clock.turn(timedelta(minutes=2))
    window.add("last")
    assert len(window) == 1


@settings(max_examples=50)
@given(
    st.lists(st.floats(min_value=0, max_value=90), max_size=40),
    st.integers(min_value=1, max_value=5),
)
def test_no_minute_ever_holds_more_than_the_limit(pauses: list[float], limit: int) -> None:
    clock = FakeClock()
    window = MovingWindow(clock)
    let_in: list[float] = []
    for pause in pauses:
        clock.turn(timedelta(seconds=pause))
        if window.wait("a", limit) <= 0:
            window.add("a")
            let_in.append(clock.seconds)
    for at in let_in:
        assert sum(at - WINDOW_SECONDS < other <= at for other in let_in) <= limit
