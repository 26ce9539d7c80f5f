"""The trace of a ping: what each look at its source found, kept as facts, and never much of it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

import pytest

from moderation.domain.decision import Action
from moderation.flow.looks import TRACE
from moderation.store import pings

from .conftest import ANA, Journey

PAGE = '<title>On bees</title><p>Well: <a href="{target}#top">fine margins</a>.</p>'


async def looks(journey: Journey) -> list[Mapping[str, object]]:
    record = await journey.house.store.read(pings.by_comment, (await journey.only()).id)
    assert record is not None
    return list(record.trace)


async def ping(journey: Journey, source: str) -> None:
    body = {"source": source, "target": journey.article}
    await journey.client.post("/webmention", data=body)
    await journey.work()


async def test_a_look_that_proved_the_link_says_where_and_by_which(journey: Journey) -> None:
    page = journey.sources.page("/s/", PAGE.format(target=journey.article))
    await ping(journey, journey.sources.redirect("/r/", page))

    (look,) = await looks(journey)

    assert look["what"] == "links to the article"
    assert look["url"] == page
    assert (look["status"], look["type"]) == (200, "text/html")
    assert look["bytes"] == len(PAGE.format(target=journey.article))
    assert look["link"] == f'<a href="{journey.article}#top">'
    assert isinstance(look["ms"], int)
    assert "cause" not in look


@pytest.mark.parametrize(
    ("status", "kind", "body", "cause"),
    [
        (503, "text/html", "x", "not_readable"),
        (200, "image/png", "x", "not_html"),
        (200, "text/html", "<p>Nothing.</p>", "no_link"),
        (410, "text/html", "x", "gone"),
    ],
)
async def test_a_look_that_failed_says_its_cause(
    journey: Journey, status: int, kind: str, body: str, cause: str
) -> None:
    source = journey.sources.page("/s/", body, status=status, content_type=kind)
    await ping(journey, source)
    (look,) = await looks(journey)
    assert (look["cause"], look["status"]) == (cause, status)
    assert "link" not in look


async def test_a_page_that_could_not_be_asked_for_has_no_status(journey: Journey) -> None:
    await ping(journey, "http://127.0.0.1:1/")
    (look,) = await looks(journey)
    assert look["cause"] == "not_readable"
    assert "status" not in look


async def test_of_very_many_looks_the_last_are_kept(journey: Journey) -> None:
    page = journey.sources.page("/s/", PAGE.format(target=journey.article))
    await ping(journey, page)
    comment = await journey.only()
    record = await journey.house.store.read(pings.by_comment, comment.id)
    assert record is not None
    many = [{"at": "2026-11-22T07:30:00Z", "what": f"look {n}"} for n in range(TRACE)]
    await journey.house.store.write(pings.save, replace(record, trace=many))
    journey.clock.turn(timedelta(minutes=11))
    await ping(journey, page)
    trace = await looks(journey)
    assert (len(trace), trace[0]["what"]) == (TRACE, "look 1")


async def test_each_arrival_keeps_what_was_claimed_and_goes_with_the_comment(
    journey: Journey,
) -> None:
    page = journey.sources.page("/s/", PAGE.format(target=journey.article))
    query = {"article": journey.article}
    for title in ("First", "Second"):
        await journey.client.post("/trackback", params=query, data={"url": page, "title": title})
        journey.clock.turn(timedelta(seconds=1))
    comment = await journey.only()
    arrived = await journey.house.store.read(pings.receipts, comment.id)
    assert [r.claims["title"] for r in arrived] == ["First", "Second"]
    assert {r.client.address for r in arrived} == {"192.0.2.9"}

    decide = journey.house.decide
    spam = await decide.one(comment.id, Action.SPAM, ANA)
    await decide.one(comment.id, Action.DELETE, ANA, version=spam.done[0].version)
    assert await journey.house.store.read(pings.receipts, comment.id) == []
    assert await journey.house.store.read(pings.by_comment, comment.id) is None
