"""Mail on the way: moderators hear what waits, writers confirm their address."""

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta

import pytest

from moderation import templating
from moderation.domain.comment import Status
from moderation.domain.decision import Action
from moderation.domain.moderator import Role
from moderation.flow.letters import Letters
from moderation.flow.tell import Tell
from moderation.flow.worker import Worker
from moderation.notify.contract import Letter
from moderation.settings import AkismetSettings, MailSettings
from moderation.store import jobs
from tests.integration.akismet.server import AkismetServer, Reply
from tests.integration.mail.smtp_server import SmtpServer

from .conftest import ANA, PUBLIC, Journey, Open


@pytest.fixture
async def smtp() -> AsyncIterator[SmtpServer]:
    with SmtpServer() as server:
        yield server


@pytest.fixture
async def mailed(begin: Open, smtp: SmtpServer) -> Journey:
    journey = await begin(mail=MailSettings(smtp.url, "comments@blog.example"))
    enter = journey.house.enter
    await enter.add(enter.draft("Ana", "ana@blog.example", Role.OWNER), "a long pass phrase")
    return journey


def to(smtp: SmtpServer, address: str) -> list[str]:
    return [m.text for m in smtp.received if list(m.recipients) == [address]]


async def test_a_moderator_is_told_at_once_then_after_a_rest(
    mailed: Journey, smtp: SmtpServer
) -> None:
    await mailed.json_reply()
    await mailed.work()
    assert len(to(smtp, "ana@blog.example")) == 1

    for number in range(12):
        mailed.clock.turn(timedelta(seconds=30))
        await mailed.json_reply(text=f"Another word, number {number}.")
    await mailed.work()
    assert len(to(smtp, "ana@blog.example")) == 1

    mailed.clock.turn(timedelta(minutes=10))
    await mailed.work()

    first, second = to(smtp, "ana@blog.example")
    assert "I keep *my* notes" in first
    assert "number 11" in second
    assert "number 0." not in second  # the ten newest
    assert "13" in second  # how many wait in all


async def test_a_comment_is_told_of_once(mailed: Journey, smtp: SmtpServer) -> None:
    await mailed.json_reply()
    await mailed.work()
    mailed.clock.turn(timedelta(hours=1))
    await mailed.work()

    assert len(to(smtp, "ana@blog.example")) == 1


async def test_nobody_is_told_of_spam_or_of_pings_that_are_not_verified(
    mailed: Journey, smtp: SmtpServer
) -> None:
    await mailed.json_reply(hp_url="http://spam.example/")
    await mailed.client.post(
        "/webmention",
        data={"source": mailed.sources.url("/none/"), "target": mailed.article},
    )
    await mailed.work()

    assert not smtp.received


async def test_a_mailed_link_shows_on_get_and_acts_on_post_once(
    mailed: Journey, smtp: SmtpServer
) -> None:
    await mailed.json_reply()
    await mailed.work()
    (text,) = to(smtp, "ana@blog.example")
    link = re.search(r"http://\S+/act/\S+", text)
    assert link is not None

    shown = await mailed.client.get(link[0])
    assert shown.status_code == 200
    assert (await mailed.only()).status is Status.HELD
    acted = await mailed.client.post(link[0])
    assert acted.status_code == 200
    assert (await mailed.only()).status is Status.APPROVED
    again = await mailed.client.post(link[0])
    assert again.status_code == 409
    assert "Ana was first" in (await mailed.client.get(link[0])).text


async def unsubscribing(mailed: Journey, smtp: SmtpServer) -> str:
    """The address in the header of the letter to the moderator."""
    await mailed.json_reply()
    await mailed.work()
    (letter,) = (m for m in smtp.received if list(m.recipients) == ["ana@blog.example"])
    header = letter.message["List-Unsubscribe"]
    assert header is not None
    assert header.strip("<>") in letter.text
    return str(header.strip("<>"))


async def test_a_moderator_stops_the_letters_and_has_them_sent_again(
    mailed: Journey, smtp: SmtpServer
) -> None:
    link = await unsubscribing(mailed, smtp)

    shown = await mailed.client.get(link)  # scanners look at links
    assert "Stop these letters" in shown.text
    mailed.clock.turn(timedelta(hours=1))
    await mailed.json_reply(text="Looking alone stops nothing.")
    await mailed.work()
    assert len(to(smtp, "ana@blog.example")) == 2

    # What a mail program sends by itself (RFC 8058): no cookie, no Origin, a form of either kind.
    stopped = await mailed.client.post(link, files={"List-Unsubscribe": (None, "One-Click")})
    assert stopped.status_code == 200
    mailed.clock.turn(timedelta(hours=1))
    await mailed.json_reply(text="Nobody is told of this.")
    await mailed.work()
    assert len(to(smtp, "ana@blog.example")) == 2

    resumed = await mailed.client.post(f"{link}/resume")
    assert "Stop these letters" in resumed.text
    mailed.clock.turn(timedelta(hours=1))
    await mailed.json_reply(text="And of this she is.")
    await mailed.work()
    assert "And of this she is." in to(smtp, "ana@blog.example")[-1]


async def test_letters_on_their_way_are_stopped_too(mailed: Journey, smtp: SmtpServer) -> None:
    link = await unsubscribing(mailed, smtp)
    mailed.clock.turn(timedelta(minutes=1))
    await mailed.json_reply(text="A letter about this waits out its rest.")
    await mailed.work()

    await mailed.client.post(link, data={"List-Unsubscribe": "One-Click"})
    mailed.clock.turn(timedelta(hours=1))
    await mailed.work()

    assert len(to(smtp, "ana@blog.example")) == 1


