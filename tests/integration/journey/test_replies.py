"""A reply from the door to the article page, and what its writer is told on the way."""

import asyncio
from datetime import timedelta

import pytest

from moderation.domain.comment import Status, WaitingFor
from moderation.domain.decision import Action
from moderation.domain.errors import VersionStale
from moderation.domain.site import Hold, Moderation
from moderation.flow.revise import Words

from .conftest import ANA, BEN, Journey, Open


async def test_a_reply_waits_is_approved_and_stands_on_the_article_page(journey: Journey) -> None:
    answer = await journey.reply()

    assert answer.status_code == 303
    assert "/c/" in answer.headers["location"]
    comment = await journey.only()
    assert (comment.status, comment.waiting_for) == (Status.HELD, WaitingFor.MODERATOR)
    assert "margins too" not in (await journey.thread()).text

    outcome = await journey.house.decide.one(comment.id, Action.APPROVE, ANA, version=1)

    shown = await journey.thread()
    assert outcome.done[0].status is Status.APPROVED
    assert "I keep <em>my</em> notes in the margins too." in shown.text
    assert f'id="comment-{comment.id}"' in shown.text
    assert "mei@readers.example" not in shown.text
    tag = shown.headers["etag"]
    unchanged = await journey.client.get(
        "/thread.html", params={"article": journey.article}, headers={"If-None-Match": tag}
    )
    assert (unchanged.status_code, unchanged.content) == (304, b"")


async def test_the_article_names_itself(journey: Journey) -> None:
    await journey.reply()
    await journey.work()
    comment = await journey.only()
    await journey.house.decide.one(comment.id, Action.APPROVE, ANA)

    assert "One Response to “In praise of margins”" in (await journey.thread()).text


async def test_json_is_answered_with_the_private_page(journey: Journey) -> None:
    answer = await journey.json_reply()

    assert answer.status_code == 201
    document = answer.json()
    assert document["status"] == "held"
    assert document["html"] == "<p>I keep <em>my</em> notes in the margins too.</p>"
    assert document["author_key"] is None
    page = await journey.client.get(document["private_url"])
    assert page.status_code == 200
    assert "awaits moderation" in page.text


async def test_the_same_reply_again_is_a_conflict_and_shows_nothing_private(
    journey: Journey,
) -> None:
    await journey.json_reply()
    again = await journey.json_reply()

    assert again.status_code == 409
    assert again.json()["code"] == "duplicate"
    assert "/c/" not in again.text
    assert len(await journey.all()) == 1


async def test_twenty_copies_at_once_are_one_comment(begin: Open, journey: Journey) -> None:
    other = await begin()
    answers = await asyncio.gather(
        *((journey if n % 2 else other).json_reply() for n in range(4)), return_exceptions=True
    )
    statuses = sorted(a.status_code for a in answers if not isinstance(a, BaseException))

    assert statuses == [201, 409, 409, 409]
    assert len(await journey.all()) == 1


async def test_an_idempotency_key_gets_the_first_answer_again(journey: Journey) -> None:
    headers = {"Idempotency-Key": "a-key"}
    body = {
        "article": journey.article,
        "author": {"name": "Mei", "email": "mei@readers.example"},
        "text": "Once.",
    }
    first = await journey.client.post("/comments", json=body, headers=headers)
    second = await journey.client.post("/comments", json=body, headers=headers)
    other = await journey.client.post("/comments", json=body | {"text": "Twice."}, headers=headers)

    assert first.status_code == second.status_code == 201
    assert second.json()["id"] == first.json()["id"]
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_mismatch")
    assert len(await journey.all()) == 1


async def test_a_filled_trap_is_answered_like_any_other_and_lands_in_spam(
    journey: Journey,
) -> None:
    answer = await journey.json_reply(hp_url="http://spam.example/")

    assert (answer.status_code, answer.json()["status"]) == (201, "held")
    page = await journey.client.get(answer.json()["private_url"])
    assert "awaits moderation" in page.text
    assert (await journey.only()).status is Status.SPAM


@pytest.mark.parametrize(
    ("fields", "status", "code"),
    [
        pytest.param({"comment": ""}, 422, "missing", id="no text"),
        pytest.param({"author": ""}, 422, "missing", id="no name"),
        pytest.param({"email": "nobody"}, 422, "malformed", id="no address"),
        pytest.param({"comment": "x" * 10_001}, 422, "too_long", id="too long is not cut"),
        pytest.param({"article": "https://else.example/"}, 404, "unknown_article", id="elsewhere"),
        pytest.param({"article": ""}, 400, "malformed", id="no article"),
        pytest.param({"comment_parent": "m999"}, 404, "unknown_parent", id="no such parent"),
    ],
)
async def test_bad_input_is_refused_by_name_and_keeps_nothing(
    journey: Journey, fields: dict[str, str], status: int, code: str
) -> None:
    form = {
        "article": journey.article,
        "author": "Mei",
        "email": "mei@readers.example",
        "comment": "Some words to keep.",
    } | fields
    as_json = await journey.client.post(
        "/comments", data=form, headers={"Accept": "application/json"}
    )
    as_page = await journey.client.post("/comments", data=form)

    assert (as_json.status_code, as_json.json()["code"]) == (status, code)
    assert as_json.headers["content-type"] == "application/problem+json"
    assert as_page.status_code == status
    assert as_page.headers["content-type"].startswith("text/html")
    assert await journey.all() == []


