"""Sources that are looked at again by themselves, in a running house."""

from datetime import timedelta
from importlib import import_module

import pytest
from sqlalchemy import Connection, text

from moderation.domain.comment import Status, WaitingFor
from moderation.domain.decision import Action
from moderation.domain.ping import PingState
from moderation.domain.site import Pings
from moderation.flow.revise import Words
from moderation.flow.watch import EVERY, SPREAD, until
from tests.conformance.pinging import pingback, record
from tests.conformance.watching import BODY, approved, days, page, rounds, why
from tests.integration.journey.conftest import ANA, Journey, Open
from tests.integration.store.past_the_service import at

PILLS = "<p>" + "Cheap blue pills for every buyer, sent today without a question. " * 4 + "</p>"


async def test_a_shown_source_is_looked_at_after_a_day_a_week_a_month_and_each_quarter(
    journey: Journey,
) -> None:
    """W-16, H-5: slowly, and ever more rarely."""
    await approved(journey)
    for number, asked in ((0.8, 0), (0.4, 1), (6.2, 0), (1.6, 1), (26, 0), (8, 1), (80, 0)):
        assert await days(journey, number) == asked, number
    assert await days(journey, 20) == 1
    assert await days(journey, 80) == 0
    assert await days(journey, 20) == 1


def test_the_times_of_crowds_come_apart() -> None:
    """H-5: and are the same whenever they are asked."""
    times = {until(f"c{number}", 1) for number in range(100)}
    assert len(times) == 100
    assert EVERY[1] * (1 - SPREAD) <= min(times) < max(times) <= EVERY[1] * (1 + SPREAD)
    assert until("c1", 50) == until("c1", 50) > timedelta(days=80)


async def test_of_many_that_are_due_one_is_asked_at_a_time(journey: Journey) -> None:
    """H-5: a pause after each, however many wait; a big import is no herd."""
    for number in range(4):
        await approved(journey, page(journey, path=f"/{number}/"))
    journey.clock.turn(timedelta(days=2))
    before = len(journey.sources.requests)
    assert await rounds(journey, 6) == [before + n for n in (1, 2, 3, 4, 4, 4)]


async def test_nobody_asks_where_it_is_switched_off_or_nothing_is_shown(
    begin: Open, journey: Journey
) -> None:
    """W-16: of what waits, is spam or was put away by a person nothing is asked."""
    ident = await approved(journey)
    version = (await journey.again(ident)).version
    await journey.house.decide.one(ident, Action.HOLD, ANA, version=version)
    assert await days(journey, 2) == 0
    await journey.house.decide.one(ident, Action.APPROVE, ANA)
    pings = Pings(recheck=False, allowed_private_hosts=(journey.sources.pair,))
    other = await begin(site={"pings": pings})
    await other.house.watch.start()
    other.clock.turn(timedelta(days=2))
    await other.work()
    assert len(journey.sources.requests) == 1


async def test_a_page_that_did_not_change_is_not_sent_again(journey: Journey) -> None:
    """W-16: its server is told which version is known, and 304 leaves all as it is."""
    tags = {"ETag": '"one"', "Last-Modified": "Sun, 22 Nov 2026 07:00:00 GMT"}
    ident = await approved(journey, page(journey, headers=tags))
    before = await journey.again(ident)
    journey.sources.page("/s/", "", status=304)
    await days(journey, 2)

    asked = journey.sources.requests[-1].headers
    assert asked["if-none-match"] == '"one"'
    assert asked["if-modified-since"] == tags["Last-Modified"]
    assert "x-pingback-forwarded-for" not in asked
    assert "looking again at a mention of" in asked["user-agent"]
    after = await journey.again(ident)
    assert (after.status, after.version) == (before.status, before.version)
    assert after.verified_at != before.verified_at
    assert (await record(journey)).trace[-1]["what"] == "not changed since the last look"


