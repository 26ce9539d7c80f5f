"""Authors with proof, and ping sources that earned their trust."""

from datetime import timedelta

import pytest

from moderation.checks.contract import Case
from moderation.checks.history import History, trusted_place
from moderation.domain.opinion import Opinion, Ruling, Verdict, rule
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


@pytest.mark.parametrize(
    ("approved", "verdict"), [(0, Verdict.UNSURE), (2, Verdict.UNSURE), (3, Verdict.HAM)]
)
async def test_a_source_is_trusted_after_enough_approved_pings(
    approved: int, verdict: Verdict
) -> None:
    records = WrittenRecords(places={("blog", "other.example", "/"): approved})
    opinion = await look(ping("https://other.example/2026/11/bees"), records)
    assert opinion.verdict is verdict
    assert "other.example/" in opinion.because


async def test_trust_of_one_author_on_a_shared_host_is_not_another_s() -> None:
    records = WrittenRecords(places={("blog", "homes.example", "/~ada/"): 9})
    trusted = await look(ping("https://homes.example/~ada/bees"), records)
    stranger = await look(ping("https://homes.example/~eve/pills"), records)
    assert (trusted.verdict, stranger.verdict) == (Verdict.HAM, Verdict.UNSURE)


async def test_a_bridge_earns_no_trust() -> None:
    records = WrittenRecords(places={("blog", "brid.gy", "/"): 99})
    case = ping("https://brid.gy/comment/mastodon/@ada@x.example/1/2")
    assert (await look(case, records)).verdict is Verdict.NOT_RUN


async def test_zero_trusts_no_source() -> None:
    records = WrittenRecords(places={("blog", "other.example", "/"): 99})
    case = ping(at=trusting_site(0))
    assert (await look(case, records)).verdict is Verdict.NOT_RUN


@pytest.mark.parametrize(
    ("source", "place"),
    [
        ("https://ada.example", ("ada.example", "/")),
        ("https://ADA.example/bees", ("ada.example", "/")),
        ("https://ada.example/2026/11/bees", ("ada.example", "/")),
        ("https://ada.example/blog/bees", ("ada.example", "/blog/")),
        ("https://homes.example/~ada", ("homes.example", "/~ada/")),
        ("https://homes.example/@ada/bees", ("homes.example", "/@ada/")),
        ("https://homes.example/users/ada/bees", ("homes.example", "/users/ada/")),
        ("https://homes.example:8443//ada//bees", ("homes.example", "/ada/")),
        ("https://fed.brid.gy/x/y", None),
        ("http://[broken/", None),
        ("", None),
    ],
)
def test_the_place_that_speaks_for_a_source(source: str, place: tuple[str, str] | None) -> None:
    assert trusted_place(source) == place


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
