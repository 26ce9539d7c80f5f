"""Identifiers and secrets."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.domain.ids import base36, hash_secret, is_id, new_id, new_secret

NOW = datetime(2026, 11, 22, 7, 30, tzinfo=UTC)
MOMENTS = st.datetimes(
    min_value=datetime(1970, 1, 1), max_value=datetime(2999, 1, 1), timezones=st.just(UTC)
)


@given(MOMENTS)
def test_an_id_is_20_characters_with_a_letter_first(moment: datetime) -> None:
    assert re.fullmatch(r"[a-z][0-9a-z]{19}", new_id(moment))
    assert is_id(new_id(moment))


@given(MOMENTS, MOMENTS)
def test_ids_sort_by_time_to_the_millisecond(one: datetime, other: datetime) -> None:
    if abs(one - other) >= timedelta(milliseconds=2):
        assert (new_id(one) < new_id(other)) is (one < other)


def test_ids_of_one_moment_differ() -> None:
    assert len({new_id(NOW) for _ in range(10_000)}) == 10_000


@given(st.integers(min_value=0, max_value=36**12))
def test_base_36_reads_back(number: int) -> None:
    assert int(base36(number, 9) or "0", 36) == number
    assert len(base36(number, 9)) >= 9


@pytest.mark.parametrize("text", ["", "M1", "m-1", "m\0", "\uff4d\uff11", "m" * 21, "m 1", "é"])
def test_what_cannot_be_an_id(text: str) -> None:
    assert not is_id(text)


def test_a_secret_has_256_bits_and_only_its_hash_is_kept() -> None:
    secret = new_secret()
    assert re.fullmatch(r"[A-Za-z0-9_-]{43}", secret)
    assert secret != new_secret()
    assert hash_secret(secret) == hash_secret(secret) != hash_secret(secret + "x")
    assert secret not in hash_secret(secret)