@pytest.mark.parametrize(
    ("body", "status", "fetches", "says"),
    [
        pytest.param("gone", 410, 1, "is gone: HTTP status 410", id="410, at once"),
        pytest.param("lost", 404, 3, "not there any more: HTTP status 404", id="404, a few tries"),
        pytest.param("<title>No link</title>", 200, 3, "does not link to the article", id="link"),
    ],
)
async def test_what_is_gone_after_its_approval_leaves_the_thread(
    journey: Journey, body: str, status: int, fetches: int, says: str
) -> None:
    """W-16: by itself, and the log says why in a sentence."""
    ident = await approved(journey)
    journey.sources.page("/s/", body, status=status)
    assert await days(journey, 2, tries=fetches > 1) == fetches

    assert (await journey.again(ident)).status is Status.TRASH
    assert (await record(journey)).state is PingState.GONE
    assert says in await why(journey, ident)
    assert (await journey.thread("thread.json")).json()["count"] == 0


async def test_a_server_with_a_bad_day_takes_nothing_away(journey: Journey) -> None:
    """W-16: time-outs and 5xx change nothing, and it is tried again later."""
    ident = await approved(journey)
    journey.sources.page("/s/", "oops", status=503)
    assert await days(journey, 2) == 1
    assert (await journey.again(ident)).status is Status.APPROVED
    page(journey)
    assert await days(journey, 8) == 1
    assert (await record(journey)).state is PingState.VERIFIED


async def test_one_missing_look_is_forgiven(journey: Journey) -> None:
    """W-16: a page that is away for an hour is not gone."""
    ident = await approved(journey)
    journey.sources.page("/s/", "lost", status=404)
    await days(journey, 2)
    page(journey)
    journey.clock.turn(timedelta(minutes=61))
    await journey.work()

    assert (await journey.again(ident)).status is Status.APPROVED
    assert (await record(journey)).tries == 0


async def test_other_words_after_the_approval_go_back_to_the_queue(journey: Journey) -> None:
    """W-15, W-16: with the words before in its log, and nobody but a person lets it pass."""
    ident = await approved(journey)
    page(journey, "poor margins")
    await days(journey, 2)

    comment = await journey.again(ident)
    assert (comment.status, comment.waiting_for) == (Status.HELD, WaitingFor.MODERATOR)
    story = (await journey.house.see.comment(ident)).story
    assert "fine margins" in story[-1].before
    assert story[-1].reason == "Its source says something else now."
    said = (await journey.house.see.comment(ident)).opinions
    assert [(o.check, o.because) for o in said if o.check == "source"] == [
        ("source", "Its source says something else now.")
    ]


async def test_another_page_around_the_same_words_goes_back_to_the_queue(journey: Journey) -> None:
    """W-16: bait and switch. Title and sentence stay, all else is swapped after the approval."""
    ident = await approved(journey)
    page(journey, body=PILLS * 3)
    await days(journey, 2)

    assert (await journey.again(ident)).waiting_for is WaitingFor.MODERATOR
    assert "another page now" in await why(journey, ident)
    version = (await journey.again(ident)).version
    await journey.house.decide.one(ident, Action.APPROVE, ANA, version=version)
    await days(journey, 9)
    assert (await journey.again(ident)).status is Status.APPROVED


async def test_a_page_that_only_grew_is_left_alone(journey: Journey) -> None:
    """W-16: comments below it, a counter in its title, another date beside the link."""
    ident = await approved(journey, page(journey, "fine margins, 3 days ago", title="(2) A week"))
    before = await journey.again(ident)
    page(journey, "fine margins, 10 days ago", title="(14) A week", body=PILLS + BODY + PILLS)
    await days(journey, 2)

    after = await journey.again(ident)
    assert (after.status, after.text, after.title) == (before.status, before.text, before.title)


async def test_a_page_that_leads_elsewhere_goes_back_to_the_queue(
    begin: Open, journey: Journey
) -> None:
    """W-16: redirected to another host, even with the same words there."""
    named = f"localhost:{journey.sources.port}"
    allowed = (journey.sources.pair, journey.blog.pair, named)
    there = await begin(site={"pings": Pings(allowed_private_hosts=allowed)})
    ident = await approved(there)
    page(there, path="/moved/")
    there.sources.redirect("/s/", f"http://{named}/moved/", 301)
    await days(there, 2)

    assert (await there.again(ident)).waiting_for is WaitingFor.MODERATOR
    assert await why(there, ident) == "Its address leads to localhost now."
    assert (await there.again(ident)).source == f"http://{named}/moved/"


