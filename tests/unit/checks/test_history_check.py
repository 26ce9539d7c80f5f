"""Authors with proof, and ping sources that earned their trust."""

from dataclasses import replace
from datetime import timedelta

import pytest

from moderation.checks.contract import Case
from moderation.checks.history import History
from moderation.domain.opinion import Opinion, Ruling, Verdict, rule
from moderation.domain.trust import ByHand, Mark, Past, SourcePlace, Stance, Vouch
from tests.unit.checks.cases import NOW, WrittenRecords, ping, reply, site, tools, trusting_site


async def look(case: Case, records: WrittenRecords | None = None) -> Opinion:
    return await History(tools(records=records)).examine(case)


async def test_a_proven_author_with_an_approved_comment_is_spoken_for() -> None:
    opinion = await look(reply(author_id="a1"), WrittenRecords(approved={"a1": 3}))
    assert opinion.verdict is Verdict.HAM
    assert opinion.because == "The author is proven, with 3 approved comments."
    assert opinion.score < 0


async def test_spam_by_another_check_beside_a_known_author_is_for_a_human() -> None:
    opinion = await look(reply(author_id="a1"), WrittenRecords(approved={"a1": 1}))
    assert rule([opinion, Opinion("akismet", Verdict.SPAM, "Spam.")]) is Ruling.HOLD


async def test_a_typed_address_proves_nothing() -> None:
    records = WrittenRecords(approved={"ada@reader.example": 9})
    assert (await look(reply(), records)).verdict is Verdict.NOT_RUN


async def test_a_proven_author_without_an_approved_comment_is_new() -> None:
    assert (await look(reply(author_id="a1"))).verdict is Verdict.UNSURE


async def test_a_rejection_of_late_holds_whatever_was_approved() -> None:
    records = WrittenRecords({"a1": 50}, {"a1": NOW - timedelta(days=10)})
    opinion = await look(reply(author_id="a1"), records)
    assert opinion.verdict is Verdict.HOLD
    assert opinion.because == (
        "A moderator marked a comment of this author as spam on 12 November 2026."
    )


async def test_a_rejection_is_forgiven_after_half_a_year() -> None:
    records = WrittenRecords({"a1": 50}, {"a1": NOW - timedelta(days=180)})
    assert (await look(reply(author_id="a1"), records)).verdict is Verdict.HAM


OTHER = SourcePlace("other.example", "/")


def past(approved: int, *, days: int = 10, last: int = 0, rejected: Mark | None = None) -> Past:
    """Approvals a day apart, the first so many days ago; the last ping `last` days ago."""
    first = NOW - timedelta(days=days)
    vouches = tuple(
        Vouch(f"m{n}", f"c{n}", Mark.APPROVED, "Ana", first + timedelta(days=n))
        for n in range(approved)
    )
    rejection = Vouch("m", "c", rejected, "Ben", first) if rejected is not None else None
    return Past(vouches, NOW - timedelta(days=last) if approved else None, rejection)


async def of_place(known: Past, source: str = "https://other.example/2026/11/bees") -> Opinion:
    return await look(ping(source), WrittenRecords(places={("blog", "other.example/"): known}))


@pytest.mark.parametrize(
    ("known", "verdict", "because"),
    [
        (
            past(0),
            Verdict.UNSURE,
            "No pings from other.example/ were approved by a person; 3 make a source trusted.",
        ),
        (
            past(1),
            Verdict.UNSURE,
            "1 ping from other.example/ was approved by a person; 3 make a source trusted.",
        ),
        (
            past(3),
            Verdict.HAM,
            "other.example/ is trusted since 14 November 2026: Ana approved 3 pings from there.",
        ),
        (past(3, days=400, last=365), Verdict.HAM, None),
        (
            past(3, days=400, last=366),
            Verdict.UNSURE,
            "other.example/ was trusted, but had no approved ping since 21 November 2025.",
        ),
        (
            past(0, rejected=Mark.SPAM),
            Verdict.HOLD,
            "Ben marked a ping from other.example/ as spam on 12 November 2026.",
        ),
        (past(0, days=180, rejected=Mark.SPAM), Verdict.UNSURE, None),
        (past(0, rejected=Mark.TRASH), Verdict.UNSURE, None),
        (past(2, rejected=Mark.SPAM), Verdict.UNSURE, None),
        (past(3, rejected=Mark.SPAM), Verdict.HAM, None),
    ],
)
async def test_what_a_place_earned_decides(
    known: Past, verdict: Verdict, because: str | None
) -> None:
    opinion = await of_place(known)
    assert opinion.verdict is verdict
    assert because is None or opinion.because == because


@pytest.mark.parametrize(
    ("stance", "verdict"), [(Stance.TRUSTED, Verdict.HAM), (Stance.WATCHED, Verdict.HOLD)]
)
async def test_what_an_owner_said_by_hand_goes_first(stance: Stance, verdict: Verdict) -> None:
    known = replace(past(3, rejected=Mark.SPAM), by_hand=ByHand(OTHER, stance, "Ana", NOW))
    opinion = await of_place(known)
    assert opinion.verdict is verdict
    assert "Ana" in opinion.because


async def test_trust_of_one_author_on_a_shared_host_is_not_another_s() -> None:
    records = WrittenRecords(places={("blog", "homes.example/~ada/"): past(9)})
    trusted = await look(ping("https://homes.example/~ada/bees"), records)
    stranger = await look(ping("https://homes.example/~eve/pills"), records)
    assert (trusted.verdict, stranger.verdict) == (Verdict.HAM, Verdict.UNSURE)


async def test_a_place_that_is_nobody_s_earns_no_trust() -> None:
    assert (await look(ping("https://telegra.ph/Bees-11-28"))).verdict is Verdict.NOT_RUN


async def test_zero_trusts_no_source_but_by_hand() -> None:
    records = WrittenRecords(places={("blog", "other.example/"): past(0)})
    assert (await look(ping(at=trusting_site(0)), records)).verdict is Verdict.NOT_RUN
    by_hand = Past(by_hand=ByHand(OTHER, Stance.TRUSTED, "Ana", NOW))
    records = WrittenRecords(places={("blog", "other.example/"): by_hand})
    assert (await look(ping(at=trusting_site(0)), records)).verdict is Verdict.HAM


async def test_an_old_article_holds_authors_without_proof() -> None:
    old = NOW - timedelta(days=30)
    opinion = await look(reply(article_published_at=old))
    assert opinion.verdict is Verdict.HOLD
    assert opinion.because == "The article is 30 days old and the author is not proven."
    assert (await look(ping(article_published_at=old))).verdict is Verdict.HOLD


async def test_an_old_article_takes_proven_authors() -> None:
    case = reply(author_id="a1", article_published_at=NOW - timedelta(days=3000))
    assert (await look(case, WrittenRecords(approved={"a1": 1}))).verdict is Verdict.HAM


@pytest.mark.parametrize(
    "case",
    [
        pytest.param(reply(article_published_at=NOW - timedelta(days=29)), id="younger"),
        pytest.param(
            reply(
                article_published_at=NOW - timedelta(days=900),
                at=site(hold_unproven_after_days=0),
            ),
            id="off",
        ),
        pytest.param(reply(article_published_at=None), id="of unknown age"),
    ],
)
async def test_other_articles_hold_nobody_for_their_age(case: Case) -> None:
    assert (await look(case)).verdict is Verdict.NOT_RUN
