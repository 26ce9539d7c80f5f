"""The same words sent before."""

from datetime import timedelta

import pytest

from moderation.checks.duplicate import Duplicate
from moderation.domain.opinion import Ruling, Verdict, rule
from tests.unit.checks.cases import NOW, WrittenRecords, ping, reply, tools

ANNOUNCEMENT = "Come to our meeting of bee keepers."


@pytest.mark.parametrize(
    ("copies", "verdict", "because"),
    [
        (0, Verdict.UNSURE, "The same text was not sent before in the last 7 days."),
        (1, Verdict.HOLD, "The same text was sent once before in the last 7 days."),
        (4, Verdict.HOLD, "The same text was sent 4 times before in the last 7 days."),
    ],
)
async def test_reuse_is_held_and_counted(copies: int, verdict: Verdict, because: str) -> None:
    opinion = await Duplicate(tools(records=WrittenRecords(copies=copies))).examine(
        reply(ANNOUNCEMENT)
    )
    assert (opinion.verdict, opinion.because) == (verdict, because)


async def test_many_copies_lean_to_spam_but_stay_held() -> None:
    one = await Duplicate(tools(records=WrittenRecords(copies=1))).examine(reply(ANNOUNCEMENT))
    many = await Duplicate(tools(records=WrittenRecords(copies=3))).examine(reply(ANNOUNCEMENT))
    assert one.score < 0.5 <= many.score
    assert rule([many]) is Ruling.HOLD


async def test_the_site_is_asked_for_a_week_and_not_for_the_comment_itself() -> None:
    records = WrittenRecords()
    case = reply(ANNOUNCEMENT)
    await Duplicate(tools(records=records)).examine(case)
    assert records.asked == [("blog", ANNOUNCEMENT, NOW - timedelta(days=7), case.comment_id)]


@pytest.mark.parametrize("text", ["Thank you!", "", "+1", "\n \n  thanks   a   lot  \n"])
async def test_short_words_are_anybodys(text: str) -> None:
    records = WrittenRecords(copies=50)
    opinion = await Duplicate(tools(records=records)).examine(reply(text))
    assert opinion.verdict is Verdict.NOT_RUN
    assert not records.asked


async def test_a_ping_with_an_excerpt_used_before_is_held() -> None:
    check = Duplicate(tools(records=WrittenRecords(copies=1)))
    assert (await check.examine(ping(text="The very same excerpt again."))).verdict is Verdict.HOLD
