"""Which articles take pings, and how each protocol is told that one does not."""

from urllib.parse import quote, urlencode

import pytest

from moderation.domain.comment import Status
from moderation.domain.site import Articles, Hold, Moderation, Pings
from moderation.store import articles
from tests.conformance.pinging import (
    mention,
    pingback,
    post_trackback,
    said_no,
    source,
    trackback,
)
from tests.integration.journey.conftest import Journey, Open

ELSEWHERE = [
    "http://elsewhere.example/a",
    "http://elsewhere.example/?http://127.0.0.1/2026/margins/",
    "http://127.0.0.1.elsewhere.example/2026/margins/",
    "http://elsewhere.example/#http://127.0.0.1/2026/margins/",
]


async def test_a_target_elsewhere_is_no_article(journey: Journey) -> None:
    """P-10, T-8, W-4: though it holds our address; 32, 404 and 400."""
    for target in ELSEWHERE:
        assert await pingback(journey, source(journey), target) == 32
        assert (await mention(journey, source(journey), target)).status_code == 400
        body = urlencode({"url": source(journey)}).encode()
        answer = await post_trackback(journey, body, article=quote(target, safe=""))
        assert (answer.status_code, said_no(answer)) == (404, True)
    assert await journey.all() == []


async def test_a_target_that_is_found_missing_takes_no_more(journey: Journey) -> None:
    """P-10, W-4, T-8: 32 once its own page has answered 404."""
    target = journey.blog.url("/no/such/page/")
    assert await pingback(journey, source(journey), target) == -1
    await journey.work()
    other = source(journey, path="/other/")
    assert await pingback(journey, other, target) == 32
    assert (await mention(journey, other, target)).status_code == 400


async def test_the_front_page_is_no_article(begin: Open) -> None:
    """P-12: 33, and the like by the other doors; where any page may be one, it is taken."""
    journey = await begin()
    front = journey.blog.url("/")
    for target in (front, f"{front}#top", f"{front}?utm_source=x"):
        assert await pingback(journey, source(journey), target) == 33
    assert (await mention(journey, source(journey), front)).status_code == 400
    answer = await post_trackback(
        journey, urlencode({"url": source(journey)}).encode(), article=quote(front)
    )
    assert (answer.status_code, said_no(answer)) == (200, True)
    assert await journey.all() == []

    await journey.json_reply(article=front)
    assert await pingback(journey, source(journey), front) == -1
    other = await begin(site={"articles": Articles.ANY})
    assert await pingback(other, source(other, path="/2/"), front) == -1


async def test_a_feed_s_mention_is_shown_by_no_rule(begin: Open) -> None:
    """P-12: a feed shows itself when it is looked at; until a person decided it is not shown."""
    journey = await begin(site={"moderation": Moderation(hold=Hold.NONE)})
    feed = journey.blog.page("/feed/", "<rss/>", content_type="application/rss+xml")
    page = f'<title>x</title><a href="{feed}">the feed</a>'
    await pingback(journey, journey.sources.page("/s/", page), feed)
    await journey.work()
    assert (await journey.only()).status is Status.HELD


async def test_articles_that_were_not_named_take_nothing_where_all_are_named(begin: Open) -> None:
    """P-12, W-4: archives and feeds too."""
    journey = await begin(site={"articles": Articles.KNOWN})
    for path in ("/feed/", "/2026/", "/2026/margins/"):
        assert await pingback(journey, source(journey), journey.blog.url(path)) in (32, 33)
    assert await journey.all() == []


async def test_closed_is_said_in_each_protocol(journey: Journey) -> None:
    """P-13, T-8, W-4: an article closed to pings."""
    await journey.reply()
    comment = await journey.only()
    await journey.house.store.write(
        articles.set_open, comment.article_id, replies=True, pings=False
    )
    assert await pingback(journey, source(journey)) == 33
    answer = await trackback(journey, source(journey))
    assert (answer.status_code, said_no(answer)) == (200, True)
    assert "closed" in answer.text
    assert (await mention(journey, source(journey))).status_code == 400


@pytest.mark.parametrize(
    ("door", "pings"),
    [
        ("pingback", Pings(pingback=False)),
        ("trackback", Pings(trackback=False)),
        ("webmention", Pings(webmention=False)),
    ],
)
async def test_a_protocol_can_be_closed_for_a_site(begin: Open, door: str, pings: Pings) -> None:
    """P-13, T-8, W-4: one door, the others being open."""
    journey = await begin(site={"pings": pings})
    taken = {
        "pingback": await pingback(journey, source(journey)) == -1,
        "trackback": not said_no(await trackback(journey, source(journey, path="/2/"))),
        "webmention": (await mention(journey, source(journey, path="/3/"))).status_code == 201,
    }
    assert taken == {name: name != door for name in taken}
