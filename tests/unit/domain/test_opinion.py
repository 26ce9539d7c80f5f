"""From opinions to a ruling, line by line as it is promised."""

import pytest

from moderation.domain.opinion import (
    Opinion,
    Ruling,
    Verdict,
    earned_score,
    leans_to_spam,
    rule,
    score,
    settle,
)
from moderation.domain.site import Hold

HAM = Opinion("history", Verdict.HAM, "Known.", -0.5)
SPAM = Opinion("akismet", Verdict.SPAM, "Spam.", 0.8)
HELD = Opinion("links", Verdict.HOLD, "Two links.", 0.4)
UNSURE = Opinion("learned", Verdict.UNSURE, "Neither.")
UNKNOWN = Opinion("akismet", Verdict.UNKNOWN, "No answer.")
NOT_RUN = Opinion("trap", Verdict.NOT_RUN, "No token.")
TRAP = Opinion("trap", Verdict.SPAM, "Filled.", 1.0, decisive=True)


@pytest.mark.parametrize(
    ("opinions", "ruling"),
    [
        pytest.param([TRAP], Ruling.SPAM, id="a filled trap decides"),
        pytest.param([TRAP, HAM, HELD, UNKNOWN], Ruling.SPAM, id="a filled trap decides alone"),
        pytest.param([SPAM], Ruling.SPAM, id="any spam and no ham"),
        pytest.param([SPAM, HELD, UNSURE], Ruling.SPAM, id="spam beside a doubt"),
        pytest.param([SPAM, UNKNOWN], Ruling.SPAM, id="a silent check does not shield spam"),
        pytest.param([SPAM, HAM], Ruling.HOLD, id="disagreement is for a human"),
        pytest.param([HAM, HELD], Ruling.HOLD, id="any hold"),
        pytest.param([HAM, UNKNOWN], Ruling.HOLD, id="a silent check forbids approval"),
        pytest.param([NOT_RUN, UNSURE], None, id="what did not run counts for nothing"),
        pytest.param([HAM], None, id="ham alone leaves it to the setting"),
        pytest.param([], None, id="nothing said leaves it to the setting"),
    ],
)
def test_rule(opinions: list[Opinion], ruling: Ruling | None) -> None:
    assert rule(opinions) is ruling


def test_only_spam_can_be_decisive() -> None:
    assert rule([Opinion("x", Verdict.HAM, "", decisive=True)]) is None


@pytest.mark.parametrize("opinions", [[], [HAM], [UNSURE, NOT_RUN]])
@pytest.mark.parametrize(
    ("hold", "proven", "ruling"),
    [
        pytest.param(Hold.ALL, True, Ruling.HOLD, id="all: held, whoever it is"),
        pytest.param(Hold.ALL, False, Ruling.HOLD, id="all: held"),
        pytest.param(Hold.FIRST_TIME, True, Ruling.APPROVE, id="first-time: a proven author"),
        pytest.param(Hold.FIRST_TIME, False, Ruling.HOLD, id="first-time: anybody else"),
        pytest.param(Hold.NONE, True, Ruling.APPROVE, id="none: approved"),
        pytest.param(Hold.NONE, False, Ruling.APPROVE, id="none: approved without proof"),
    ],
)
def test_where_nothing_objects_the_setting_decides(
    opinions: list[Opinion], hold: Hold, proven: bool, ruling: Ruling
) -> None:
    assert settle(opinions, hold, proven=proven) is ruling


@pytest.mark.parametrize("hold", list(Hold))
@pytest.mark.parametrize("opinions", [[TRAP], [SPAM], [SPAM, HAM], [HELD], [UNKNOWN]])
def test_no_setting_overrules_an_objection(opinions: list[Opinion], hold: Hold) -> None:
    assert settle(opinions, hold, proven=True) is rule(opinions)


def test_scores_add_up_within_their_ends() -> None:
    assert score([HAM, HELD]) == pytest.approx(-0.1)
    assert score([SPAM, TRAP, HELD]) == 1.0
    assert score([HAM, HAM, HAM]) == -1.0
    assert score([]) == 0.0


@pytest.mark.parametrize(
    ("opinions", "leans"),
    [
        pytest.param([SPAM, HAM], True, id="one says spam"),
        pytest.param([Opinion("a", Verdict.HOLD, "", 0.3), HELD], True, id="much suspicion"),
        pytest.param([HELD], False, id="some suspicion"),
        pytest.param([], False, id="none"),
    ],
)
def test_no_mail_goes_out_on_behalf_of_likely_spam(opinions: list[Opinion], leans: bool) -> None:
    assert leans_to_spam(opinions) is leans


def test_what_is_thought_before_it_counts_keeps_no_mail_back() -> None:
    early = Opinion("learned", Verdict.NOT_RUN, "Too few decisions.", 0.9)
    assert score([early]) == 0.9, "it orders the queue"
    assert not leans_to_spam([early, UNSURE])


def test_a_score_that_is_not_earned_orders_the_queue_and_is_not_said_aloud() -> None:
    early = Opinion("learned", Verdict.NOT_RUN, "Too few decisions.", 0.9)
    links = Opinion("links", Verdict.UNSURE, "One link.", 0.1)
    assert score([early, links]) == pytest.approx(1.0)
    assert earned_score([early, links]) == pytest.approx(0.1)
    assert not leans_to_spam([early, links])
