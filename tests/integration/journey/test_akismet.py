"""Akismet on the way: asked by a job, believed as far as the ruling goes, corrected later."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from moderation.domain.comment import Status
from moderation.domain.decision import Action
from moderation.domain.opinion import Verdict
from moderation.domain.site import Hold, Moderation
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
