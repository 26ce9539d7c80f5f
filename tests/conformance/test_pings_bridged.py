"""Answers that bridges bring from Mastodon and Bluesky, in a running house."""

import pytest

from moderation.domain.comment import Comment, Status, Type, WaitingFor
from moderation.domain.decision import Action
from moderation.flow.relocate import Relocate
from tests.bridges import Bridges, markup
from tests.conformance.pinging import look_with, mention, rest
from tests.integration.journey.conftest import ANA, Journey

CLASSIC = "https://brid.gy/comment/mastodon/@me@mastodon.example/9/1"
EVIL = "https://brid.gy/comment/mastodon/@evil@evil.example/6/6"
FED = "https://ap.brid.gy/convert/web/https://inst.example/users/sophie/statuses/110"
OTHER_FED = "https://fed.brid.gy/convert/web/https://inst.example/users/sophie/statuses/110"
LIKED = "https://brid.gy/like/mastodon/@me@mastodon.example/9/7"
LIKED_TOO = "https://ap.brid.gy/convert/web/https://inst.example/users/sophie%23likes/3"
TOOT = "https://inst.example/@sophie/110"


@pytest.fixture
def bridges(journey: Journey) -> Bridges:
    """The house, its sources being pages of bridges."""
    known = Bridges()
    look_with(journey, known)
    return known


async def arrive(journey: Journey, *addresses: str) -> list[str]:
    """The bridges' webmentions, and their sources looked at; where each one stands."""
    pages = [(await mention(journey, address)).headers["location"] for address in addresses]
    await journey.work()
    json = {"Accept": "application/json"}
    return [(await journey.client.get(p, headers=json)).json()["status"] for p in pages]


async def approve(journey: Journey, comment: Comment) -> None:
    now = await journey.again(comment.id)
    await journey.house.decide.one(now.id, Action.APPROVE, ANA, version=now.version)


async def waiting(journey: Journey) -> list[Comment]:
    return [c for c in await journey.all() if c.waiting_for is WaitingFor.MODERATOR]


async def test_the_thread_shows_the_person_and_not_the_bridge(
    journey: Journey, bridges: Bridges
) -> None:
    """M-6: name, profile and post are the person's."""
    bridges.pages[CLASSIC] = markup(journey.article)
    await arrive(journey, CLASSIC)
    comment = await journey.only()
    assert comment.type is Type.REPLY
    await approve(journey, comment)

    html = (await journey.thread()).text
    assert "Sophie" in html
    assert 'href="https://inst.example/@sophie"' in html
    assert f'href="{TOOT}"' in html
    assert "brid.gy" not in html
    assert "sophie.jpg" not in html
    (shown,) = (await journey.thread("thread.json")).json()["comments"]
    assert (shown["author"]["name"], shown["source"]) == ("Sophie", TOOT)


@pytest.mark.parametrize("first", [CLASSIC, FED])
async def test_a_post_that_two_bridges_show_is_one_entry(
    journey: Journey, bridges: Bridges, first: str
) -> None:
    """H-9: and both senders are told where it stands."""
    bridges.pages[CLASSIC] = markup(journey.article)
    bridges.pages[FED] = markup(
        journey.article, uid="https://inst.example/users/sophie/statuses/110"
    )
    second = FED if first == CLASSIC else CLASSIC
    assert await arrive(journey, first) == ["waiting"]
    (entry,) = await waiting(journey)
    await approve(journey, entry)

    assert await arrive(journey, second) == ["shown"]
    assert (await journey.thread("thread.json")).json()["count"] == 1
    assert await waiting(journey) == []


async def test_a_like_that_two_bridges_show_is_one(journey: Journey, bridges: Bridges) -> None:
    """H-9: a person likes an article once."""
    favourite = "https://mastodon.example/@me/9#favorited-by-7"
    bridges.pages[LIKED] = markup(journey.article, post=favourite, relation="u-like-of")
    bridges.pages[LIKED_TOO] = markup(journey.article, post="", relation="u-like-of")
    await arrive(journey, LIKED, LIKED_TOO)

    (entry,) = await waiting(journey)
    assert entry.type is Type.LIKE


