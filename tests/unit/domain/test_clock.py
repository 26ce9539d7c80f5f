"""Moments as numbers and as text."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.domain.clock import SystemClock, from_micros, rfc3339, to_micros


@given(st.datetimes(timezones=st.just(UTC)))
def test_a_moment_reads_back_to_the_microsecond(moment: datetime) -> None:
    assert from_micros(to_micros(moment)) == moment


def test_a_moment_of_another_zone_is_the_same_moment() -> None:
    there = datetime(2026, 11, 22, 8, 30, tzinfo=timezone(timedelta(hours=1)))
    assert to_micros(there) == to_micros(datetime(2026, 11, 22, 7, 30, tzinfo=UTC))
    assert rfc3339(there) == "2026-11-22T07:30:00Z"


def test_a_naive_moment_is_none() -> None:
    with pytest.raises(ValueError, match="without a time zone"):
        to_micros(datetime(2026, 11, 22))


def test_the_machines_clock_is_aware_and_its_durations_grow() -> None:
    clock = SystemClock()
    assert clock.now().tzinfo is UTC
    assert clock.monotonic() <= clock.monotonic()
