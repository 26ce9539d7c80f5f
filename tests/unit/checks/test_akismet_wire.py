"""Retry-After, read without trust."""

import pytest

from moderation.checks.akismet.wire import wait_of
from tests.unit.checks.cases import NOW


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("", 0),
        ("0", 0),
        ("120", 120),
        ("-5", 0),
        ("999999999999999999999999", 86400),
        ("Sun, 22 Nov 2026 07:40:00 GMT", 600),
        ("Sun, 22 Nov 2026 07:20:00 GMT", 0),
        ("Sun, 22 Nov 2026 07:40:00 -0000", 600),
        ("Sun, 22 Nov 2099 07:40:00 GMT", 86400),
        ("soon", 0),
        ("1e3", 0),
        ("²", 0),
        ("٣", 0),
        ("Sun, 99 Nov 2026 07:40:00 GMT", 0),
    ],
)
def test_retry_after_is_seconds_or_a_date(value: str, seconds: int) -> None:
    assert wait_of(value, NOW) == seconds
