"""Lists of hosts from elsewhere: switched on and off, fetched anew when somebody says so."""

import asyncio
from datetime import timedelta

import pytest

from moderation.domain.comment import Comment, Status
from moderation.domain.decision import Action
from moderation.domain.errors import Busy, Duplicate, IllegalMove, InvalidFields
from moderation.domain.opinion import Opinion, Verdict
from moderation.domain.rule import ListName, Rule
from moderation.flow.owner_rules import Wish
from moderation.flow.shelf import OnShelf
from moderation.house import open_house
from moderation.store import opinions

from .conftest import ANA, Journey

REFERRERS, DISPOSABLE = ListName.REFERRERS, ListName.DISPOSABLE
KNOWN = "mailinator.com"  # as anybody would expect


async def say(journey: Journey, text: str = "Notes", email: str = "mei@readers.example") -> Comment:
    journey.clock.turn(timedelta(seconds=20))
    author = {"name": "Mei", "email": email}
    answer = await journey.json_reply(text=f"{text} {journey.clock.now():%M%S}", author=author)
    assert answer.status_code == 201, answer.text
    return await journey.again(answer.json()["id"])


async def switch(journey: Journey, name: str, verdict: str = "hold") -> Rule:
    rules = journey.house.rules.own
    return await rules.add(rules.draft(Wish("list", name, verdict), "Ana"))


async def take_in(journey: Journey, *hosts: str, force: bool = False) -> tuple[int, int, int]:
    data = "\n".join(hosts).encode()
    shelf = journey.house.rules.shelf
    got = await shelf.refresh(REFERRERS, data, origin="a file", who="Ana", force=force)
    return got.number, got.added, got.removed


async def stands(journey: Journey, name: ListName) -> OnShelf:
    found = await journey.house.rules.shelf.standing()
    return next(one for one in found if one.listing.name is name)


async def said(journey: Journey, comment: Comment) -> Opinion:
    found = await journey.house.store.read(opinions.of, comment.id)
    return next(opinion for opinion in found if opinion.check == "rules")


async def test_no_list_counts_until_it_is_switched_on_and_off_again_none_does(
    journey: Journey,
) -> None:
    email = f"x@{KNOWN}"
    assert (await said(journey, await say(journey, email=email))).verdict is Verdict.NOT_RUN
    assert not (await stands(journey, DISPOSABLE)).rules

    held = await switch(journey, "disposable")

    assert (await said(journey, await say(journey, email=email))).verdict is Verdict.HOLD
    with pytest.raises(Duplicate):
        await switch(journey, "disposable")
    spam = await switch(journey, "disposable", "spam")
    assert (await stands(journey, DISPOSABLE)).rules == (spam,)
    caught = await say(journey, email=email)
    assert caught.status is Status.SPAM
    assert "“mailinator.com” in the e-mail address stands on the list" in (
        (await said(journey, caught)).because
    )
    assert [(await journey.house.rules.own.one(r.id))[0].hits for r in (held, spam)] == [1, 1]
    assert (await journey.house.rules.own.one(held.id))[0].removed_by == "Ana"

    await journey.house.rules.own.remove(spam.id, "Ana")

    assert (await say(journey, email=email)).status is Status.HELD
    assert not (await stands(journey, DISPOSABLE)).rules
    back = await journey.house.rules.own.bring_back(spam.id, "Ana")
    assert (await stands(journey, DISPOSABLE)).rules == (back,)


async def test_a_list_is_tried_on_the_past_and_put_on_what_waits(journey: Journey) -> None:
    waits = await say(journey, email=f"x@{KNOWN}")
    await say(journey)
    rules = journey.house.rules
    draft = rules.own.draft(Wish("list", "disposable", "spam"), "Ana")
    tried = await rules.trial.of([draft])
    assert (tried.number, tried.by_status) == (1, {Status.HELD: 1})
    made = await rules.own.add(draft)
    applied = await rules.apply.to_waiting(made.id, ANA)
    assert [comment.id for comment in applied.spam] == [waits.id]
    await journey.house.undo.decision(applied.decision_id, ANA)
    assert (await journey.again(waits.id)).status is Status.HELD


