"""How often others hear from us, what they are told, and what a sender can time of it."""

from collections.abc import Mapping
from datetime import timedelta

from moderation.net.contract import NotReadable, Page, Version
from moderation.store import leases
from tests.conformance.pinging import TRIES, look_with, mention, pingback, rest, source, trackback
from tests.integration.journey.conftest import Journey

JSON = {"Accept": "application/json"}


async def test_the_fetch_says_who_comes_and_for_whom(journey: Journey) -> None:
    """P-21, W-11: our name and address, the article, and the server that pinged."""
    await pingback(journey, source(journey))
    await journey.work()

    (asked,) = journey.sources.requests
    assert asked.method == "GET"
    agent = asked.headers["user-agent"]
    assert agent.startswith("moderation/")
    assert f"(+{journey.house.settings.server.public_url})" in agent
    assert agent.endswith(f" verifying pingback from 192.0.2.9 to {journey.article}")
    assert asked.headers["x-pingback-forwarded-for"] == "192.0.2.9"
    assert asked.headers["accept"].startswith("text/html")
    assert not {"cookie", "authorization", "referer"} & set(asked.headers)


async def test_of_who_may_be_a_person_only_the_network_is_told(journey: Journey) -> None:
    """P-21, H-14: a webmention may have been sent by hand, from a reader's own browser."""
    await mention(journey, source(journey))
    await journey.work()

    (asked,) = journey.sources.requests
    assert " verifying webmention from 192.0.2.0/24 to " in asked.headers["user-agent"]
    assert "192.0.2.9" not in str(asked.headers)


async def test_a_page_that_links_to_five_articles_is_fetched_once(journey: Journey) -> None:
    """H-5: whatever the protocol, and each of the mentions is verified."""
    articles = [journey.blog.page(f"/{n}/", "<title>x</title>") for n in range(5)]
    links = "".join(f'<a href="{article}">x</a>' for article in articles)
    address = journey.sources.page("/s/", f"<title>All of it</title>{links}")
    for n, article in enumerate(articles):
        send = mention if n % 2 else pingback
        await send(journey, address, article)
    await journey.work()
    await journey.work()

    assert [asked.path for asked in journey.sources.requests] == ["/s/"]
    assert {c.title for c in await journey.all()} == {"All of it"}


async def test_noise_in_the_query_makes_nobody_hear_of_us_all_the_time(journey: Journey) -> None:
    """H-5: one page under ever new addresses is asked for a few times in some minutes."""
    source(journey)
    for number in range(12):
        await pingback(journey, journey.sources.url(f"/s/?{number}"))
    for _ in range(10):
        await journey.work()
    assert len(journey.sources.requests) == 6
    await rest(journey, 10)
    assert len(journey.sources.requests) > 6  # put off, not lost


async def test_a_trackback_and_a_pingback_of_one_page_are_one_fetch(journey: Journey) -> None:
    """H-5: the same source is not fetched twice within a minute."""
    address = source(journey)
    await trackback(journey, address)
    await journey.work()
    await mention(journey, address)
    await journey.work()
    assert len(journey.sources.requests) == 1


class Elsewhere:
    """A network where nothing can be read: a host is silent, or something says no at once."""

    def __init__(self, journey: Journey, seconds: float) -> None:
        self.asked = 0
        self._journey = journey
        self._seconds = seconds

    async def fetch(
        self,
        url: str,
        *,
        purpose: str,
        headers: Mapping[str, str] | None = None,
        sender: str = "",
        known: Version | None = None,
    ) -> Page:
        self.asked += 1
        self._journey.clock.turn(timedelta(seconds=self._seconds))
        raise NotReadable("no connection" if self._seconds < 1 else "took over 20 seconds")


async def told_after(journey: Journey, seconds: float) -> timedelta:
    """How long after its ping a source that cannot be read is told to be so."""
    elsewhere, asked_at = Elsewhere(journey, seconds), journey.clock.now()
    look_with(journey, elsewhere)
    page = (await mention(journey, f"https://{seconds}.example/")).headers["location"]
    while (told := (await journey.client.get(page, headers=JSON)).json())["status"] == "received":
        assert told["cause"] is None
        due = await journey.house.store.read(leases.next_due)
        assert due is not None
        journey.clock.turn(max(due - journey.clock.now(), timedelta(0)))
        began = journey.clock.now()
        await journey.house.worker.drain()
    assert (told["status"], told["cause"]) == ("declined", "not_readable")
    assert elsewhere.asked == 5
    return began - asked_at


async def test_refused_and_silent_are_told_at_the_same_hour(journey: Journey) -> None:
    """P-19, H-2: when a status changes tells nobody whether a port is open."""
    assert await told_after(journey, 0.01) == await told_after(journey, 20)


async def test_every_way_to_be_unreadable_is_told_in_the_same_words(journey: Journey) -> None:
    """P-7, P-19: refused by the guard, no TLS, 404, 500, too big: all are not_readable."""
    journey.sources.page("/500/", "oops", status=500)
    journey.sources.page("/big/", "x" * (1024 * 1024 + 1))
    there = journey.sources.url("")
    sources = ("/404/", "/500/", "/big/")
    addresses = [there + path for path in sources]
    addresses += [there.replace("http:", "https:") + "/", "http://127.0.0.1:1/"]
    pages = [(await mention(journey, address)).headers["location"] for address in addresses]
    for minutes in (*TRIES, 2, 2):
        await rest(journey, minutes)
    told = [(await journey.client.get(p, headers=JSON)).json() for p in pages]
    assert {(t["status"], t["cause"]) for t in told} == {("declined", "not_readable")}
    assert len({tuple(t) for t in told}) == 1
