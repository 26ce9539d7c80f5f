"""Deciding in the dashboard: at once for readers, once for moderators, and back again."""

import pytest

from moderation.domain.comment import Status
from moderation.domain.decision import MOVES, Action, Door
from moderation.store import log

from .browsing import Browser, path_of
from .conftest import ARTICLE, JSON, Service


async def test_approving_shows_a_comment_at_once_and_undo_hides_it_again(
    service: Service, ana: Browser
) -> None:
    first, other = await service.say(), await service.say("Another.", "Tom")
    queue = await ana.get("/dashboard")
    assert "I keep notes too." in queue.words

    after = await ana.send(queue.form(f"/{first.id}/approve"))

    assert after.answer.url.path == "/dashboard"
    assert "Approved. 1 left." in after.words
    assert "I keep notes too." not in after.words
    assert other.author.name in after.words
    shown = await service.thread()
    assert "I keep <em>notes</em> too." in shown.text
    tag = {"If-None-Match": shown.headers["etag"]}
    assert (await service.thread(tag)).status_code == 304

    undone = await ana.send(after.form("/undo"))

    assert "Changed back. 2 left." in undone.words
    assert "I keep <em>notes</em> too." not in (await service.thread(tag)).text
    story = await service.house.store.read(log.of_comment, first.id)
    assert [(e.action, e.actor.name, e.actor.door) for e in story[1:]] == [
        (Action.APPROVE, "Ana", Door.DASHBOARD),
        (Action.UNDO, "Ana", Door.DASHBOARD),
    ]


async def test_who_comes_second_is_told_who_was_first(service: Service, ana: Browser) -> None:
    comment = await service.say()
    ben = await service.signed_in("Ben")
    seen_by_both = (await ben.get("/dashboard")).form(f"/{comment.id}/spam")
    await ana.send((await ana.get("/dashboard")).form(f"/{comment.id}/approve"))

    late = await ben.send(seen_by_both)

    assert late.status == 409
    assert "Ana was first: this comment was approved" in late.words
    assert "It is “approved” now" in late.words
    assert (await service.again(comment.id)).status is Status.APPROVED
    assert "/hold" in str(late.form("/hold").action)  # what can be done now is offered


async def test_a_script_is_answered_with_what_it_needs_to_go_on(
    light: Service, owner: Browser
) -> None:
    comment = await light.say()
    await light.say("Another.", "Tom")
    fields = {"csrf_token": await owner.token(), "version": "1"}
    address = f"/dashboard/comments/{comment.id}/approve"

    done = (await owner.post(address, fields, **JSON)).json()

    assert (done["id"], done["status"], done["version"]) == (comment.id, "approved", 2)
    assert done["left"] == 1
    undone = await owner.post(f"/dashboard/decisions/{done['decision_id']}/undo", fields, **JSON)
    assert (undone.json()["status"], undone.json()["version"]) == ("held", 3)
    stale = await owner.post(address, fields, **JSON)
    assert stale.status_code == 409
    assert stale.headers["content-type"] == "application/problem+json"
    assert stale.json()["code"] == "version_stale"
    assert "Ana was first" in stale.json()["detail"]


async def test_many_are_one_decision_with_one_undo(service: Service, ana: Browser) -> None:
    said = [await service.say(f"Remark {n}.", f"Writer {n}") for n in range(4)]
    meanwhile = await service.decide(said[3], Action.TRASH)
    form = (await ana.get("/dashboard")).form("/comments/bulk")
    items = [("item", f"{c.id}:{c.version}") for c in said]

    answer = await ana.post(form.action, [*form.fields.items(), ("action", "spam"), *items])
    page = await ana.get(answer.headers["location"])

    assert "3 comments marked as spam. Nothing is left. 1 comment could not be done" in page.words
    assert "Ben was first: this comment was put into the trash" in page.words
    assert [(await service.again(c.id)).status for c in said] == [Status.SPAM] * 3 + [Status.TRASH]
    back = await ana.send(page.form("/undo"))
    assert "3 comments changed back. 3 left." in back.words
    assert [(await service.again(c.id)).status for c in said[:3]] == [Status.HELD] * 3
    assert (await service.again(said[3].id)) == meanwhile


async def test_none_of_many_done_is_a_refusal(light: Service, owner: Browser) -> None:
    comment = await light.say()
    await light.decide(comment, Action.APPROVE)
    token = await owner.token()
    fields = [("csrf_token", token), ("action", "spam"), ("item", f"{comment.id}:1")]

    answer = await owner.post("/dashboard/comments/bulk", fields)

    assert answer.status_code == 409
    assert "Ben was first" in answer.text