async def test_what_comes_back_with_the_same_words_is_shown_again(journey: Journey) -> None:
    """W-16: by itself, and the log says so."""
    ident = await approved(journey)
    journey.sources.page("/s/", "gone", status=410)
    await days(journey, 2)
    page(journey)
    await days(journey, 2)

    assert (await journey.again(ident)).status is Status.APPROVED
    assert await why(journey, ident) == "Its source is back and says what it said."
    assert (await journey.thread("thread.json")).json()["count"] == 1


async def test_what_comes_back_with_other_words_goes_to_a_person(journey: Journey) -> None:
    """W-16: never straight to the page."""
    ident = await approved(journey)
    journey.sources.page("/s/", "gone", status=410)
    await days(journey, 2)
    page(journey, "cheap pills")
    await days(journey, 2)

    comment = await journey.again(ident)
    assert comment.waiting_for is WaitingFor.MODERATOR
    assert "cheap pills" in comment.text
    assert "Its source is back." in await why(journey, ident)


async def test_what_a_person_restored_is_not_hidden_again(journey: Journey) -> None:
    """W-16: a person's decision stands, though its page stays away."""
    ident = await approved(journey)
    journey.sources.page("/s/", "gone", status=410)
    await days(journey, 2)
    version = (await journey.again(ident)).version
    await journey.house.decide.one(ident, Action.RESTORE, ANA, version=version)
    for number in (2, 8, 34):
        assert await days(journey, number) == 1

    assert (await journey.again(ident)).status is Status.APPROVED


async def test_what_a_person_threw_away_does_not_come_back(journey: Journey) -> None:
    """W-16: not by itself, and its sender is told what it was told."""
    ident = await approved(journey)
    journey.sources.page("/s/", "gone", status=410)
    await days(journey, 2)
    version = (await journey.again(ident)).version
    await journey.house.decide.one(ident, Action.SPAM, ANA, version=version)
    page(journey)
    await days(journey, 2)

    assert (await journey.again(ident)).status is Status.SPAM
    assert await pingback(journey, journey.sources.url("/s/")) == 48


async def test_a_moderators_words_stay_and_a_swapped_page_is_told(journey: Journey) -> None:
    """W-16, H-9: whose words they are makes no difference to what the link leads to."""
    ident = await approved(journey)
    version = (await journey.again(ident)).version
    await journey.house.revise.edit(ident, Words(text="Shorter."), ANA, version=version)
    page(journey, "other words", body=PILLS * 3)
    await days(journey, 2)

    comment = await journey.again(ident)
    assert (comment.waiting_for, comment.text) == (WaitingFor.MODERATOR, "Shorter.")


@pytest.mark.parametrize("links", [True, False], ids=["with its link", "without a link"])
async def test_a_tombstone_is_an_update_like_any_other(journey: Journey, links: bool) -> None:
    """W-17: its words go before a person; without the link it leaves as any page does."""
    ident = await approved(journey)
    link = f'<a class="u-in-reply-to" href="{journey.article}"></a>' if links else ""
    tomb = f'<body class="h-entry">{link}<p class="e-content">Deleted</p></body>'
    journey.sources.page("/s/", tomb)
    await days(journey, 2, tries=not links)

    comment = await journey.again(ident)
    expected = (Status.HELD, "Deleted") if links else (Status.TRASH, comment.text)
    assert (comment.status, comment.text) == expected


async def test_mentions_of_before_there_were_looks_are_looked_at_too(
    journey: Journey, store_url: str
) -> None:
    """W-16: the migration asks for them, and they take their turns."""
    migration = import_module("moderation.store.migrations.versions.v0005_mentions")

    def forget(connection: Connection) -> None:
        connection.execute(text("DELETE FROM watch"))
        connection.execute(text(migration.KNOWN))

    ident = await approved(journey)
    await at(store_url, forget)
    page(journey, "poor margins")
    assert await days(journey, 2) == 1
    assert (await journey.again(ident)).status is Status.HELD
