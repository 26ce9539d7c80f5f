"""Our Akismet checklist, as far as the check and its adapter reach."""

import logging
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from moderation.checks.akismet import AkismetFailed, Alert, Said, opinion_of
from moderation.checks.akismet.client import Akismet
from moderation.checks.contract import Case
from moderation.domain.comment import Client, Kind
from moderation.domain.opinion import Ruling, Verdict, rule, settle
from moderation.domain.site import Hold
from moderation.settings import AkismetSettings
from tests.integration.akismet import server as loopback
from tests.integration.akismet.server import AkismetServer
from tests.unit.checks.cases import NOW, SITE, TurnedClock, ping, reply


@pytest.fixture
async def server() -> AsyncIterator[AkismetServer]:
    async with AkismetServer() as running:
        yield running


@pytest.fixture
def clock() -> TurnedClock:
    return TurnedClock()


@pytest.fixture
async def akismet(server: AkismetServer, clock: TurnedClock) -> AsyncIterator[Akismet]:
    client = Akismet(AkismetSettings(server.key, server.url, timeout_seconds=1.5), clock)
    yield client
    await client.aclose()


def says(body: str, *headers: tuple[str, str], status: int = 200) -> loopback.Reply:
    return loopback.Reply(body, status, headers)


async def test_a_check_carries_what_akismet_asks_for(
    akismet: Akismet, server: AkismetServer
) -> None:
    """A-1, L-2, L-9: the parameters of every check, form-encoded in UTF-8."""
    await akismet.check(reply("Grüße & 100 % 蜂", parent_id="m1"))
    (asked,) = server.asked
    assert asked.fields == {
        "api_key": server.key,
        "blog": "https://blog.example/",
        "user_ip": "192.0.2.7",
        "user_agent": "Browser/1.0",
        "referrer": "https://blog.example/bees",
        "permalink": "https://blog.example/bees",
        "comment_type": "reply",
        "comment_author": "Ada",
        "comment_author_email": "ada@reader.example",
        "comment_author_url": "https://ada.example/",
        "comment_content": "Grüße & 100 % 蜂",
        "comment_parent": "m1",
        "comment_date_gmt": "2026-11-22T07:30:00+00:00",
        "blog_lang": "en_gb",
        "blog_charset": "UTF-8",
        "honeypot_field_name": "hp_url",
    }
    assert asked.method == "POST"
    assert asked.headers["content-type"] == "application/x-www-form-urlencoded"
    assert "comment_content=Gr%C3%BC%C3%9Fe+%26+100+%25+%E8%9C%82" in asked.body


async def test_without_a_referrer_none_is_sent(akismet: Akismet, server: AkismetServer) -> None:
    """A-1: the referrer, if any."""
    await akismet.check(reply(client=Client("192.0.2.7", "Browser/1.0")))
    assert "referrer" not in server.asked[0].fields


@pytest.mark.parametrize("kind", [Kind.PINGBACK, Kind.TRACKBACK, Kind.WEBMENTION])
async def test_a_ping_is_checked_with_its_sender_s_address(
    akismet: Akismet, server: AkismetServer, kind: Kind
) -> None:
    """A-2: user_ip and user_agent of the request that delivered the ping."""
    await akismet.check(ping(kind=kind, client=Client("198.51.100.9", "Sender/2.0")))
    sent = server.asked[0].fields
    assert (sent["user_ip"], sent["user_agent"]) == ("198.51.100.9", "Sender/2.0")
    assert sent["comment_type"] == kind.value


async def test_true_is_spam(akismet: Akismet, server: AkismetServer) -> None:
    """A-3: `true` goes to the spam folder."""
    server.script("comment-check", says("true"))
    assert rule([opinion_of(await akismet.check(reply()))]) is Ruling.SPAM


async def test_discard_is_kept_as_spam(akismet: Akismet, server: AkismetServer) -> None:
    """A-3: `true` with the pro-tip `discard` is spam like any other, by default."""
    server.script("comment-check", says("true", ("X-akismet-pro-tip", "discard")))
    answer = await akismet.check(reply())
    assert answer.pro_tip == "discard"
    assert rule([opinion_of(answer)]) is Ruling.SPAM


async def test_false_publishes_only_where_the_owner_says_so(
    akismet: Akismet, server: AkismetServer
) -> None:
    """A-4: `false` leaves the word to the other checks and to the owner's setting."""
    opinion = opinion_of(await akismet.check(reply()))
    assert rule([opinion]) is None
    assert settle([opinion], Hold.ALL, proven=True) is Ruling.HOLD
    assert settle([opinion], Hold.FIRST_TIME, proven=False) is Ruling.HOLD
    assert settle([opinion], Hold.NONE, proven=False) is Ruling.APPROVE


NO_ANSWERS = {
    "another body": says("maybe"),
    "an empty body": says(""),
    "status 500": says("false", status=500),
    "status 201": says("false", status=201),
    "a redirect": says("", ("Location", "http://127.0.0.1:1/"), status=301),
    "a time-out": loopback.Reply(hang=True),
    "a hung up line": loopback.Reply(raw=b""),
}


@pytest.mark.parametrize("given", NO_ANSWERS.values(), ids=NO_ANSWERS.keys())
async def test_no_clear_answer_holds(
    akismet: Akismet, server: AkismetServer, given: loopback.Reply
) -> None:
    """A-5: anything but a clear answer holds, is never spam, and may be asked again."""
    server.script("comment-check", given)
    answer = await akismet.check(reply())
    opinion = opinion_of(answer)
    assert opinion.verdict is Verdict.UNKNOWN
    assert settle([opinion], Hold.NONE, proven=True) is Ruling.HOLD
    assert answer.again
    again = await akismet.check(reply(), recheck_reason="retry")
    assert again.verdict is Said.HAM
    assert server.asked[-1].fields["recheck_reason"] == "retry"