@pytest.mark.parametrize("items", [[], ["x"], ["m1:"], ["../:1"]])
async def test_nothing_ticked_or_nonsense_is_malformed(
    light: Service, owner: Browser, items: list[str]
) -> None:
    fields = [("csrf_token", await owner.token()), ("action", "spam")]
    fields += [("item", item) for item in items]
    assert (await owner.post("/dashboard/comments/bulk", fields)).status_code == 400


@pytest.mark.parametrize("address", ["x/approve", "%00/approve", "m1/undo", "m1/receive", "m1/x"])
async def test_what_is_not_there_is_not_found(service: Service, ana: Browser, address: str) -> None:
    fields = {"csrf_token": await ana.token(), "version": "1"}
    assert (await ana.post(f"/dashboard/comments/{address}", fields)).status_code == 404


async def test_only_legal_moves_have_a_button_and_all_of_them_have_one(
    light: Service, owner: Browser
) -> None:
    comment = await light.say()
    paths = {
        Status.HELD: [],
        Status.APPROVED: [Action.APPROVE],
        Status.SPAM: [Action.SPAM],
        Status.TRASH: [Action.TRASH],
    }
    for status, moves in paths.items():
        for move in moves:
            comment = await light.decide(await light.again(comment.id), move)
        page = await owner.get(f"/dashboard?status={status}")
        offered = {a for f in page.forms for a in [f.action, *f.buttons.values()]}
        offered |= (
            {f"/{comment.id}/delete"} if f"{comment.id}/delete?" in page.answer.text else set()
        )
        found = {a.rpartition("/")[2] for a in offered if f"/{comment.id}/" in a} - {"reply"}
        assert found == {str(move) for move in MOVES[status]}


async def test_deleting_takes_two_steps(service: Service, ana: Browser) -> None:
    comment = await service.decide(await service.say(), Action.SPAM)
    question = await ana.get(f"/dashboard/comments/{comment.id}/delete?next=/dashboard?status=spam")
    assert "Delete this comment for good?" in question.words

    after = await ana.send(question.form("/delete"))

    assert "Deleted for good." in after.words
    assert str(after.answer.url).partition("&")[0].endswith("/dashboard?status=spam")
    assert (await ana.get(f"/dashboard/comments/{comment.id}")).status == 404


async def test_deleting_many_asks_first(light: Service, owner: Browser) -> None:
    said = [await light.decide(await light.say(f"No {n}.", f"W{n}"), Action.SPAM) for n in range(2)]
    form = (await owner.get("/dashboard?status=spam")).form("/comments/bulk")
    items = [("item", f"{c.id}:{c.version}") for c in said]

    question = await owner.post(form.action, [*form.fields.items(), ("action", "delete"), *items])

    assert "Delete 2 comments for good?" in question.text
    assert (await light.again(said[0].id)).status is Status.SPAM
    fields = [*form.fields.items(), ("action", "delete"), ("sure", "1"), *items]
    done = await owner.post(form.action, fields)
    assert "2 comments deleted for good" in (await owner.get(done.headers["location"])).words


async def test_one_comes_back_to_the_view_one_was_in(light: Service, owner: Browser) -> None:
    comment = await light.say("Wonderful zebra.")
    await light.say("No such animal.", "Tom")
    queue = await owner.get("/dashboard?q=zebra&order=newest")

    after = await owner.send(queue.form(f"/{comment.id}/approve"))

    assert after.answer.url.params["q"] == "zebra"
    assert after.answer.url.params["order"] == "newest"
    assert after.form("/undo").fields["next"] == "/dashboard?q=zebra&order=newest"


async def test_one_is_never_sent_elsewhere_after_a_deed(light: Service, owner: Browser) -> None:
    comment = await light.say()
    token = await owner.token()
    fields = {"csrf_token": token, "version": "1", "next": "https://evil.example/dashboard"}
    answer = await owner.post(f"/dashboard/comments/{comment.id}/approve", fields)
    assert path_of(answer.headers["location"]) == "/dashboard"
    assert "evil" not in answer.headers["location"]


async def test_a_notice_nobody_signed_says_nothing(light: Service, owner: Browser) -> None:
    page = await owner.get("/dashboard?said=WyIiLCJTZW5kIG1vbmV5Il0.x.y")
    assert page.status == 200
    assert "Send money" not in page.answer.text


async def test_deciding_on_a_comments_own_page_comes_back_to_it(
    light: Service, owner: Browser
) -> None:
    """And readers see it at once, from there too."""
    comment = await light.say()
    page = await owner.get(f"/dashboard/comments/{comment.id}")
    after = await owner.send(page.form("/approve"))
    assert after.answer.url.path == f"/dashboard/comments/{comment.id}"
    assert await light.house.publish.counted.of([ARTICLE]) == {ARTICLE: 1}