async def test_a_claim_takes_nobodys_entry(journey: Journey, bridges: Bridges) -> None:
    """H-9, H-12: other words under the same name are another entry, for a person to see."""
    bridges.pages[EVIL] = markup(journey.article, words="@me cheap pills for everybody")
    bridges.pages[FED] = markup(journey.article)
    await arrive(journey, EVIL)
    await arrive(journey, FED)
    assert len(await waiting(journey)) == 2

    (evil,) = [c for c in await waiting(journey) if "pills" in c.text]
    now = await journey.again(evil.id)
    await journey.house.decide.one(now.id, Action.SPAM, ANA, version=now.version)
    (true,) = await waiting(journey)
    assert "fine thing" in true.text


async def test_a_claim_that_came_first_keeps_no_two_pages_apart(
    journey: Journey, bridges: Bridges
) -> None:
    """H-9: a name goes to the page whose address vouches for it."""
    bridges.pages[EVIL] = markup(journey.article, words="@me cheap pills for everybody")
    bridges.pages[FED] = bridges.pages[CLASSIC] = markup(journey.article)
    for address in (EVIL, FED, CLASSIC):
        await arrive(journey, address)
    assert len(await waiting(journey)) == 2


async def test_any_other_page_may_claim_what_it_likes(journey: Journey, bridges: Bridges) -> None:
    """H-12: only what bridges say of a post's name is believed."""
    bridges.pages["https://evil.example/"] = markup(journey.article)
    bridges.pages[FED] = markup(journey.article)
    await arrive(journey, "https://evil.example/")
    await arrive(journey, FED)

    assert {c.source for c in await waiting(journey)} == {"https://evil.example/", TOOT}


async def test_where_one_bridge_loses_the_post_the_other_still_shows_it(
    journey: Journey, bridges: Bridges
) -> None:
    """W-16: the entry is gone only where the post is."""
    bridges.pages[CLASSIC] = bridges.pages[FED] = markup(journey.article)
    await arrive(journey, CLASSIC)
    await arrive(journey, FED)
    (entry,) = await waiting(journey)
    await approve(journey, entry)
    del bridges.pages[CLASSIC]
    await rest(journey)
    await arrive(journey, CLASSIC)

    assert (await journey.again(entry.id)).status is Status.TRASH
    (other,) = await waiting(journey)
    assert other.source == TOOT


async def test_trust_is_the_persons_and_not_the_bridges(journey: Journey, bridges: Bridges) -> None:
    """M-8: three approved answers of one person speak for this person alone."""
    for number in range(3):
        page = FED.replace("110", str(number))
        post = TOOT.replace("110", str(number))
        bridges.pages[page] = markup(
            journey.article, post=post, words=f"@me this is number {number}"
        )
        await arrive(journey, page)
        (comment,) = await waiting(journey)
        await approve(journey, comment)
    eve = FED.replace("sophie", "eve")
    evil = markup(journey.article, post=TOOT.replace("110", "77"), words="@me pills for everybody")
    bridges.pages |= {
        eve: markup(journey.article, post=TOOT.replace("sophie", "eve"), words="@me I am new"),
        EVIL: evil,
        FED: markup(journey.article),
    }

    assert await arrive(journey, FED, eve, EVIL) == ["shown", "waiting", "waiting"]


async def test_a_post_stays_one_entry_where_two_articles_become_one(
    journey: Journey, bridges: Bridges
) -> None:
    """H-9: what the posts of either are called is known of both."""
    other = journey.blog.url("/2026/other/")
    toot = TOOT.replace("110", "111")
    second = FED.replace("110", "111")
    bridges.pages[CLASSIC] = markup(journey.article)
    bridges.pages[second] = markup(other, post=toot, words="@me and this is of the other one")
    await arrive(journey, CLASSIC)
    await mention(journey, second, other)
    await journey.work()
    sites = journey.house.settings.sites
    await Relocate(journey.house.store, sites, journey.clock).merge(other, journey.article)
    assert len(await waiting(journey)) == 2

    by_bridgy = CLASSIC.replace("/1", "/2")
    words = "@me and this is of the other one"
    bridges.pages[by_bridgy] = markup(journey.article, post=toot, words=words)
    await arrive(journey, by_bridgy)
    assert len(await waiting(journey)) == 2
