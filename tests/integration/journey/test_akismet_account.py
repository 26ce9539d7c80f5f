"""The account at Akismet: watched in the background, told of once, spared when little is left."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from moderation.domain.comment import Status
from moderation.domain.decision import Action
from moderation.domain.moderator import Role
from moderation.domain.opinion import Opinion, Verdict
from moderation.flow.ask import spare
from moderation.settings import AkismetSettings, MailSettings
from moderation.store import akismet_account
from moderation.store.akismet_account import AkismetAccount, Standing
from tests.conftest import FakeClock
from tests.integration.akismet.server import AkismetServer, Reply
from tests.integration.mail.smtp_server import SmtpServer

from .conftest import ANA, Journey, Open


@pytest.fixture
async def akismet() -> AsyncIterator[AkismetServer]:
    async with AkismetServer() as server:
        yield server


@pytest.fixture
async def smtp() -> AsyncIterator[SmtpServer]:
    with SmtpServer() as server:
        yield server


@pytest.fixture
async def watched(begin: Open, akismet: AkismetServer, smtp: SmtpServer) -> Journey:
    """A house with a key, mail and an owner; as when it starts, a look is asked for."""
    journey = await begin(
        akismet=AkismetSettings(akismet.key, akismet.url, 1.5),
        mail=MailSettings(smtp.url, "comments@blog.example"),
    )
    enter = journey.house.enter
    await enter.add(enter.draft("Ana", "ana@blog.example", Role.OWNER), "a long pass phrase")
    await enter.add(enter.draft("Ben", "ben@blog.example", Role.MODERATOR), "a long pass phrase")
    assert journey.house.account is not None
    await journey.house.account.start()
    return journey


async def known(journey: Journey) -> AkismetAccount:
    account = await journey.house.store.read(akismet_account.read)
    assert account is not None
    return account


def letters(smtp: SmtpServer) -> list[tuple[str, str]]:
    """Whom a letter about Akismet went to, and its text."""
    about = [m for m in smtp.received if "Akismet needs you" in m.message["Subject"]]
    return [(m.recipients[0], m.text) for m in about]


async def look(journey: Journey) -> None:
    """What the job does an hour later, and what follows from it."""
    journey.clock.turn(timedelta(hours=6, minutes=1))
    await journey.work()


async def test_key_and_plan_are_looked_at_in_the_background(
    watched: Journey, akismet: AkismetServer
) -> None:
    akismet.usage = {"limit": 350_000, "usage": 7463, "percentage": "2.13", "throttled": False}
    await watched.work()

    account = await known(watched)
    assert (account.standing, account.used, account.plan) == (Standing.GOOD, 7463, 350_000)
    assert account.percentage == 2.13
    assert not account.is_low
    await look(watched)
    assert len(akismet.of("verify-key")) == 2


async def test_owners_are_told_once_that_the_key_is_refused(
    watched: Journey, akismet: AkismetServer, smtp: SmtpServer
) -> None:
    akismet.script("verify-key", *[Reply("invalid")] * 2)
    await watched.work()
    await look(watched)
    ((to, text),) = letters(smtp)
    assert to == "ana@blog.example"
    assert "Akismet refuses the key." in text
    assert "/dashboard/akismet" in text

    await look(watched)  # mended
    assert (await known(watched)).standing is Standing.GOOD
    akismet.script("verify-key", Reply("invalid"))
    await look(watched)
    assert len(letters(smtp)) == 2  # and broken again


async def test_silence_is_told_of_after_a_day_and_loses_nothing(
    watched: Journey, akismet: AkismetServer, smtp: SmtpServer
) -> None:
    await akismet.stop()
    answer = await watched.json_reply()
    await watched.work()
    assert (await known(watched)).standing is Standing.SILENT
    assert not letters(smtp)
    for _ in range(4):
        await look(watched)
    ((_, text),) = letters(smtp)
    assert "Akismet does not answer." in text

    await akismet.start(akismet.port)
    await look(watched)
    assert (await known(watched)).standing is Standing.GOOD
    comment = await watched.again(answer.json()["id"])
    assert comment.status is Status.HELD
    seen = await watched.house.see.comment(comment.id)
    assert {o.check: o.verdict for o in seen.opinions}["akismet"] is Verdict.HAM


async def test_an_alert_beside_a_verdict_reaches_the_owner(
    watched: Journey, akismet: AkismetServer, smtp: SmtpServer
) -> None:
    await watched.work()
    alert = (
        ("X-akismet-alert-code", "10005"),
        ("X-akismet-alert-msg", "Your key was made public."),
    )
    akismet.script("comment-check", Reply("false", headers=alert))
    await watched.json_reply()
    await watched.work()
    watched.clock.turn(timedelta(minutes=2))
    await watched.work()

    ((to, text),) = letters(smtp)
    assert to == "ana@blog.example"
    assert "10005: Your key was made public." in text


async def test_an_alert_that_counts_on_with_each_answer_is_one_letter_a_day(
    watched: Journey, akismet: AkismetServer, smtp: SmtpServer
) -> None:
    await watched.work()
    for used in range(3):
        alert = ("X-akismet-alert-code", "10503"), ("X-akismet-alert-msg", f"You used {used}.")
        akismet.script("comment-check", Reply("false", headers=alert))
        await watched.json_reply(text=f"Reply {used}")
        await watched.work()
        watched.clock.turn(timedelta(minutes=20))
        await watched.work()
    assert (await known(watched)).alert == "10503: You used 2."
    ((_, text),) = letters(smtp)
    assert "10503: You used 0." in text

    watched.clock.turn(timedelta(days=1))
    alert = ("X-akismet-alert-code", "10503"), ("X-akismet-alert-msg", "You used 9.")
    akismet.script("comment-check", Reply("false", headers=alert))
    await watched.json_reply(text="Another day")
    await watched.work()
    assert len(letters(smtp)) == 2


async def test_what_other_checks_are_sure_of_is_not_asked_when_few_calls_are_left(
    watched: Journey, akismet: AkismetServer
) -> None:
    akismet.usage = {"limit": 500, "usage": 470, "percentage": "94.00", "throttled": False}
    await watched.work()
    first = (await watched.json_reply(remember=True)).json()
    await watched.work()
    assert len(akismet.of("comment-check")) == 1  # nobody is sure of a stranger
    await watched.house.decide.one(first["id"], Action.APPROVE, ANA)

    second = await watched.json_reply(text="Me again.", author_key=first["author_key"])
    await watched.work()

    assert len(akismet.of("comment-check")) == 1
    comment = await watched.again(second.json()["id"])
    assert comment.status is Status.APPROVED
    seen = await watched.house.see.comment(comment.id)
    (said,) = (o for o in seen.opinions if o.check == "akismet")
    assert said.verdict is Verdict.NOT_RUN
    assert "94 % of this month's calls are used" in said.because


def opinion(verdict: Verdict, score: float = 0.0) -> Opinion:
    return Opinion("another", verdict, "Because.", score)


@pytest.mark.parametrize(
    ("said", "spared"),
    [
        pytest.param([opinion(Verdict.UNSURE)], False, id="nobody is sure"),
        pytest.param([opinion(Verdict.HOLD, 0.4)], False, id="a person is to look anyway"),
        pytest.param([opinion(Verdict.SPAM, 0.9)], True, id="one says spam"),
        pytest.param([opinion(Verdict.HAM)], True, id="one speaks for it"),
        pytest.param([opinion(Verdict.SPAM), opinion(Verdict.HAM)], False, id="they differ"),
        pytest.param([opinion(Verdict.NOT_RUN, -0.97)], True, id="a score near its end"),
        pytest.param([], False, id="nothing is known"),
    ],
)
def test_when_a_question_is_spared(said: list[Opinion], spared: bool, clock: FakeClock) -> None:
    low = AkismetAccount(
        Standing.GOOD, clock.now(), clock.now(), used=99, plan=100, percentage=99.0
    )
    assert (spare(low, said) is not None) is spared


async def test_without_a_key_there_is_no_account(journey: Journey) -> None:
    assert journey.house.account is None
