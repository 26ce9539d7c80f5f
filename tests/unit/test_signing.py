"""Signed tokens: made by us alone, for one purpose, for a time."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.signing import ACT, FORM, MAILED, PING, QUIET, WRITER, SignedFormTokens, Signing
from tests.conftest import FakeClock

PURPOSES = (WRITER, MAILED, PING, ACT, FORM, QUIET)
OLD, NEW = b"old key " * 4, b"new key " * 4


@pytest.fixture
def signing(clock: FakeClock) -> Signing:
    return Signing([NEW], clock)


@pytest.mark.parametrize("value", ["m1", ["m1", "approve", 3, "m2"], {"a": 1}, 7])
def test_what_was_signed_reads_back(signing: Signing, value: object) -> None:
    assert signing.value(ACT, signing.sign(ACT, value)) == value


def test_a_token_stands_in_an_address_as_it_is(signing: Signing) -> None:
    assert set(signing.sign(WRITER, "m" * 20)) <= set(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_."
    )


@pytest.mark.parametrize("purpose", PURPOSES)
def test_purposes_do_not_mix(signing: Signing, purpose: str) -> None:
    token = signing.sign(purpose, "m1")
    assert {p for p in PURPOSES if signing.value(p, token) is not None} == {purpose}


@given(at=st.integers(min_value=0, max_value=200), character=st.sampled_from("Az09-_."))
def test_nothing_can_be_changed_about_it(at: int, character: str) -> None:
    signing = Signing([NEW], FakeClock())
    token = signing.sign(ACT, ["m1", "approve", 3, "m2"])
    at %= len(token)
    forged = token[:at] + character + token[at + 1 :]
    if forged != token:
        # The last character of base64 has bits that mean nothing: another may say the same.
        assert signing.value(ACT, forged) in (None, ["m1", "approve", 3, "m2"])
        if at < len(token) - 1:
            assert signing.value(ACT, forged) is None


@pytest.mark.parametrize("token", ["", ".", "..", "a.b.c", "é", "\ud800", "x" * 5000, "\0"])
def test_what_is_no_token_is_nothing(signing: Signing, token: str) -> None:
    assert signing.read(WRITER, token) is None
    assert signing.value(WRITER, token) is None


def test_a_new_key_signs_and_an_old_one_still_counts(clock: FakeClock) -> None:
    before, during = Signing([OLD], clock), Signing([OLD, NEW], clock)
    after = Signing([NEW], clock)
    old, new = before.sign(WRITER, "m1"), during.sign(WRITER, "m2")

    assert during.value(WRITER, old) == "m1"
    assert after.value(WRITER, new) == "m2"  # the newest signs
    assert after.value(WRITER, old) is None  # and what was taken out counts no more
    assert before.value(WRITER, new) is None


@pytest.mark.parametrize(
    ("age", "good"),
    [
        pytest.param(timedelta(0), True, id="fresh"),
        pytest.param(timedelta(days=7), True, id="the last moment"),
        pytest.param(timedelta(days=7, seconds=1), False, id="too old"),
        pytest.param(timedelta(days=3650), False, id="ten years"),
        pytest.param(timedelta(days=-1), True, id="the clock was set back a day"),
    ],
)
def test_age_is_counted_by_our_clock(
    signing: Signing, clock: FakeClock, age: timedelta, good: bool
) -> None:
    token = signing.sign(ACT, "m1")
    clock.turn(age)
    assert (signing.value(ACT, token, max_age=timedelta(days=7)) == "m1") is good
    assert signing.value(ACT, token) == "m1"  # without a limit it is good for ever


def test_it_tells_when_it_was_signed(signing: Signing, clock: FakeClock) -> None:
    token = signing.sign(FORM, "x")
    clock.turn(timedelta(hours=1))
    found = signing.read(FORM, token)
    assert found is not None
    assert found[1] == clock.now() - timedelta(hours=1)


def test_the_age_of_a_form_is_told_of_our_own_tokens_only(
    signing: Signing, clock: FakeClock
) -> None:
    tokens = SignedFormTokens(signing)
    token = tokens.make("https://blog.example/a")
    clock.turn(timedelta(seconds=5))

    assert tokens.age(token, clock.now()) == timedelta(seconds=5)
    assert tokens.age(token[:-2] + "xx", clock.now()) is None
    assert tokens.age(signing.sign(WRITER, "https://blog.example/a"), clock.now()) is None


def test_what_was_signed_under_a_clock_that_was_far_ahead_is_not_good(
    signing: Signing, clock: FakeClock
) -> None:
    day = timedelta(days=1)
    clock.leap(timedelta(days=3653))
    far = signing.sign(MAILED, "m1")
    clock.leap(-timedelta(days=3653))
    near = signing.sign(MAILED, "m2")
    clock.leap(-day)
    assert signing.value(MAILED, far, max_age=2 * day) is None
    assert signing.value(MAILED, near, max_age=2 * day) == "m2"
