"""Akismet's answers as opinions."""

import pytest

from moderation.checks.akismet import AkismetAnswer, Alert, Said, opinion_of
from moderation.domain.opinion import Ruling, Verdict, rule


@pytest.mark.parametrize(
    ("said", "verdict"),
    [
        (Said.SPAM, Verdict.SPAM),
        (Said.HAM, Verdict.HAM),
        (Said.UNKNOWN, Verdict.UNKNOWN),
        (Said.NOT_ASKED, Verdict.NOT_RUN),
    ],
)
def test_each_answer_has_its_verdict(said: Said, verdict: Verdict) -> None:
    opinion = opinion_of(AkismetAnswer(said, "So it is.", {}))
    assert opinion.verdict is verdict
    assert not opinion.decisive


def test_no_answer_holds() -> None:
    assert rule([opinion_of(AkismetAnswer(Said.UNKNOWN, "Silence.", {}))]) is Ruling.HOLD


def test_ham_alone_publishes_nothing() -> None:
    assert rule([opinion_of(AkismetAnswer(Said.HAM, "Fine.", {}))]) is None


def test_the_worst_spam_comes_first_in_the_queue() -> None:
    worst = opinion_of(AkismetAnswer(Said.SPAM, "Spam.", {}, pro_tip="discard"))
    other = opinion_of(AkismetAnswer(Said.SPAM, "Spam.", {}))
    assert 1.0 == worst.score > other.score


def test_an_unfinished_answer_holds_until_it_was_waited_for() -> None:
    answer = AkismetAnswer(Said.HAM, "Ask again.", {}, recheck_after=60, again=True)
    assert opinion_of(answer).verdict is Verdict.UNKNOWN
    assert opinion_of(answer, final=True).verdict is Verdict.HAM


def test_an_alert_changes_no_verdict() -> None:
    alert = Alert("10005", "The key is public.")
    plain, alerted = (
        opinion_of(AkismetAnswer(Said.HAM, "Fine.", {}, alert=a)) for a in (None, alert)
    )
    assert plain == alerted
