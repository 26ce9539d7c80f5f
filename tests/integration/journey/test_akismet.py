"""Akismet on the way: asked by a job, believed as far as the ruling goes, corrected later."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from moderation.domain.comment import Status, WaitingFor
from moderation.domain.decision import Action
from moderation.domain.opinion import Verdict
from moderation.domain.site import Hold, Moderation
from moderation.flow.decide import Aim
from moderation.flow.revise import Words
from moderation.settings import AkismetSettings
from moderation.store import akismet_records
from tests.integration.akismet.server import AkismetServer, Reply

from .conftest import ANA, Journey, Open


@pytest.fixture
async def akismet() -> AsyncIterator[AkismetServer]:
    async with AkismetServer() as server:
        yield server


@pytest.fixture
async def checked(begin: Open, akismet: AkismetServer) -> Journey:
    return await begin(
        akismet=AkismetSettings(akismet.key, akismet.url),
        site={"moderation": Moderation(hold=Hold.NONE)},
    )


async def verdict(journey: Journey) -> Verdict:
    comment = await journey.only()
    seen = await journey.house.see.comment(comment.id)
    return {o.check: o.verdict for o in seen.opinions}["akismet"]


async def test_until_akismet_has_spoken_a_reply_is_held_and_then_approved(
    checked: Journey, akismet: AkismetServer
) -> None:
    answer = await checked.json_reply()
    assert answer.json()["status"] == "held"
    assert await verdict(checked) is Verdict.UNKNOWN

    await checked.work()

    assert await verdict(checked) is Verdict.HAM
    assert (await checked.only()).status is Status.APPROVED
    (asked,) = akismet.of("comment-check")
    assert asked.fields["comment_author"] == "Mei Lin"
    assert asked.fields["user_ip"] == "192.0.2.9"


async def test_what_akismet_calls_spam_lands_in_spam(checked: Journey) -> None:
    await checked.json_reply(
        author={"name": "akismet-guaranteed-spam", "email": "x@readers.example"}
    )
    await checked.work()

    assert (await checked.only()).status is Status.SPAM


async def test_akismet_being_down_holds_and_is_asked_again(
    checked: Journey, akismet: AkismetServer
) -> None:
    akismet.script("comment-check", Reply(status=500, body="oops"))
    answer = await checked.json_reply()
    assert answer.status_code == 201
    await checked.work()
    assert (await checked.only()).status is Status.HELD

    checked.clock.turn(timedelta(minutes=2))
    await checked.work()

    assert (await checked.only()).status is Status.APPROVED
    assert akismet.of("comment-check")[-1].fields["recheck_reason"] == "retry"


async def test_a_decision_that_differs_is_sent_once_after_the_undo_time(
    checked: Journey, akismet: AkismetServer
) -> None:
    await checked.json_reply()
    await checked.work()
    comment = await checked.only()
    await checked.house.decide.one(comment.id, Action.SPAM, ANA, version=comment.version)
    await checked.work()
    assert akismet.of("submit-spam") == []

    checked.clock.turn(timedelta(seconds=61))
    await checked.work()
    await checked.work()

    (told,) = akismet.of("submit-spam")
    assert told.fields["comment_content"] == "I keep *my* notes in the margins too."
    record = await checked.house.store.read(akismet_records.of, comment.id)
    assert record is not None
    assert record.corrected_as is Verdict.SPAM
    assert told.fields["guid"] == record.guid


async def test_a_quick_undo_sends_nothing(checked: Journey, akismet: AkismetServer) -> None:
    await checked.json_reply()
    await checked.work()
    comment = await checked.only()
    outcome = await checked.house.decide.one(comment.id, Action.SPAM, ANA, version=comment.version)
    await checked.house.undo.decision(outcome.decision_id, ANA)
    checked.clock.turn(timedelta(seconds=120))
    await checked.work()

    assert akismet.of("submit-spam") == []
    assert (await checked.only()).status is Status.APPROVED


async def ruled_on(journey: Journey, text: str) -> tuple[str, int]:
    """A reply that Akismet has spoken about; its id and version."""
    answer = (await journey.json_reply(text=text)).json()
    await journey.work()
    return answer["id"], (await journey.again(answer["id"])).version


async def test_undoing_for_one_of_two_leaves_the_correction_of_the_other(
    checked: Journey, akismet: AkismetServer
) -> None:
    one, two = await ruled_on(checked, "One."), await ruled_on(checked, "Two.")
    outcome = await checked.house.decide.many([Aim(*one), Aim(*two)], Action.SPAM, ANA)
    version = outcome.done[1].version
    await checked.house.revise.edit(two[0], Words(text="Two!"), ANA, version=version)
    await checked.house.undo.decision(outcome.decision_id, ANA)
    checked.clock.turn(timedelta(seconds=61))
    await checked.work()

    assert [told.fields["comment_content"] for told in akismet.of("submit-spam")] == ["Two."]


async def test_a_later_decision_is_not_undone_with_an_earlier_one(
    checked: Journey, akismet: AkismetServer
) -> None:
    akismet.script("comment-check", Reply(body="true"), Reply(body="true"))
    one, two = await ruled_on(checked, "One."), await ruled_on(checked, "Two.")
    first = await checked.house.decide.many([Aim(*one), Aim(*two)], Action.HOLD, ANA)
    await checked.house.decide.one(two[0], Action.APPROVE, ANA, version=first.done[1].version)
    await checked.house.undo.decision(first.decision_id, ANA)
    checked.clock.turn(timedelta(seconds=61))
    await checked.work()

    assert [told.fields["comment_content"] for told in akismet.of("submit-ham")] == ["Two."]
    assert akismet.of("submit-spam") == []


async def test_undoing_after_the_correction_has_left_corrects_back(
    checked: Journey, akismet: AkismetServer
) -> None:
    ident, version = await ruled_on(checked, "One.")
    outcome = await checked.house.decide.one(ident, Action.SPAM, ANA, version=version)
    checked.clock.turn(timedelta(seconds=61))
    await checked.work()
    assert len(akismet.of("submit-spam")) == 1
    await checked.house.undo.decision(outcome.decision_id, ANA)
    checked.clock.turn(timedelta(seconds=61))
    await checked.work()

    assert len(akismet.of("submit-ham")) == 1
    assert len(akismet.of("submit-spam")) == 1


async def test_words_that_were_changed_after_they_were_shown_are_taken_off_where_akismet_objects(
    checked: Journey, akismet: AkismetServer
) -> None:
    page = (await checked.json_reply()).json()["private_url"]
    await checked.work()
    assert (await checked.only()).status is Status.APPROVED
    akismet.script("comment-check", Reply(body="true"))
    await checked.client.post(f"{page}/edit", data={"comment": "Buy something."})
    await checked.work()

    comment = await checked.only()
    assert akismet.of("comment-check")[-1].fields["recheck_reason"] == "edit"
    assert (comment.status, comment.waiting_for) == (Status.HELD, WaitingFor.MODERATOR)


async def test_what_a_moderator_has_seen_since_stays_whatever_akismet_says(
    checked: Journey, akismet: AkismetServer
) -> None:
    page = (await checked.json_reply()).json()["private_url"]
    await checked.work()
    akismet.script("comment-check", Reply(body="true"))
    await checked.client.post(f"{page}/edit", data={"comment": "Fine words."})
    comment = await checked.only()
    decide = checked.house.decide
    await decide.one(comment.id, Action.HOLD, ANA, version=comment.version)
    await decide.one(comment.id, Action.APPROVE, ANA, version=comment.version + 1)
    await checked.work()

    assert (await checked.only()).status is Status.APPROVED


async def test_looking_at_a_source_again_keeps_what_akismet_said_of_the_same_words(
    checked: Journey, akismet: AkismetServer
) -> None:
    link = f'<title>x</title><a href="{checked.article}">A fine page</a>'
    ping = {"source": checked.sources.page("/s/", link), "target": checked.article}
    for _ in range(2):
        await checked.client.post("/webmention", data=ping)
        await checked.work()
        await checked.work()
        checked.clock.turn(timedelta(minutes=11))

    assert len(akismet.of("comment-check")) == 1
    assert await verdict(checked) is Verdict.HAM