async def test_typed_text_is_kept_on_the_page_of_a_refusal(journey: Journey) -> None:
    answer = await journey.reply(email="nobody", comment="These <words> are precious.")

    assert "These &lt;words&gt; are precious." in answer.text


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


async def test_undo_takes_an_approval_back(journey: Journey) -> None:
    await journey.reply()
    comment = await journey.only()
    outcome = await journey.house.decide.one(comment.id, Action.APPROVE, ANA)
    assert "margins too" in (await journey.thread()).text

    undone = await journey.house.undo.decision(outcome.decision_id, ANA)

    assert undone.done[0].status is Status.HELD
    assert undone.done[0].waiting_for is WaitingFor.MODERATOR
    assert "margins too" not in (await journey.thread()).text


async def test_the_second_moderator_is_told_who_was_first(journey: Journey) -> None:
    await journey.reply()
    comment = await journey.only()
    await journey.house.decide.one(comment.id, Action.APPROVE, ANA, version=1)

    with pytest.raises(VersionStale, match="Ana was first: this comment was approved"):
        await journey.house.decide.one(comment.id, Action.SPAM, BEN, version=1)

    assert (await journey.again(comment.id)).status is Status.APPROVED


async def test_of_two_decisions_at_once_one_wins(journey: Journey) -> None:
    await journey.reply()
    comment = await journey.only()
    results = await asyncio.gather(
        journey.house.decide.one(comment.id, Action.APPROVE, ANA, version=1),
        journey.house.decide.one(comment.id, Action.SPAM, BEN, version=1),
        return_exceptions=True,
    )

    assert sum(isinstance(r, VersionStale) for r in results) == 1


async def test_with_nothing_held_a_reply_is_shown_once_its_page_was_seen(begin: Open) -> None:
    journey = await begin(site={"moderation": Moderation(hold=Hold.NONE)})
    first = await journey.json_reply()
    assert first.json()["status"] == "held"  # the article's page has not been looked at

    await journey.work()

    assert (await journey.again(first.json()["id"])).status is Status.APPROVED
    second = await journey.json_reply(text="A second one.")
    assert second.json()["status"] == "approved"


async def test_a_page_known_to_be_missing_takes_nothing(journey: Journey) -> None:
    missing = journey.blog.url("/no-such-page/")
    assert (await journey.json_reply(article=missing)).status_code == 201
    await journey.work()
    refused = await journey.json_reply(article=missing, text="Another.")

    assert (refused.status_code, refused.json()["code"]) == (404, "unknown_article")


async def test_a_closed_article_refuses_replies(journey: Journey) -> None:
    from moderation.store import articles

    await journey.reply()
    comment = await journey.only()
    await journey.house.store.write(
        articles.set_open, comment.article_id, replies=False, pings=True
    )
    refused = await journey.json_reply(text="Too late?")

    assert (refused.status_code, refused.json()["code"]) == (403, "closed")
    assert "Comments are closed." in (await journey.thread()).text


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


async def test_a_moderators_edit_is_in_the_next_read_and_in_the_log(journey: Journey) -> None:
    await journey.reply()
    comment = await journey.only()
    await journey.house.decide.one(comment.id, Action.APPROVE, ANA)
    await journey.house.revise.edit(comment.id, Words(text="Edited."), ANA, version=2)

    assert "Edited." in (await journey.thread()).text
    story = (await journey.house.see.comment(comment.id)).story
    assert [e.action for e in story] == [Action.RECEIVE, Action.APPROVE, Action.EDIT]
    assert "I keep *my* notes" in story[-1].before


async def test_the_owners_answer_approves_what_it_answers(journey: Journey) -> None:
    from moderation.domain.comment import Author

    await journey.reply()
    comment = await journey.only()
    await journey.house.answer.reply(
        comment.id, "Thank you!", ANA, author=Author("Ana", "", "https://blog.example/")
    )

    shown = (await journey.thread("thread.json")).json()
    assert shown["count"] == 2
    assert shown["comments"][0]["replies"][0]["author"]["name"] == "Ana"


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
    assert "Better words." not in (await journey.thread()).text


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


async def test_the_sweep_forgets_addresses_and_empties_the_trash(journey: Journey) -> None:
    await journey.reply()
    comment = await journey.only()
    await journey.house.decide.one(comment.id, Action.TRASH, ANA)
    await journey.json_reply(text="I stay.")
    journey.clock.turn(timedelta(days=31))
    await journey.house.sweep.once()

    left = await journey.only()
    assert left.text == "I stay."
    assert left.client.address == "192.0.2.0/24"
