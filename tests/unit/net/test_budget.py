"""How often a host hears from us."""

from datetime import UTC, datetime

import pytest

from moderation.net.budget import Budget
from moderation.net.contract import TooBusy
from moderation.net.limits import BudgetLimits


class Clock:
    """A clock that stands until it is turned."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def now(self) -> datetime:
        return datetime(2026, 11, 22, tzinfo=UTC)

    def monotonic(self) -> float:
        return self.seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def budget(clock: Clock) -> Budget:
    return Budget(clock)


def once(budget: Budget, host: str) -> None:
    budget.take(host)
    budget.give_back(host)


def test_one_request_at_a_time_to_a_host(budget: Budget) -> None:
    budget.take("a.example")
    with pytest.raises(TooBusy):
        budget.take("a.example")
    budget.take("b.example")
    budget.give_back("a.example")
    budget.take("a.example")


def test_two_requests_a_second_to_a_host(budget: Budget, clock: Clock) -> None:
    once(budget, "a.example")
    clock.seconds += 0.4
    once(budget, "a.example")
    with pytest.raises(TooBusy) as refused:
        once(budget, "a.example")
    assert refused.value.retry_after == pytest.approx(0.6)
    clock.seconds += refused.value.retry_after
    once(budget, "a.example")
    with pytest.raises(TooBusy):
        once(budget, "a.example")


def test_a_refused_request_does_not_count(budget: Budget, clock: Clock) -> None:
    for _ in range(2):
        once(budget, "a.example")
    for _ in range(50):
        with pytest.raises(TooBusy):
            once(budget, "a.example")
    clock.seconds += 1.0
    once(budget, "a.example")


def test_thirty_requests_to_a_machine_in_ten_seconds_under_any_names(
    budget: Budget, clock: Clock
) -> None:
    for n in range(30):
        clock.seconds += 0.1
        once(budget, f"{n}.victim.example")
        budget.dial("192.0.2.7")
    with pytest.raises(TooBusy) as refused:
        budget.dial("192.0.2.7")
    budget.dial("192.0.2.8")
    clock.seconds += refused.value.retry_after
    budget.dial("192.0.2.7")
    with pytest.raises(TooBusy):
        budget.dial("192.0.2.7")


def test_an_ipv6_network_counts_as_one_machine(clock: Clock) -> None:
    budget = Budget(clock, BudgetLimits(per_address=2))
    budget.dial("2606:4700::1")
    budget.dial("2606:4700::2")
    with pytest.raises(TooBusy):
        budget.dial("2606:4700:0:0:ffff::3")
    budget.dial("2606:4700:0:1::1")


def test_sixteen_fetches_at_once_in_all(budget: Budget) -> None:
    held = [budget.fetch() for _ in range(17)]
    for place in held[:16]:
        place.__enter__()
    with pytest.raises(TooBusy), held[16]:
        pass
    held[0].__exit__(None, None, None)
    with budget.fetch():
        pass


def test_quiet_hosts_are_forgotten_and_busy_ones_are_not(budget: Budget, clock: Clock) -> None:
    budget.take("busy.example")
    for n in range(5000):
        clock.seconds += 0.1
        once(budget, f"{n}.example")
    assert len(budget._hosts) <= 1024
    with pytest.raises(TooBusy):
        budget.take("busy.example")


def test_a_page_is_one_page_whatever_its_query(budget: Budget, clock: Clock) -> None:
    for _ in range(6):
        budget.take("a.example", "/feed")
        budget.give_back("a.example")
        clock.seconds += 1
    with pytest.raises(TooBusy) as refused:
        budget.take("a.example", "/feed")
    assert refused.value.retry_after > 200
    budget.take("a.example", "/other")


def test_a_sender_has_half_of_all_places_at_the_most(budget: Budget, clock: Clock) -> None:
    """However long each of the fetches took: that is not to be seen in when the next begins."""
    for n in range(8):
        budget.take(f"{n}.example", "/", "192.0.2.9")
        budget.give_back(f"{n}.example")
    with pytest.raises(TooBusy) as refused:
        budget.take("8.example", "/", "192.0.2.9")
    assert refused.value.retry_after == pytest.approx(20)
    budget.take("8.example", "/", "192.0.2.10")
    clock.seconds += 20
    budget.take("9.example", "/", "192.0.2.9")


def test_a_household_of_ipv6_is_one_sender(budget: Budget) -> None:
    for n in range(8):
        budget.take(f"{n}.example", "/", f"2001:db8::{n}")
    with pytest.raises(TooBusy):
        budget.take("8.example", "/", "2001:db8::ffff")
    budget.take("8.example", "/", "2001:db8:0:1::1")


def test_what_is_refused_uses_up_nothing(budget: Budget) -> None:
    budget.take("a.example", "/", "192.0.2.9")
    for _ in range(20):
        with pytest.raises(TooBusy):
            budget.take("a.example", "/", "192.0.2.9")
    budget.take("b.example", "/", "192.0.2.9")


def test_a_crowd_is_told_to_come_in_turn(budget: Budget, clock: Clock) -> None:
    budget.take("a.example")
    told = []
    for _ in range(4):
        with pytest.raises(TooBusy) as refused:
            budget.take("a.example")
        told.append(refused.value.retry_after)
    assert told == pytest.approx([1.0, 1.5, 2.0, 2.5])
    clock.seconds += 100
    with pytest.raises(TooBusy) as refused:
        budget.take("a.example")
    assert refused.value.retry_after == pytest.approx(1.0)


def test_nobody_is_told_to_wait_for_longer_than_ten_minutes(budget: Budget) -> None:
    budget.take("a.example")
    told = set()
    for _ in range(2000):
        with pytest.raises(TooBusy) as refused:
            budget.take("a.example")
        told.add(refused.value.retry_after)
    assert max(told) <= 600
    assert len(told) > 1900  # and no two of a crowd at once
