"""A ping from any of the three doors to the article page, and what its sender is told."""

import xmlrpc.client
from datetime import timedelta

import httpx2
import pytest

from moderation.domain.comment import Kind, Status, Type, WaitingFor
from moderation.domain.decision import Action
from moderation.domain.ping import Cause, PingState
from moderation.store import pings

from .conftest import ANA, Journey

REPLY = """<html><title>On margins</title><body class="h-entry">
<p class="p-author h-card"><a class="u-url p-name" href="{home}">Bea Otten</a></p>
<div class="e-content">Before that. <a class="u-in-reply-to" href="{target}">These margins</a>
deserve an answer.</div></body></html>"""
PLAIN = """<html><title>A week of reading</title><body>
<p>Last week I read a fine piece <a href="{target}">in praise of margins</a> and went on.</p>
</body></html>"""


def source_of(journey: Journey, path: str = "/week/", page: str = PLAIN) -> str:
    home = journey.sources.url("/")
    return journey.sources.page(path, page.format(target=journey.article, home=home))


async def pingback(journey: Journey, source: str, target: str = "") -> httpx2.Response:
    body = xmlrpc.client.dumps((source, target or journey.article), "pingback.ping")
    return await journey.client.post(
        "/pingback", content=body, headers={"Content-Type": "text/xml"}
    )


async def trackback(journey: Journey, source: str, **fields: str) -> httpx2.Response:
    return await journey.client.post(
        "/trackback", params={"article": journey.article}, data={"url": source} | fields
    )


async def webmention(journey: Journey, source: str, target: str = "") -> httpx2.Response:
    body = {"source": source, "target": target or journey.article}
    return await journey.client.post("/webmention", data=body)


def said(answer: httpx2.Response) -> str:
    """The string of a pingback's success; raises its fault."""
    (value,), _ = xmlrpc.client.loads(answer.text)
    assert isinstance(value, str)
    return value


def fault_of(answer: httpx2.Response) -> int:
    with pytest.raises(xmlrpc.client.Fault) as raised:
        xmlrpc.client.loads(answer.text)
    return raised.value.faultCode


@pytest.mark.parametrize("door", [Kind.PINGBACK, Kind.TRACKBACK, Kind.WEBMENTION])
async def test_a_ping_is_answered_verified_approved_and_shown(journey: Journey, door: Kind) -> None:
    source = source_of(journey)
    if door is Kind.PINGBACK:
        answer = await pingback(journey, source)
    elif door is Kind.TRACKBACK:
        answer = await trackback(journey, source)
    else:
        answer = await webmention(journey, source)

    assert answer.status_code == (201 if door is Kind.WEBMENTION else 200)
    comment = await journey.only()
    assert (comment.status, comment.waiting_for) == (Status.HELD, WaitingFor.SOURCE)
    assert journey.sources.requests == []  # nothing was fetched before the answer

    await journey.work()
    comment = await journey.only()
    assert comment.waiting_for is WaitingFor.MODERATOR
    assert comment.text == "Last week I read a fine piece in praise of margins and went on."
    assert comment.title == "A week of reading"

    await journey.house.decide.one(comment.id, Action.APPROVE, ANA, version=comment.version)
    thread = (await journey.thread()).text
    assert "[…] Last week I read a fine piece in praise of margins and went on. […]" in thread
    assert source in thread


async def test_the_status_page_tells_a_sender_and_nothing_more(journey: Journey) -> None:
    answer = await webmention(journey, source_of(journey))
    page = answer.headers["location"]

    async def status() -> str:
        got = await journey.client.get(page, headers={"Accept": "application/json"})
        assert got.headers["cache-control"] == "no-store"
        return str(got.json()["status"])

    assert await status() == "received"
    await journey.work()
    assert await status() == "waiting"
    comment = await journey.only()
    await journey.house.decide.one(comment.id, Action.SPAM, ANA)
    assert await status() == "waiting"
    await journey.house.decide.one(comment.id, Action.APPROVE, ANA, version=comment.version + 1)
    assert await status() == "shown"


async def test_one_mention_by_three_doors_is_one_comment(journey: Journey) -> None:
    source = source_of(journey)
    first = await trackback(journey, source, title="A week", blog_name="Bea&#039;s Blog")
    second = await pingback(journey, source)
    third = await webmention(journey, source)
    again = await trackback(journey, source)
    await journey.work()

    assert "<error>0</error>" in first.text
    assert fault_of(second) == 48
    assert third.status_code == 201
    assert "<error>1</error>" in again.text
    comment = await journey.only()
    assert comment.via == (Kind.TRACKBACK, Kind.PINGBACK, Kind.WEBMENTION)
    assert comment.author.name == "Bea's Blog"
    receipts = await journey.house.store.read(pings.receipts, comment.id)
    assert len(receipts) == 4