async def test_a_refused_connection_holds(akismet: Akismet, server: AkismetServer) -> None:
    """A-5: a refused connection."""
    await server.stop()
    assert opinion_of(await akismet.check(reply())).verdict is Verdict.UNKNOWN


async def test_a_failed_handshake_holds(server: AkismetServer, clock: TurnedClock) -> None:
    """A-5: a TLS failure; the question is not repeated in the clear."""
    https = server.url.replace("http:", "https:")
    akismet = Akismet(AkismetSettings(server.key, https, 1.5), clock)
    assert opinion_of(await akismet.check(reply())).verdict is Verdict.UNKNOWN
    assert not server.asked
    await akismet.aclose()


async def test_invalid_is_key_trouble(
    akismet: Akismet, server: AkismetServer, clock: TurnedClock
) -> None:
    """A-6: `invalid` holds all and stops the asking for six hours."""
    server.script("comment-check", says("invalid"))
    for _ in range(3):
        assert (await akismet.check(reply())).verdict is Said.UNKNOWN
    assert len(server.asked) == 1
    assert akismet.paused_until == NOW + timedelta(hours=6)
    assert akismet.trouble == "Akismet refused the key."
    clock.turn(6 * 3600)
    assert (await akismet.check(reply())).verdict is Said.HAM


@pytest.mark.parametrize("body", ["true\n", " true", "\r\ntrue\r\n"])
@pytest.mark.parametrize("name", ["x-akismet-pro-tip", "X-AKISMET-PRO-TIP"])
async def test_white_space_and_case_do_not_matter(
    akismet: Akismet, server: AkismetServer, body: str, name: str
) -> None:
    """A-7, L-3: trimmed bodies, header names and `discard` in any case."""
    server.script("comment-check", says(body, (name, "DisCard")))
    answer = await akismet.check(reply())
    assert (answer.verdict, answer.pro_tip) == (Said.SPAM, "discard")


@pytest.mark.parametrize("body", ["true", "false"])
async def test_alerts_are_kept_beside_a_verdict(
    akismet: Akismet, server: AkismetServer, body: str
) -> None:
    """A-8, L-1: alert headers are kept and change no verdict."""
    alert = (("X-akismet-alert-code", "10504"), ("X-akismet-alert-msg", "Over the limit."))
    server.script("comment-check", says(body, *alert), says(body))
    alerted = await akismet.check(reply())
    plain = await akismet.check(reply())
    assert alerted.alert == Alert("10504", "Over the limit.")
    assert opinion_of(alerted) == opinion_of(plain)


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize("value", ["300", "Sun, 22 Nov 2026 07:35:00 GMT"])
async def test_retry_after_is_respected(
    akismet: Akismet, server: AkismetServer, clock: TurnedClock, status: int, value: str
) -> None:
    """A-9, L-5: not asked before Retry-After, seconds or a date."""
    server.script("comment-check", says("", ("Retry-After", value), status=status))
    assert (await akismet.check(reply())).retry_after == 300
    clock.turn(299)
    await akismet.check(reply())
    assert len(server.asked) == 1
    clock.turn(1)
    assert (await akismet.check(reply())).verdict is Said.HAM


@pytest.mark.parametrize("spam", [True, False])
@pytest.mark.parametrize("case", [reply(parent_id="m1"), ping()], ids=["reply", "ping"])
async def test_a_correction_repeats_the_check(
    akismet: Akismet, server: AkismetServer, case: Case, spam: bool
) -> None:
    """A-10, L-1: the guid and the same values go with submit-spam and submit-ham."""
    server.script("comment-check", says("false", ("X-Akismet-GUID", "the-guid")))
    answer = await akismet.check(case)
    await akismet.submit(answer.sent, spam=spam, guid=answer.guid)
    checked, corrected = server.asked
    assert corrected.call == ("submit-spam" if spam else "submit-ham")
    assert corrected.fields == {**checked.fields, "guid": "the-guid"}


@pytest.mark.parametrize("body", ["true", "", "invalid", "Invalid Key", "Thanks!"])
async def test_only_thanks_is_success(akismet: Akismet, server: AkismetServer, body: str) -> None:
    """A-11: anything but the thank-you sentence is a failure, so that it is tried again."""
    sent = (await akismet.check(reply())).sent
    server.script("submit-spam", says(body))
    with pytest.raises(AkismetFailed):
        await akismet.submit(sent, spam=True)


async def test_an_edit_is_checked_as_an_edit(akismet: Akismet, server: AkismetServer) -> None:
    """A-12: an edited webmention is checked anew with `recheck_reason=edit`."""
    await akismet.check(ping(edited=True))
    assert server.asked[0].fields["recheck_reason"] == "edit"


async def test_the_key_is_in_nothing_that_is_kept_or_logged(
    akismet: Akismet, server: AkismetServer, caplog: pytest.LogCaptureFixture
) -> None:
    """A-13, L-6: not in logs, answers, sentences or texts of exceptions, even when echoed."""
    server.script(
        "comment-check", says(server.key), says("invalid", ("X-akismet-debug-help", server.key))
    )
    with caplog.at_level(logging.INFO):
        answers = [await akismet.check(reply()) for _ in range(2)]
        with pytest.raises(AkismetFailed) as failure:
            await akismet.submit(answers[0].sent, spam=True)
        await akismet.usage(SITE.url)
    assert len(server.asked) == 3
    for text in (repr(answers), repr(failure.value), akismet.trouble, caplog.text):
        assert server.key not in text
