"""Where pings come from, in the dashboard: trusted places, blocked sources, a ping's trace."""

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from moderation.domain.comment import Client, Comment, Kind
from moderation.domain.decision import Action
from moderation.domain.moderator import Role
from moderation.domain.submission import Ping
from moderation.store import pings

from .browsing import Browser
from .conftest import ARTICLE, Service

if TYPE_CHECKING:
    from collections.abc import Mapping


async def mention(service: Service, source: str, **claims: str) -> Comment:
    """A ping as it was heard; nothing here is fetched."""
    service.clock.turn(timedelta(seconds=1))
    ping = Ping(Kind.WEBMENTION, source, ARTICLE, Client("198.51.100.9", "Sender/2"), **claims)
    return await service.again((await service.house.hear.ping(ping)).comment_id)


async def approved(service: Service, source: str) -> Comment:
    return await service.decide(await mention(service, source), Action.APPROVE, "Ana")


async def test_a_place_that_earned_trust_is_listed_with_its_approvals_and_can_lose_it(
    service: Service, ana: Browser
) -> None:
    for number in range(3):
        await approved(service, f"https://ada.example/{number}")
    await approved(service, "https://new.example/1")

    page = await ana.get("/dashboard/sources?site=blog")

    assert "ada.example/ is trusted since" in page.words
    assert "Ben" not in page.words
    assert "Ana approved 3 pings from there." in page.words
    assert "new.example" not in page.words
    everything = await ana.get("/dashboard/sources?site=blog&show=all")
    assert "1 ping from new.example/ was approved by a person; 3 make" in everything.words
    assert "new.example" not in (await ana.get("/dashboard/sources?show=all&q=ada")).words

    page = await ana.send(page.form("/sources/say"), say="stop")
    assert "ada.example/ is not trusted any more" in page.words
    assert "Ana wants to see everything from ada.example/" in page.words
    page = await ana.send(page.form("/sources/say"), say="leave")
    assert "ada.example/ is trusted since" in page.words
    logged = await ana.get("/dashboard/log")
    assert "Ana in the dashboard: stopped trusting ada.example/" in logged.words
    assert "Ana in the dashboard: left to its past ada.example/" in logged.words


async def test_undoing_the_third_approval_takes_the_place_from_the_list(
    service: Service, ana: Browser
) -> None:
    for number in range(3):
        await approved(service, f"https://ada.example/{number}")
    logged = await ana.get("/dashboard/log")
    await ana.send(logged.form("/undo"))
    assert "No source is trusted yet." in (await ana.get("/dashboard/sources")).words


async def test_what_no_host_has_is_no_hindrance_to_a_search(service: Service, ana: Browser) -> None:
    await approved(service, "https://ada.example/1")
    page = await ana.get("/dashboard/sources?show=all&q=%00a%08da%ED%A0%80")
    assert page.status == 200
    assert "Nothing found." in page.words
    found = await ana.get("/dashboard/sources?show=all&q=a%00da")
    assert "ada.example/" in found.words


async def test_a_source_is_trusted_by_hand_with_all_below_it(
    service: Service, ana: Browser
) -> None:
    page = await ana.get("/dashboard/sources")
    form = page.form("/sources/say")
    refused = await ana.send(form, source="medium.com")
    assert refused.status == 422
    assert "Many people publish at medium.com: add the author's path." in refused.words
    page = await ana.send(form, source="ada.example")
    assert "ada.example/ is trusted now." in page.words
    comment = await mention(service, "https://ada.example/blog/2026/bees")
    own = await ana.get(f"/dashboard/comments/{comment.id}")
    assert "ada.example/blog/ trusted, by hand" in own.words
    assert "Ana trusts ada.example/, since" in own.words


@pytest.mark.parametrize(("source", "status"), [("", 422), ("a b", 422), ("x" * 400, 422)])
async def test_what_is_no_place_is_refused_with_a_sentence(
    light: Service, owner: Browser, source: str, status: int
) -> None:
    form = (await owner.get("/dashboard/sources")).form("/sources/say")
    page = await owner.send(form, source=source)
    assert page.status == status
    assert "Write a host" in page.words


async def test_one_click_on_a_pings_page_blocks_its_path_and_undo_lifts_it(
    service: Service, ana: Browser
) -> None:
    first = await mention(service, "https://homes.example/~eve/1")
    second = await mention(service, "https://homes.example/~eve/2")
    other = await mention(service, "https://homes.example/~ada/1")

    page = await ana.get(f"/dashboard/comments/{first.id}")
    for choice in ("homes.example/~eve/", "homes.example the whole host", "*.homes.example"):
        assert choice in page.words
    done = await ana.send(page.form("/sources/block"))

    assert "homes.example/~eve/ is blocked now. 2 comments marked as spam." in done.words
    statuses = [(await service.again(c.id)).status for c in (first, second, other)]
    assert statuses == ["spam", "spam", "held"]
    listed = await ana.get("/dashboard/sources/blocked")
    assert "homes.example/~eve/ by Ana" in listed.words
    assert "Nothing came from there since." in listed.words

    service.clock.turn(timedelta(seconds=1))
    undone = await ana.send(done.form("/undo"))
    assert "2 comments changed back." in undone.words
    assert (await service.again(second.id)).status == "held"
    assert "No source is blocked." in (await ana.get("/dashboard/sources/blocked")).words
    logged = await ana.get("/dashboard/log")
    assert "unblocked homes.example/~eve/" in logged.words
    assert "2 comments marked as spam" in logged.words


