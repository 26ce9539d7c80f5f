"""A reply from the door to the article page, and what its writer is told on the way."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from moderation.checks.contract import Case
from moderation.domain.comment import Author, Client, Status, WaitingFor
from moderation.domain.decision import Action
from moderation.domain.opinion import Opinion, Verdict
from moderation.domain.site import Hold, Moderation
from moderation.domain.submission import Reply
from moderation.flow.receive import Receive
from moderation.flow.screen import Screen
from moderation.store import articles

from .conftest import ANA, Journey, Open


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
        pytest.param({"comment": "<b></b>"}, 422, "missing", id="nothing to be seen"),
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
    await journey.reply()
    comment = await journey.only()
    await journey.house.store.write(
        articles.set_open, comment.article_id, replies=False, pings=True
    )
    refused = await journey.json_reply(text="Too late?")

    assert (refused.status_code, refused.json()["code"]) == (403, "closed")
    assert "Comments are closed." in (await journey.thread()).text


async def test_a_repeat_gets_its_answer_even_where_what_it_answers_is_gone(
    journey: Journey,
) -> None:
    await journey.reply()
    parent = await journey.only()
    await journey.house.decide.one(parent.id, Action.APPROVE, ANA)
    body = {
        "article": journey.article,
        "parent": parent.id,
        "author": {"name": "Ida", "email": "ida@readers.example"},
        "text": "Quite so.",
    }
    headers = {"Idempotency-Key": "k-1"}
    first = await journey.client.post("/comments", json=body, headers=headers)
    await journey.house.decide.one(parent.id, Action.TRASH, ANA, version=2)
    again = await journey.client.post("/comments", json=body, headers=headers)

    assert (again.status_code, again.json()) == (201, first.json())


async def test_one_request_at_two_processes_at_once_is_one_comment_with_one_answer(
    begin: Open, journey: Journey
) -> None:
    other = await begin()
    for number in range(4):
        body = {
            "article": journey.blog.url(f"/{number}/"),
            "author": {"name": "Ida", "email": "ida@readers.example"},
            "text": f"Word {number}.",
        }
        headers = {"Idempotency-Key": f"key-{number}"}
        answers = await asyncio.gather(
            journey.client.post("/comments", json=body, headers=headers),
            other.client.post("/comments", json=body, headers=headers),
        )
        assert [a.status_code for a in answers] == [201, 201]
        assert answers[0].json()["id"] == answers[1].json()["id"]
        journey.clock.turn(timedelta(minutes=1))
    assert len(await journey.all()) == 4


async def test_first_replies_to_a_new_page_at_two_processes_are_both_kept(
    begin: Open, journey: Journey
) -> None:
    other = await begin()
    for number in range(4):
        page = journey.blog.url(f"/{number}/")
        answers = await asyncio.gather(
            journey.json_reply(article=page, text="One."),
            other.json_reply(article=page, text="Two."),
        )
        assert [a.status_code for a in answers] == [201, 201]
        journey.clock.turn(timedelta(minutes=1))


class Meanwhile:
    """A check with nothing to say, during which something happens."""

    name = "meanwhile"
    deadline_seconds = 10.0
    remote = False

    def __init__(self, happen: Callable[[], Awaitable[None]]) -> None:
        self._happen = happen

    async def examine(self, case: Case) -> Opinion:
        await self._happen()
        return Opinion(self.name, Verdict.NOT_RUN, "Nothing.")


async def test_a_page_found_while_a_reply_is_checked_does_not_leave_it_waiting_for_ever(
    begin: Open,
) -> None:
    journey = await begin(site={"moderation": Moderation(hold=Hold.NONE)})
    await journey.json_reply()  # its page is to be looked at
    house = journey.house
    receive = Receive(
        house.store,
        house.settings.sites,
        Screen([Meanwhile(journey.work)]),
        house.signing,
        journey.clock,
        house.features,
    )
    author, client = Author("Ida", "ida@readers.example"), Client("192.0.2.7")
    received = await receive.reply(Reply(journey.article, None, author, "Me too.", client))

    assert received.shown


async def test_what_is_too_long_to_be_read_is_refused_on_a_page_for_people(
    journey: Journey,
) -> None:
    form = {"article": journey.article, "comment": "x" * 70_000}
    as_page = await journey.client.post("/comments", data=form, headers={"Accept": "text/html"})
    as_json = await journey.client.post("/comments", json=form)

    assert (as_page.status_code, as_json.status_code) == (413, 413)
    assert as_page.headers["content-type"].startswith("text/html")
    assert as_json.json()["code"] == "too_large"