async def test_a_reply_by_webmention_brings_its_author_and_words(journey: Journey) -> None:
    await webmention(journey, source_of(journey, "/reply/", REPLY))
    await journey.work()

    comment = await journey.only()
    assert comment.type is Type.REPLY
    assert comment.author.name == "Bea Otten"
    assert "deserve an answer" in comment.text


async def test_a_source_without_the_link_is_tried_thrice_and_declined(journey: Journey) -> None:
    source = journey.sources.page("/none/", "<title>x</title><p>Nothing here.</p>")
    await pingback(journey, source)
    for minutes in (0, 1, 5):
        journey.clock.turn(timedelta(minutes=minutes))
        await journey.work()

    comment = await journey.only()
    record = await journey.house.store.read(pings.by_comment, comment.id)
    assert comment.status is Status.TRASH
    assert record is not None
    assert (record.state, record.cause, record.tries) == (PingState.DECLINED, Cause.NO_LINK, 3)
    assert len(journey.sources.requests) == 3


async def test_a_declined_pair_reopens_after_ten_minutes(journey: Journey) -> None:
    source = journey.sources.page("/late/", "<title>x</title><p>Not yet.</p>")
    await webmention(journey, source)
    for minutes in (0, 1, 5):
        journey.clock.turn(timedelta(minutes=minutes))
        await journey.work()
    assert (await journey.only()).status is Status.TRASH

    journey.sources.page("/late/", PLAIN.format(target=journey.article))
    journey.clock.turn(timedelta(minutes=10))
    await webmention(journey, source)
    await journey.work()

    assert (await journey.only()).waiting_for is WaitingFor.MODERATOR


async def test_a_page_that_is_not_there_yet_is_tried_again(journey: Journey) -> None:
    source = journey.sources.url("/soon/")
    await pingback(journey, source)
    await journey.work()
    assert (await journey.only()).waiting_for is WaitingFor.SOURCE

    source_of(journey, "/soon/")
    journey.clock.turn(timedelta(minutes=1))
    await journey.work()

    assert (await journey.only()).waiting_for is WaitingFor.MODERATOR


async def test_an_approved_mention_that_is_gone_is_hidden(journey: Journey) -> None:
    source = source_of(journey)
    await webmention(journey, source)
    await journey.work()
    comment = await journey.only()
    await journey.house.decide.one(comment.id, Action.APPROVE, ANA)
    assert source in (await journey.thread()).text

    journey.sources.page("/week/", "gone", status=410)
    journey.clock.turn(timedelta(minutes=11))
    await webmention(journey, source)
    await journey.work()

    assert source not in (await journey.thread()).text
    story = (await journey.house.see.comment(comment.id)).story
    assert "is gone: HTTP status 410" in story[-1].reason


@pytest.mark.parametrize(
    ("source", "target", "fault"),
    [
        pytest.param("ftp://x.example/", None, 16, id="a source of another scheme"),
        pytest.param(None, "https://else.example/a", 32, id="a target elsewhere"),
        pytest.param(None, "nothing", 33, id="a target that is no address"),
    ],
)
async def test_what_is_knowable_without_a_fetch_is_faulted_at_once(
    journey: Journey, source: str | None, target: str | None, fault: int
) -> None:
    answer = await pingback(
        journey, source or source_of(journey), journey.article if target is None else target
    )

    assert answer.status_code == 200
    assert fault_of(answer) == fault
    assert await journey.all() == []
    assert journey.sources.requests == []


async def test_an_article_closed_to_pings_says_so(journey: Journey) -> None:
    from moderation.store import articles

    await journey.reply()
    comment = await journey.only()
    await journey.house.store.write(
        articles.set_open, comment.article_id, replies=True, pings=False
    )
    source = source_of(journey)

    assert fault_of(await pingback(journey, source)) == 33
    assert "<error>1</error>" in (await trackback(journey, source)).text
    assert (await webmention(journey, source)).status_code == 400


async def test_any_address_of_the_article_proves_the_link(journey: Journey) -> None:
    from moderation.store import articles

    await journey.reply()
    old = journey.blog.url("/?p=12")
    comment = await journey.only()
    await journey.house.store.write(articles.add_alias, old, comment.article_id)
    source = journey.sources.page("/old/", PLAIN.format(target=old))
    await webmention(journey, source, journey.article)
    await journey.work()

    found = [c for c in await journey.all() if c.kind is Kind.WEBMENTION]
    assert found[0].waiting_for is WaitingFor.MODERATOR


async def test_a_page_that_was_missing_is_looked_at_again_for_a_ping_too(journey: Journey) -> None:
    page = journey.blog.url("/soon/")
    await journey.json_reply(article=page)
    await journey.work()
    source = journey.sources.page("/a/", f'<title>x</title><a href="{page}">y</a>')
    ping = {"source": source, "target": page}
    assert (await journey.client.post("/webmention", data=ping)).status_code == 400

    journey.blog.page("/soon/", "<title>Here now</title>")
    journey.clock.turn(timedelta(minutes=10))
    await journey.work()

    assert (await journey.client.post("/webmention", data=ping)).status_code == 201