async def test_a_pattern_is_blocked_met_counted_and_lifted(service: Service, ana: Browser) -> None:
    form = (await ana.get("/dashboard/sources/blocked")).form("/sources/block")
    page = await ana.send(form, pattern="*.spam.example", days="30", site="blog")
    assert "*.spam.example is blocked now." in page.words
    assert "The Margin, by Ana, until" in page.words
    browser = service.browser()
    sent = {"source": "https://a.spam.example/1", "target": ARTICLE}
    answer = await browser.post("/webmention", sent, Origin="", Accept="text/plain")
    assert (answer.status_code, answer.text) == (400, "Pings from there are not accepted.\n")
    page = await ana.get("/dashboard/sources/blocked")
    assert "1 refused, the last just now" in page.words

    again = await ana.send(form, pattern="*.spam.example", site="blog")
    assert (again.status, "*.spam.example is blocked already." in again.words) == (409, True)
    page = await ana.send(page.form("/lift"))
    assert "*.spam.example is not blocked any more." in page.words
    assert "No source is blocked." in page.words


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"pattern": "*"}, "That would mean every source there is."),
        ({"pattern": ""}, "Write a host or an address"),
        ({"pattern": "a.example", "days": "x"}, "A block lasts for 1 to 3660 days"),
        ({"pattern": "a.example", "site": "nowhere"}, "There is no such site."),
    ],
)
async def test_what_cannot_be_blocked_is_said_beside_the_field(
    light: Service, owner: Browser, typed: dict[str, str], says: str
) -> None:
    form = (await owner.get("/dashboard/sources/blocked")).form("/sources/block")
    page = await owner.send(form, **typed)
    assert page.status == 422
    assert says in page.words


async def test_a_reader_sees_both_lists_and_changes_nothing(light: Service, owner: Browser) -> None:
    comment = await approved(light, "https://ada.example/1")
    reader = await light.signed_in("Rea", Role.READER)
    for path in ("/sources?show=all", "/sources/blocked", f"/comments/{comment.id}"):
        page = await reader.get(f"/dashboard{path}")
        assert page.status == 200
        assert [f for f in page.forms if "/sources/" in f.action] == []
    token = await reader.token()
    for deed in ("say", "block", "blocked/m1/lift"):
        answer = await reader.post(f"/dashboard/sources/{deed}", {"csrf_token": token})
        assert answer.status_code == 403


async def test_the_list_of_places_goes_on_by_pages(light: Service, owner: Browser) -> None:
    for number in range(33):
        await approved(light, f"https://p{number:02}.example/1")
    first = await owner.get("/dashboard/sources?show=all&site=blog")
    assert "p29.example" in first.words
    assert "p30.example" not in first.words
    older = first.answer.text.partition('rel="next"')[0].rpartition('href="')[2].partition('"')[0]
    second = await owner.get(older.replace("&amp;", "&"))
    assert "p30.example" in second.words
    assert "p29.example" not in second.words


async def test_a_pings_page_tells_its_whole_trace(service: Service, ana: Browser) -> None:
    store = service.house.store
    comment = await mention(
        service, "https://ada.example/bees", title="On bees", blog_name="Ada and others"
    )
    record = await store.read(pings.by_comment, comment.id)
    assert record is not None
    trace: list[Mapping[str, object]] = [
        {"at": "2026-11-22T07:00:00Z", "what": "an old look, of which only this is known"},
        {
            "at": "2026-11-22T07:30:00Z",
            "what": "HTTP status 503",
            "cause": "not_readable",
            "status": 503,
            "ms": 40,
        },
        {
            "at": "2026-11-22T07:31:00Z",
            "what": "links to the article",
            "url": "https://ada.example/bees/",
            "status": 200,
            "type": "text/html",
            "bytes": 12345,
            "ms": 130,
            "link": '<a href="https://blog.example/margins/">',
        },
    ]
    await store.write(pings.save, replace(record, trace=trace))
    page = await ana.get(f"/dashboard/comments/{comment.id}")
    for words in (
        "An old look, of which only this is known",
        "HTTP status 503 HTTP 503, 40 ms",
        "Links to the article HTTP 200, text/html, 12,345 bytes, 130 ms",
        "Read at https://ada.example/bees/",
        'By <a href="https://blog.example/margins/">',
        "as a webmention to https://blog.example/margins/ from 198.51.100.9, Sender/2",
        "Claimed: title On bees",
        "Claimed: blog name Ada and others",
    ):
        assert words in page.words
