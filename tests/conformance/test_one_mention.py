"""One page that mentions one article is one entry, whichever way its pings came."""

import asyncio
from datetime import timedelta

import pytest

from moderation.domain.clock import SystemClock
from moderation.domain.comment import Kind, Status
from moderation.domain.decision import Action
from moderation.flow.relocate import Relocate
from moderation.flow.revise import Words
from tests.conformance.pinging import mention, pingback, record, rest, shown, source, trackback
from tests.integration.journey.conftest import ANA, Journey, Open


async def test_many_doors_at_the_same_instant_are_one_entry(begin: Open, journey: Journey) -> None:
    """H-9: one sender is new, and each is answered in its own protocol; at two processes."""
    other = await begin()
    for number in range(3):
        target = journey.blog.url(f"/{number}/")
        address = source(journey, path=f"/s{number}/")
        back, track, hook = await asyncio.gather(
            pingback(journey, address, target),
            trackback(other, address, target),
            mention(other, address, target),
        )

        assert hook.status_code == 201
        new = [back == -1, "<error>0</error>" in track.text]
        assert new.count(True) <= 1
        assert back in (-1, 48)
        entry = (await journey.all())[number]
        assert set(entry.via) == {Kind.PINGBACK, Kind.TRACKBACK, Kind.WEBMENTION}
    assert len(await journey.all()) == 3


@pytest.mark.parametrize(
    ("first", "again"),
    [
        pytest.param("http://other.example/a", "https://other.example/a", id="the other scheme"),
        pytest.param("https://other.example/a#c", "https://other.example/a", id="a fragment"),
        pytest.param("http://other.example", "http://OTHER.example:80/", id="no path, the port"),
        pytest.param("http://other.example/%c3%a4", "http://other.example/ä", id="escapes"),
        pytest.param("http://other.example/a?utm_source=b", "http://other.example/a", id="tracks"),
        pytest.param("http://other.example/?p=7&fbclid=q", "http://other.example/?p=7", id="both"),
    ],
)
async def test_a_page_is_one_source_however_its_address_is_written(
    journey: Journey, first: str, again: str
) -> None:
    """H-9: 48 and error 1 for the other spelling too."""
    assert await pingback(journey, first) == -1
    assert await pingback(journey, again) == 48
    assert "<error>1</error>" in (await trackback(journey, again)).text
    assert (await mention(journey, again)).status_code == 201
    assert len(await journey.all()) == 1


@pytest.mark.parametrize(
    "another",
    [
        "https://other.example/a/",
        "https://other.example/A",
        "https://other.example/a?p=2",
        "https://www.other.example/a",
        "https://other.example:8443/a",
    ],
)
async def test_what_may_be_another_page_is_another_source(journey: Journey, another: str) -> None:
    """H-9: a mention is not lost for an address that only looks like it."""
    await pingback(journey, "https://other.example/a")
    assert await pingback(journey, another) == -1


async def test_the_best_proven_door_names_the_mention(journey: Journey) -> None:
    """H-9: a webmention's page beats what a trackback says of itself."""
    address = source(journey)
    await trackback(journey, address, title="Cheap pills", blog_name="Pills")
    await journey.work()
    await mention(journey, address)

    comment = await journey.only()
    assert (comment.kind, comment.title) == (Kind.WEBMENTION, "A week")
    await pingback(journey, address)
    assert (await journey.only()).kind is Kind.WEBMENTION


async def test_what_a_later_sender_says_of_a_page_that_was_seen_is_not_believed(
    journey: Journey,
) -> None:
    """H-9: anybody may name a pair; a page without a title gets none from strangers."""
    page = f'<body><p>Well: <a href="{journey.article}">margins</a></p></body>'
    address = journey.sources.page("/s/", page)
    await mention(journey, address)
    await journey.work()
    before = (await journey.only()).title
    await trackback(journey, address, title="Cheap pills")
    await mention(journey, address)
    await rest(journey)
    await mention(journey, address)
    await rest(journey)

    assert (await journey.only()).title == before
    assert (await record(journey)).claims["title"] == ""


async def test_what_a_moderator_worded_is_not_taken_from_another_door(journey: Journey) -> None:
    """H-9: what a moderator edited stays."""
    ident = await shown(journey)
    version = (await journey.again(ident)).version
    await journey.house.revise.edit(ident, Words(text="Shorter."), ANA, version=version)
    await trackback(journey, journey.sources.url("/s/"), title="Other", excerpt="Other words")
    await rest(journey)

    comment = await journey.again(ident)
    assert (comment.status, comment.text) == (Status.APPROVED, "Shorter.")


async def test_two_articles_that_become_one_keep_one_mention_of_a_page(journey: Journey) -> None:
    """H-9: also where the page was named by http to one and by https to the other."""
    other = journey.blog.url("/old/")
    plain = journey.sources.url("/s/")
    await pingback(journey, plain, other)
    await mention(journey, plain.replace("http:", "https:"))
    old = next(c for c in await journey.all() if c.kind is Kind.PINGBACK)
    await journey.house.decide.one(old.id, Action.APPROVE, ANA, version=old.version)
    relocate = Relocate(journey.house.store, journey.house.settings.sites, SystemClock())
    await relocate.merge(other, journey.article)

    kept = await journey.only()
    assert (kept.id, kept.status) == (old.id, Status.APPROVED)
    assert kept.kind is Kind.WEBMENTION
    seen = await journey.house.see.comment(kept.id)
    assert {r.protocol for r in seen.receipts} == {Kind.PINGBACK, Kind.WEBMENTION}
    assert await pingback(journey, plain) == 48


async def test_of_many_arrivals_the_first_and_the_last_are_kept(journey: Journey) -> None:
    """H-9, H-12: how often it came is known, and by which spellings of the target."""
    address = source(journey)
    spelt = journey.article + "?utm_source=them"
    await pingback(journey, address, spelt)
    journey.clock.turn(timedelta(seconds=1))
    for _ in range(40):
        journey.clock.turn(timedelta(seconds=10))
        await pingback(journey, address)

    receipts = (await journey.house.see.comment((await journey.only()).id)).receipts
    assert len(receipts) == 11
    assert receipts[0].target == spelt
    assert (await record(journey)).dropped == 30
