"""What follows a wave that was marked as spam is spam for a while, in a sentence that says so."""

from datetime import timedelta

from moderation.checks.wave import Wave
from moderation.domain.opinion import Opinion, Ruling, Verdict, rule
from moderation.domain.rule import Rule, What
from tests.unit.checks.cases import NOW, TurnedClock, WrittenRecords, reply, tools

FOLLOWED = Rule(
    "r1", "", What.WAVE, "w1", "w1", Verdict.SPAM, "", "Ana", NOW, NOW + timedelta(hours=24)
)


def check(wave: str | None, *rules: Rule, clock: TurnedClock | None = None) -> Wave:
    return Wave(tools(records=WrittenRecords(owners=rules, wave=wave), clock=clock))


async def test_a_follower_is_spam_by_a_sentence_that_names_who_decided_and_until_when() -> None:
    opinion = await check("w1", FOLLOWED).examine(reply())
    assert opinion == Opinion(
        "wave",
        Verdict.SPAM,
        "It is nearly identical to what Ana marked as spam on 22 November;"
        " what follows is spam until 23 November, 07:30 UTC.",
        score=0.9,
        rules=("r1",),
    )
    assert rule([opinion, Opinion("history", Verdict.HAM, "Known.")]) is Ruling.HOLD


async def test_what_is_of_another_wave_or_none_is_left_alone() -> None:
    for wave in ("w2", None):
        assert (await check(wave, FOLLOWED).examine(reply())).verdict is Verdict.UNSURE


async def test_it_ends_with_the_time_and_looks_nothing_up_then() -> None:
    clock = TurnedClock()
    clock.turn(24 * 3600)
    assert (await check("w1", FOLLOWED, clock=clock).examine(reply())).verdict is Verdict.NOT_RUN
    assert (await check("w1").examine(reply())).verdict is Verdict.NOT_RUN
