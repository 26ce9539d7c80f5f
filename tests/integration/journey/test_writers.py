"""What a writer may do with a reply, and what proves who wrote it."""

import asyncio
from datetime import timedelta

from moderation.domain.comment import Status
from moderation.domain.decision import Action

from .conftest import ANA, PUBLIC, Journey, Open


async def test_a_remembered_author_with_an_approved_comment_is_published_at_once(
    journey: Journey,
) -> None:
    first = await journey.json_reply(remember=True)
    key = first.json()["author_key"]
    await journey.work()  # the article's page is looked at
    await journey.house.decide.one(first.json()["id"], Action.APPROVE, ANA)

    second = await journey.json_reply(text="And another thing.", author_key=key)
    stranger = await journey.json_reply(text="I claim to be Mei.")

    assert second.json()["status"] == "approved"
    assert "And another thing." in (await journey.thread()).text
    assert stranger.json()["status"] == "held"


async def test_the_writer_edits_and_withdraws_from_the_private_page(journey: Journey) -> None:
    document = (await journey.json_reply()).json()
    edited = await journey.client.post(
        f"{document['private_url']}/edit", data={"comment": "Better words."}
    )
    assert edited.status_code == 303
    assert (await journey.only()).text == "Better words."

    await journey.house.decide.one(document["id"], Action.APPROVE, ANA, version=2)
    assert "Better words." in (await journey.thread()).text
    journey.clock.turn(timedelta(minutes=16))
    late = await journey.client.post(
        f"{document['private_url']}/edit", data={"comment": "Too late."}
    )
    assert late.status_code == 403
    withdrawn = await journey.client.post(f"{document['private_url']}/withdraw")
    assert withdrawn.status_code == 303
    page = await journey.client.get(document["private_url"])
    assert "You withdrew this reply" in page.text
    assert "Better words." not in (await journey.thread()).text


async def test_a_cookie_from_a_page_that_hides_its_origin_proves_nothing(journey: Journey) -> None:
    first = await journey.reply(remember="1")
    cookie = first.headers["set-cookie"].partition(";")[0]
    await journey.work()
    comment = await journey.only()
    await journey.house.decide.one(comment.id, Action.APPROVE, ANA)
    form = {"article": journey.article, "author": "Mei Lin", "email": "mei@readers.example"}
    statuses = {}
    for origin in ("null", PUBLIC):
        headers = {"Origin": origin, "Cookie": cookie}
        await journey.client.post(
            "/comments", data=form | {"comment": f"From {origin}."}, headers=headers
        )
    for kept in await journey.all():
        statuses[kept.text] = kept.status

    assert statuses["From null."] is Status.HELD
    assert statuses[f"From {PUBLIC}."] is Status.APPROVED


async def test_ones_own_list_tells_withdrawn_from_not_published(journey: Journey) -> None:
    first = await journey.reply(remember="1")
    cookie = {"Cookie": first.headers["set-cookie"].partition(";")[0]}
    await journey.client.post(f"{first.headers['location']}/withdraw")
    again = {"comment": "Another.", "article": journey.article, "author": "Mei Lin"}
    again["email"] = "mei@readers.example"
    await journey.client.post("/comments", data=again, headers=cookie)
    (other,) = (c for c in await journey.all() if c.text == "Another.")
    await journey.house.decide.one(other.id, Action.TRASH, ANA)

    page = (await journey.client.get("/c", headers=cookie)).text

    assert "withdrawn ·" in page
    assert "not published ·" in page


async def test_a_refused_form_comes_back_whole(journey: Journey) -> None:
    ticked = await journey.reply(author="", remember="1")
    assert ticked.status_code == 422
    assert 'value="1" checked>' in ticked.text
    assert "I keep *my* notes" in ticked.text
    assert 'value="1" checked>' not in (await journey.reply(author="")).text


async def test_two_withdrawals_at_once_are_one(begin: Open, journey: Journey) -> None:
    other = await begin()
    page = (await journey.json_reply()).json()["private_url"]
    answers = await asyncio.gather(
        journey.client.post(f"{page}/withdraw"), other.client.post(f"{page}/withdraw")
    )

    assert sorted(a.status_code for a in answers) == [303, 403]
    story = (await journey.house.see.comment((await journey.only()).id)).story
    assert [e.action for e in story] == [Action.RECEIVE, Action.WITHDRAW]
