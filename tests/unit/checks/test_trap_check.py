"""The trap field and the form's age."""

import pytest

from moderation.checks.trap import Trap
from moderation.domain.opinion import Opinion, Ruling, Verdict, rule
from tests.unit.checks.cases import ping, reply, tools


async def look(*, token: str = "", trap: str = "") -> Opinion:
    return await Trap(tools()).examine(reply(form_token=token, trap=trap))


async def test_a_filled_trap_is_spam_without_a_second_voice() -> None:
    opinion = await look(trap="http://spam.example", token="60s")
    assert opinion.verdict is Verdict.SPAM
    assert opinion.because == "A field that people do not see was filled in."
    assert rule([opinion, Opinion("history", Verdict.HAM, "Known.")]) is Ruling.SPAM


async def test_white_space_in_the_trap_is_a_browser_and_no_program() -> None:
    assert (await look(trap=" \n")).verdict is Verdict.NOT_RUN


@pytest.mark.parametrize(
    ("token", "verdict"),
    [
        pytest.param("", Verdict.NOT_RUN, id="absent is not run"),
        pytest.param("forged", Verdict.HOLD, id="forged is held"),
        pytest.param("-5s", Verdict.HOLD, id="from the future is held"),
        pytest.param("2.9s", Verdict.HOLD, id="under three seconds is held"),
        pytest.param("3s", Verdict.UNSURE, id="three seconds are fine"),
        pytest.param("86400s", Verdict.UNSURE, id="a day is fine"),
        pytest.param("86401s", Verdict.UNSURE, id="over a day holds nothing"),
    ],
)
async def test_the_age_of_the_form(token: str, verdict: Verdict) -> None:
    assert (await look(token=token)).verdict is verdict


async def test_a_suspicion_raises_the_score_and_a_good_age_does_not() -> None:
    assert (await look(token="1s")).score > 0
    assert (await look(token="90000s")).score > 0
    assert (await look(token="45s")).score == 0


async def test_a_good_age_shields_no_spam() -> None:
    opinion = await look(token="45s")
    assert rule([opinion, Opinion("akismet", Verdict.SPAM, "Spam.")]) is Ruling.SPAM


@pytest.mark.parametrize(
    ("token", "words"), [("45s", "45 seconds"), ("300s", "5 minutes"), ("10000s", "2 hours")]
)
async def test_the_age_is_told_in_words(token: str, words: str) -> None:
    assert (await look(token=token)).because == f"The form was in use for {words}."


async def test_a_ping_has_no_form() -> None:
    assert (await Trap(tools()).examine(ping())).verdict is Verdict.NOT_RUN
