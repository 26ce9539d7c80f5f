"""Waves of nearly identical spam: one row, one decision, followers for a time, one undo."""

from dataclasses import replace
from datetime import timedelta

from moderation.domain.comment import Author, Client, Comment, Status
from moderation.domain.decision import Action, Actor, Door
from moderation.domain.moderator import Role
from moderation.domain.opinion import Verdict
from moderation.domain.submission import Reply
from moderation.flow.followers import SLICE
from moderation.flow.waves import MOST
from moderation.store import log, opinions

from .browsing import Browser
from .conftest import ARTICLE, Service

WORDS = (
    "Howdy, just wanted to give you a {} heads up and let you know that a few of the {} are not"
    " loading correctly; I am not sure why but I think it is a linking issue."
)


async def spam(service: Service, number: int) -> Comment:
    """One of a wave: other words in places, another name, another host."""
    words = WORDS.format(("quick", "brief")[number % 2], ("images", "pictures")[number % 3 > 0])
    url = f"https://shop{number}.example/"
    return await service.say(words, f"Visitor {number}", url=url)


async def test_a_wave_is_one_row_and_one_decision_that_others_follow_until_it_is_taken_back(
    service: Service, ana: Browser
) -> None:
    wave = [await spam(service, number) for number in range(6)]
    honest = await service.say("I keep notes in the margins of nearly every book I own, too.")
    queue = await ana.get("/dashboard")
    assert "6 nearly identical" in queue.words
    assert "Visitor 5" in queue.words
    form = next(f for f in queue.forms if "/waves/" in f.action)
    late = await spam(service, 6)  # came after the page was shown

    after = await ana.send(form, follow="1")

    assert "6 comments marked as spam. 2 left." in after.words
    assert {(await service.again(c.id)).status for c in wave} == {Status.SPAM}
    assert (await service.again(late.id)).status is Status.HELD, "the page did not show it"
    assert (await service.again(honest.id)).status is Status.HELD
    follower = await spam(service, 7)
    assert follower.status is Status.SPAM
    said = {o.check: o for o in await service.house.store.read(opinions.of, follower.id)}
    assert said["wave"].because.startswith("It is nearly identical to what Ana marked as spam on")
    assert not said["wave"].decisive
    rules = await ana.get("/dashboard/rules")
    assert "what is like 6 that were decided on as one" in rules.words
    assert "1 hit" in rules.words
    assert "What follows is spam until" in (await ana.get("/dashboard?status=spam")).words

    undone = await ana.send(after.form("/undo"))

    assert "8 nearly identical" in undone.words
    assert "6 comments changed back." in undone.words
    assert (await service.again(follower.id)).status is Status.HELD
    assert (await spam(service, 8)).status is Status.HELD
    assert "9 nearly identical" in (await ana.get("/dashboard")).words
    story = await service.house.store.read(log.of_comment, follower.id)
    assert story[-1].reason == "The decision it followed was taken back."


async def test_undo_by_a_program_of_one_site_leaves_what_follows_on_every_site(
    light: Service, owner: Browser
) -> None:
    wave = [await spam(light, number) for number in range(3)]
    queue = await owner.get("/dashboard")
    await owner.send(next(f for f in queue.forms if "/waves/" in f.action), follow="1")
    follower = await spam(light, 3)
    story = await light.house.store.read(log.of_comment, wave[0].id)

    program = Actor("a program", Door.API, "token")
    own = frozenset({wave[0].site})
    await light.house.undo.decision(story[-1].decision_id, program, sites=own)

    assert (await light.again(wave[0].id)).status is Status.HELD
    assert (await light.again(follower.id)).status is Status.SPAM
    assert (await spam(light, 4)).status is Status.SPAM


async def test_what_follows_ends_after_a_day_or_when_somebody_stops_it(
    light: Service, owner: Browser
) -> None:
    for number in range(3):
        await spam(light, number)
    queue = await owner.get("/dashboard")
    await owner.send(next(f for f in queue.forms if "/waves/" in f.action), follow="1")
    assert (await spam(light, 4)).status is Status.SPAM
    light.clock.turn(timedelta(hours=24))
    assert (await spam(light, 5)).status is Status.HELD
    owner = await light.signed_in("Eva")  # a session ends sooner
    assert "nearly identical" not in (await owner.get("/dashboard")).words, "one is no group"
    await spam(light, 6)
    page = await owner.get("/dashboard")
    await owner.send(next(f for f in page.forms if "/waves/" in f.action), follow="1")
    rules = await owner.get("/dashboard/rules")
    await owner.send(next(f for f in rules.forms if f.action.endswith("/remove")))
    assert (await spam(light, 7)).status is Status.HELD