async def test_only_a_link_of_ours_stops_letters(mailed: Journey, smtp: SmtpServer) -> None:
    link = await unsubscribing(mailed, smtp)
    for wrong in (link[:-3], f"{PUBLIC}/unsubscribe/ana", link.replace("unsubscribe", "act")):
        assert (await mailed.client.post(wrong)).status_code == 404
    (ana,) = await mailed.house.enter.everyone()
    assert ana.letters_stopped_at is None


async def test_a_confirmed_address_proves_its_writer(mailed: Journey, smtp: SmtpServer) -> None:
    first = (await mailed.json_reply()).json()
    await mailed.work()
    (text,) = to(smtp, "mei@readers.example")
    link = re.search(r"http://\S+/c/\S+", text)
    assert link is not None
    assert link[0] != first["private_url"]
    by_private = await mailed.client.post(f"{first['private_url']}/confirm")
    assert by_private.status_code == 403  # only the mail proves

    assert "Confirm" in (await mailed.client.get(link[0])).text
    assert (await mailed.client.post(f"{link[0]}/confirm")).status_code == 303
    await mailed.house.decide.one(first["id"], Action.APPROVE, ANA)
    second = (await mailed.json_reply(text="It is me again.")).json()
    assert second["status"] == "held"  # what is typed proves nothing
    mailed.clock.turn(timedelta(days=1))
    third = (await mailed.json_reply(text="And once more.")).json()
    await mailed.work()
    mails = to(smtp, "mei@readers.example")
    assert len(mails) == 2  # at most one such mail per address and day
    again = re.search(r"http://\S+/c/\S+", mails[1])
    assert again is not None
    await mailed.client.post(f"{again[0]}/confirm")

    statuses = {c.id: c.status for c in await mailed.all()}
    assert Status.APPROVED in (statuses[second["id"]], statuses[third["id"]])


async def test_a_mail_server_that_is_down_loses_nothing(mailed: Journey, smtp: SmtpServer) -> None:
    smtp.answer("MAIL", "451 later", times=2)
    answer = await mailed.json_reply()
    assert answer.status_code == 201
    await mailed.work()
    assert to(smtp, "ana@blog.example") == []
    mailed.clock.turn(timedelta(minutes=2))
    await mailed.work()

    assert len(to(smtp, "ana@blog.example")) == 1


async def test_the_page_of_a_mailed_link_confirms_though_the_address_was_confirmed_before(
    mailed: Journey, smtp: SmtpServer
) -> None:
    for text in ("First.", "Second."):
        await mailed.json_reply(text=text)
        await mailed.work()
        link = re.search(r"http://\S+/c/\S+", to(smtp, "mei@readers.example")[-1])
        assert link is not None
        assert "Confirm my email address" in (await mailed.client.get(link[0])).text
        await mailed.client.post(f"{link[0]}/confirm")
        assert "Confirm my email address" not in (await mailed.client.get(link[0])).text
        mailed.clock.turn(timedelta(days=1))


async def test_a_held_reply_that_was_edited_while_akismet_was_down_is_told_of(
    begin: Open, smtp: SmtpServer
) -> None:
    async with AkismetServer() as akismet:
        akismet.script("comment-check", Reply(status=500))
        journey = await begin(
            mail=MailSettings(smtp.url, "comments@blog.example"),
            akismet=AkismetSettings(akismet.key, akismet.url),
        )
        enter = journey.house.enter
        await enter.add(enter.draft("Ana", "ana@blog.example", Role.OWNER), "a long pass phrase")
        page = (await journey.json_reply()).json()["private_url"]
        await journey.client.post(f"{page}/edit", data={"comment": "Better words."})
        await journey.work()
        journey.clock.turn(timedelta(minutes=2))
        await journey.work()

    (letter,) = to(smtp, "ana@blog.example")
    assert "Better words." in letter


class Slow:
    """A channel during whose delivery something happens."""

    name = "slow"
    on = True

    def __init__(self) -> None:
        self.sent: list[Letter] = []
        self.meanwhile: Callable[[], Awaitable[object]] | None = None

    async def deliver(self, letter: Letter) -> None:
        self.sent.append(letter)
        if self.meanwhile is not None:
            happen, self.meanwhile = self.meanwhile, None
            await happen()


async def test_what_comes_while_a_letter_is_on_its_way_is_in_the_next(mailed: Journey) -> None:
    journey, slow = mailed, Slow()
    house = journey.house
    letters = Letters(templating.environment(), PUBLIC, house.settings.sites)
    tell = Tell(house.store, house.settings.sites, slow, letters, house.signing, journey.clock)
    worker = Worker(
        house.store,
        {"notify": tell.notify, "letter": tell.letter, "look": house.look},
        journey.clock,
    )

    async def meanwhile() -> None:
        journey.clock.turn(timedelta(seconds=1))
        await journey.json_reply(text="While you were writing.")
        notify = await house.store.read(jobs.page)
        await tell.notify(next(job for job in notify if job.kind == "notify"))
        journey.clock.turn(timedelta(seconds=5))

    await journey.json_reply()
    slow.meanwhile = meanwhile
    await worker.drain()
    journey.clock.turn(timedelta(minutes=16))
    await worker.drain()

    first, second = slow.sent
    assert "While you were writing." not in first.text
    assert "While you were writing." in second.text
    assert first.id != second.id  # else a mail server may take the second for a repeat