async def test_a_list_of_which_no_copy_is_here_is_to_be_fetched_first(journey: Journey) -> None:
    with pytest.raises(IllegalMove, match="rule lists refresh referrers"):
        await switch(journey, "referrers")
    with pytest.raises(InvalidFields, match="There is no list “nothing”"):
        await switch(journey, "nothing")
    assert await take_in(journey, "spam.example", "bad.example") == (2, 2, 0)
    await switch(journey, "referrers", "spam")
    assert (await say(journey, "https://www.bad.example/")).status is Status.SPAM


async def test_a_newer_copy_counts_at_once_in_every_process(journey: Journey) -> None:
    beside = await open_house(journey.house.settings, clock=journey.clock)
    try:
        await take_in(journey, "spam.example")
        await switch(journey, "referrers", "spam")
        assert (await say(journey, "https://spam.example/")).status is Status.SPAM
        assert (await say(journey, "https://bad.example/")).status is Status.HELD
        data = b"spam.example\nbad.example\n"
        got = await beside.rules.shelf.refresh(REFERRERS, data, origin="a file", who="Ben")
        assert (got.number, got.added, got.removed) == (2, 1, 0)
        assert (await say(journey, "https://bad.example/")).status is Status.SPAM
        one = await stands(journey, REFERRERS)
        assert one.fetched is not None
        assert (one.number, one.fetched.by, one.fetched.origin) == (2, "Ben", "a file")
    finally:
        await beside.close()


async def test_what_is_no_list_or_shrank_changes_nothing(journey: Journey) -> None:
    hosts = [f"spam{number}.example" for number in range(9)]
    await take_in(journey, *hosts)
    for wrong, says in (
        (("<html>",), "web page"),
        (("",), "empty"),
        (hosts[:4], "it has 4 hosts, and the copy that is here 9"),
    ):
        with pytest.raises(IllegalMove, match=says):
            await take_in(journey, *wrong)
        assert (await stands(journey, REFERRERS)).number == 9
    assert await take_in(journey, *hosts[:5]) == (5, 0, 4)
    assert await take_in(journey, hosts[0], force=True) == (1, 0, 4)
    shelf = journey.house.rules.shelf
    with pytest.raises(IllegalMove, match="the copy that is here 10,181"):
        await shelf.refresh(DISPOSABLE, b"a.example", origin="a file", who="Ana")


async def test_a_list_is_fetched_by_the_one_way_out_and_only_when_asked(journey: Journey) -> None:
    address = journey.sources.page("/hosts.txt", "spam.example\n", content_type="text/plain")
    shelf = journey.house.rules.shelf
    await take_in(journey, "old.example")
    await switch(journey, "referrers")
    await journey.work()
    assert journey.sources.requests == []

    data = await shelf.fetch(address)

    assert data == b"spam.example\n"
    (asked,) = journey.sources.requests
    assert "refreshing a list of hosts" in asked.headers["user-agent"]
    with pytest.raises(IllegalMove, match=r"cannot be read: .*404"):
        await shelf.fetch(journey.sources.url("/elsewhere"))
    with pytest.raises(IllegalMove, match="cannot be read"):
        await shelf.fetch("http://127.0.0.1:1/hosts.txt")
    with pytest.raises(Busy):
        await asyncio.gather(*(shelf.fetch(address) for _ in range(9)))


async def test_a_list_that_calls_spam_what_others_speak_for_holds_it(journey: Journey) -> None:
    first = await journey.json_reply(remember=True)
    known = await journey.again(first.json()["id"])
    await journey.house.decide.one(known.id, Action.APPROVE, ANA)
    await take_in(journey, "spam.example")
    await switch(journey, "referrers", "spam")
    journey.clock.turn(timedelta(seconds=20))
    answer = await journey.json_reply(
        text="As https://spam.example/ has it", author_key=first.json()["author_key"]
    )
    assert answer.json()["status"] == "held"
    assert (await journey.again(answer.json()["id"])).status is Status.HELD