async def test_who_is_known_is_held_and_not_spam_for_what_they_quote(
    light: Service, owner: Browser
) -> None:
    known = Reply(ARTICLE, None, Author("Ada", "ada@r.example"), "Hello.", Client(), remember=True)
    received = await light.house.receive.reply(known)
    await light.decide(await light.again(received.id), Action.APPROVE)
    wave = [await spam(light, number) for number in range(3)]
    queue = await owner.get("/dashboard")
    await owner.send(next(f for f in queue.forms if "/waves/" in f.action), follow="1")

    quoting = replace(known, text=wave[0].text, author_key=received.author_key)
    quoted = await light.again((await light.house.receive.reply(quoting)).id)

    said = {o.check: o for o in await light.house.store.read(opinions.of, quoted.id)}
    assert (said["wave"].verdict, said["history"].verdict) == (Verdict.SPAM, Verdict.HAM)
    assert quoted.status is Status.HELD, "disagreement is for a person"
    assert said["rules"].verdict is not Verdict.SPAM, "a followed wave is no rule"


async def test_who_decides_second_is_told_and_changes_nothing(
    light: Service, owner: Browser
) -> None:
    wave = [await spam(light, number) for number in range(3)]
    ben = await light.signed_in("Ben")
    theirs = next(f for f in (await ben.get("/dashboard")).forms if "/waves/" in f.action)
    await light.decide(wave[0], Action.APPROVE, "Cleo")
    mine = next(f for f in (await owner.get("/dashboard")).forms if "/waves/" in f.action)
    await owner.send(mine, follow="1")

    late = await ben.send(theirs)

    assert late.status == 409
    assert "was first: this comment was" in late.words
    statuses = [(await light.again(c.id)).status for c in wave]
    assert statuses == [Status.APPROVED, Status.SPAM, Status.SPAM]


async def test_thanks_are_never_a_group_and_a_search_shows_each(
    light: Service, owner: Browser
) -> None:
    for number in range(3):
        await light.say("Thanks, that helped me a lot!", f"Reader {number}")
        await spam(light, number)
    page = await owner.get("/dashboard")
    assert "3 nearly identical" in page.words
    assert page.words.count("Thanks, that helped me a lot!") == 3
    found = await owner.get("/dashboard?q=howdy")
    assert "nearly identical" not in found.words
    assert found.words.count("Howdy") == 3


async def test_a_wave_has_a_page_with_all_of_it(light: Service, owner: Browser) -> None:
    for number in range(25):
        await spam(light, number)
    queue = await owner.get("/dashboard")
    assert "All 25" in queue.words
    wave = next(f for f in queue.forms if "/waves/" in f.action).action.split("/")[-2]
    page = await owner.get(f"/dashboard/waves/{wave}?status=held")
    assert all(f"Visitor {number}" in page.words for number in range(25))
    after = await owner.send(page.form("/trash"))
    assert "25 comments put into the trash." in after.words
    reader = await light.signed_in("Rita", Role.READER)
    fields = {"csrf_token": await reader.token(), "items": "m0:1"}
    refused = await reader.post(f"/dashboard/waves/{wave}/spam", fields)
    assert refused.status_code == 403


async def test_what_is_not_a_list_of_comments_is_refused(light: Service, owner: Browser) -> None:
    token = await owner.token()
    too_many = " ".join(f"m{number}:1" for number in range(MOST + 1))
    for items in ("", "nonsense", too_many, "m1:x"):
        fields = {"csrf_token": token, "items": items}
        assert (await owner.post("/dashboard/waves/m1/spam", fields)).status_code == 400
    fields = {"csrf_token": token, "items": "m1:1"}
    assert (await owner.post("/dashboard/waves/m1/spam", fields)).status_code == 404
    assert (await owner.post("/dashboard/waves/m1/delete", fields)).status_code == 404
    assert (await owner.get("/dashboard/waves/m1")).status == 404


async def test_a_night_of_followers_is_freed_to_the_last(light: Service, owner: Browser) -> None:
    for number in range(3):
        await spam(light, number)
    queue = await owner.get("/dashboard")
    await owner.send(next(f for f in queue.forms if "/waves/" in f.action), follow="1")
    followers = [await spam(light, number) for number in range(3, 3 + SLICE + 5)]
    assert {comment.status for comment in followers} == {Status.SPAM}
    story = await light.house.store.read(log.of_comment, followers[0].id)
    decided = await light.house.store.read(log.last, limit=len(followers) + 10)
    decision = next(e.decision_id for e in decided if e.action is Action.SPAM)
    assert story[-1].action is Action.RECEIVE

    await light.house.undo.decision(decision, Actor("Ana", Door.DASHBOARD, "ana"))
    await light.house.worker.drain()

    assert {(await light.again(c.id)).status for c in followers} == {Status.HELD}
