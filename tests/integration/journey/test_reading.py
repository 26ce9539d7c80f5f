"""What readers see of a thread, and that it is what was decided last."""

from datetime import timedelta
from urllib.parse import quote

import pytest

from moderation.domain.decision import Action
from moderation.domain.site import Articles, Hold, Moderation
from moderation.flow.catalogue import Catalogue, Change
from moderation.flow.ready import LAG
from moderation.flow.relocate import Relocate

from .conftest import ANA, Journey, Open


async def test_an_answer_hangs_below_its_parent_and_a_removed_parent_leaves_its_place(
    journey: Journey,
) -> None:
    await journey.reply()
    parent = await journey.only()
    await journey.house.decide.one(parent.id, Action.APPROVE, ANA)
    answer = await journey.json_reply(text="Quite so.", parent=parent.id)
    await journey.house.decide.one(answer.json()["id"], Action.APPROVE, ANA)
    before = (await journey.thread("thread.json")).json()

    await journey.house.decide.one(parent.id, Action.TRASH, ANA, version=2)
    after = (await journey.thread("thread.json")).json()

    assert before["comments"][0]["replies"][0]["id"] == answer.json()["id"]
    assert after["count"] == 1
    assert after["comments"][0]["removed"] is True
    assert after["comments"][0]["replies"][0]["html"] == "<p>Quite so.</p>"


async def test_counts_are_keyed_as_asked(journey: Journey) -> None:
    await journey.reply()
    comment = await journey.only()
    await journey.house.decide.one(comment.id, Action.APPROVE, ANA)
    asked = [journey.article, journey.article + "?utm_source=x", journey.blog.url("/none/"), "x"]
    got = await journey.client.get("/counts.json", params={"article": asked})
    posted = await journey.client.post("/counts.json", json=asked)
    of_site = await journey.client.get("/counts.json", params={"site": "blog"})

    assert got.json() == posted.json() == dict(zip(asked, [1, 1, 0, 0], strict=True))
    assert of_site.json() == {journey.article: 1}


async def test_an_article_that_is_too_old_says_so_however_long_its_thread_was_kept(
    begin: Open,
) -> None:
    journey = await begin(site={"moderation": Moderation(close_after_days=14)})
    await journey.reply()
    await journey.work()  # it was published two days ago
    before = await journey.thread()
    assert "Leave a Reply" in before.text
    journey.clock.turn(timedelta(days=12, hours=1))

    after = await journey.thread()
    assert "Comments are closed." in after.text
    assert after.headers["etag"] != before.headers["etag"]
    document = (await journey.thread("thread.json")).json()
    assert (document["article"]["open"], document["article"]["pings_open"]) == (False, False)
    assert (await journey.json_reply(text="Too late?")).json()["code"] == "closed"


async def test_an_address_given_to_another_article_leads_there_at_once(journey: Journey) -> None:
    front, old = journey.blog.url("/"), journey.blog.url("/?p=12")
    ids = {}
    for page in (front, journey.article):
        answer = await journey.json_reply(article=page, text=f"On {page}")
        await journey.house.decide.one(answer.json()["id"], Action.APPROVE, ANA)
        ids[page] = (await journey.again(answer.json()["id"])).article_id

    async def words() -> str:
        got = await journey.client.get("/thread.json", params={"article": old})
        return str(got.json()["article"]["url"])

    assert await words() == front  # what the query says is not kept
    catalogue = Catalogue(
        journey.house.store, journey.house.settings.sites, journey.clock, journey.house.features
    )
    await catalogue.change(ids[journey.article], Change(aliases=(old,)))

    assert await words() == journey.article


async def test_a_moved_article_is_found_by_both_addresses(journey: Journey) -> None:
    answer = await journey.json_reply()
    await journey.house.decide.one(answer.json()["id"], Action.APPROVE, ANA)
    new = journey.blog.url("/2027/margins/")
    relocate = Relocate(journey.house.store, journey.house.settings.sites, journey.clock)
    before = await journey.thread("thread.json")
    await relocate.move(journey.article, new)
    by_old = await journey.thread("thread.json")
    by_new = await journey.client.get("/thread.json", params={"article": new})

    assert before.json()["article"]["url"] == journey.article
    assert by_old.json()["article"]["url"] == by_new.json()["article"]["url"] == new
    assert by_old.headers["etag"] == by_new.headers["etag"]


@pytest.mark.parametrize("path", ["/comments/%00", "/comments/x%27--", "/anchor"])
async def test_what_can_be_no_name_of_a_comment_is_not_found(journey: Journey, path: str) -> None:
    await journey.reply()
    query = {"article": journey.article, "anchor": "\0"}
    assert (await journey.client.get(path, params=query)).status_code == 404


async def test_what_appears_by_itself_may_be_late_and_what_people_do_is_seen_at_once(
    begin: Open,
) -> None:
    rules = Moderation(hold=Hold.NONE, require_email=False)
    journey = await begin(site={"moderation": rules, "articles": Articles.ANY})

    async def words() -> list[str]:
        shown = (await journey.thread("thread.json")).json()["comments"]
        return sorted(comment["html"] for comment in shown)  # at one moment there is no order

    async def say(text: str) -> str:
        answer = await journey.json_reply(text=text)
        assert answer.json()["status"] == "approved"
        return str(answer.json()["id"])

    first = await say("One.")
    assert await words() == ["<p>One.</p>"]
    await say("Two.")
    assert await words() == ["<p>One.</p>"]
    await journey.house.decide.one(first, Action.TRASH, ANA, version=1)
    assert await words() == ["<p>Two.</p>"]

    third = await say("Three.")
    assert await words() == ["<p>Two.</p>"]
    await journey.house.writer.edit(third, "Third.")
    assert await words() == ["<p>Third.</p>", "<p>Two.</p>"]
    await say("Four.")
    await journey.house.writer.withdraw(third)
    assert await words() == ["<p>Four.</p>", "<p>Two.</p>"]
    await say("Five.")
    assert len(await words()) == 2
    journey.clock.turn(timedelta(seconds=LAG))
    assert len(await words()) == 3


@pytest.mark.parametrize("asked", ["m1%00", "%F0%9F%98%80", "m" * 300, "999999999"])
async def test_an_answer_to_what_no_comment_is_called_is_refused_in_words(
    journey: Journey, asked: str
) -> None:
    await journey.reply()
    page = await journey.client.get(f"/thread?article={quote(journey.article)}&parent={asked}")
    assert page.status_code == 404
    assert page.headers["content-type"] == "text/html; charset=utf-8"
