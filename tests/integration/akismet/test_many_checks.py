"""Many checks at once, checks that cannot be asked, and the check on the shelf."""

import asyncio

from moderation.checks.akismet import AkismetCheck, Alert, Said
from moderation.checks.akismet.client import Akismet
from moderation.domain.comment import Author, Client
from moderation.domain.opinion import Verdict
from moderation.settings import AkismetSettings, Settings
from tests.integration.akismet.server import AkismetServer, Reply
from tests.unit.checks.cases import SITE, TurnedClock, reply, tools

SPAM = Author("akismet-guaranteed-spam")
SILENT = "Akismet did not answer in 1 seconds."
GARBLED = "Akismet's answer could not be understood."
UNREACHED = "Akismet could not be reached."


async def test_answers_of_calls_at_once_are_not_mixed_up(
    akismet: Akismet, akismet_server: AkismetServer
) -> None:
    doors = [asyncio.Event() for _ in range(4)]
    for n, door in enumerate(doors):
        headers = (("X-akismet-guid", f"g{n}"), ("X-akismet-alert-code", str(n)))
        akismet_server.script(
            "comment-check", Reply("true" if n % 2 else "false", headers=headers, wait_for=door)
        )
    checks = []
    for n in range(4):
        checks.append(asyncio.create_task(akismet.check(reply(f"Text {n}"))))
        await akismet_server.until_asked(n + 1)
    for door, check in zip(reversed(doors), reversed(checks), strict=True):
        door.set()
        await check
    for n, check in enumerate(checks):
        answer = check.result()
        assert answer.guid == f"g{n}"
        assert answer.alert == Alert(str(n), "")
        assert answer.verdict is (Said.SPAM if n % 2 else Said.HAM)
        assert answer.sent["comment_content"] == f"Text {n}"


async def test_no_more_than_four_are_asked_at_once(
    akismet: Akismet, akismet_server: AkismetServer, hurried: Akismet
) -> None:
    door = asyncio.Event()
    akismet_server.script("comment-check", *[Reply("false", wait_for=door)] * 12)
    checks = [asyncio.create_task(akismet.check(reply())) for _ in range(12)]
    await akismet_server.until_asked(4)
    assert await hurried.verify(SITE.url)  # a whole turn of the line: a fifth would be here now
    assert len(akismet_server.of("comment-check")) == 4
    door.set()
    answers = await asyncio.gather(*checks)
    assert {answer.verdict for answer in answers} == {Said.HAM}
    assert len(akismet_server.of("comment-check")) == 12


async def test_a_check_that_finds_no_slot_in_time_is_unknown(
    hurried: Akismet, akismet_server: AkismetServer
) -> None:
    akismet_server.script("comment-check", *[Reply(hang=True)] * 20)
    async with asyncio.timeout(5):
        answers = await asyncio.gather(*(hurried.check(reply()) for _ in range(20)))
    assert {answer.verdict for answer in answers} == {Said.UNKNOWN}
    assert "Akismet is still busy with other comments of ours." in {a.because for a in answers}


async def test_a_cancelled_check_gives_its_slot_back(
    akismet: Akismet, akismet_server: AkismetServer
) -> None:
    akismet_server.script("comment-check", *[Reply(hang=True)] * 4)
    checks = [asyncio.create_task(akismet.check(reply())) for _ in range(4)]
    await akismet_server.until_asked(4)
    for check in checks:
        check.cancel()
    await asyncio.gather(*checks, return_exceptions=True)
    assert all(check.cancelled() for check in checks)
    assert (await akismet.check(reply())).verdict is Said.HAM


async def test_without_a_key_nothing_is_asked(akismet_server: AkismetServer) -> None:
    settings = Settings(sites=(SITE,), akismet=AkismetSettings("", akismet_server.url))
    check = AkismetCheck(tools(settings))
    opinion = await check.examine(reply())
    assert (opinion.verdict, opinion.because) == (
        Verdict.NOT_RUN,
        "Akismet was not asked: no key.",
    )
    assert await check.akismet.verify(SITE.url) is None
    assert not akismet_server.asked
    await check.aclose()


async def test_a_comment_whose_address_is_not_kept_is_not_asked_about(
    akismet: Akismet, akismet_server: AkismetServer
) -> None:
    answer = await akismet.check(reply(client=Client("192.0.2.0/24")))
    assert (answer.verdict, answer.again) == (Said.UNKNOWN, False)
    assert not akismet_server.asked


async def test_the_address_in_settings_may_have_a_path(
    akismet_server: AkismetServer, clock: TurnedClock
) -> None:
    akismet = Akismet(AkismetSettings(akismet_server.key, akismet_server.url + "/to/it/"), clock)
    assert (await akismet.check(reply())).verdict is Said.HAM
    await akismet.aclose()


async def test_the_check_on_the_shelf_says_what_akismet_says(
    akismet_server: AkismetServer,
) -> None:
    settings = AkismetSettings(akismet_server.key, akismet_server.url)
    check = AkismetCheck(tools(Settings(sites=(SITE,), akismet=settings)))
    assert (await check.examine(reply(author=SPAM))).verdict is Verdict.SPAM
    assert (await check.examine(reply())).verdict is Verdict.HAM
    await check.aclose()
