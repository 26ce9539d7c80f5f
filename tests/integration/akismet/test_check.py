"""comment-check against Akismet on loopback, well and unwell."""

import gzip
from datetime import timedelta

import pytest

from moderation.checks.akismet import Alert, Said
from moderation.checks.akismet.client import Akismet
from moderation.domain.comment import Author
from moderation.settings import AkismetSettings
from tests.integration.akismet.server import AkismetServer, Reply
from tests.unit.checks.cases import NOW, TurnedClock, reply

SPAM = Author("akismet-guaranteed-spam")
SILENT = "Akismet did not answer in 1 seconds."
GARBLED = "Akismet's answer could not be understood."
UNREACHED = "Akismet could not be reached."


async def test_ham_and_spam_are_told_apart(akismet: Akismet) -> None:
    ham = await akismet.check(reply())
    spam = await akismet.check(reply(author=SPAM))
    assert (ham.verdict, ham.because) == (Said.HAM, "Akismet says this is not spam.")
    assert (spam.verdict, spam.because) == (Said.SPAM, "Akismet says this is spam.")
    assert (ham.guid, spam.guid) == ("guid-1", "guid-2")


async def test_what_is_kept_is_exactly_what_went_out_but_the_key(
    akismet: Akismet, akismet_server: AkismetServer
) -> None:
    case = reply("Grüße & more = 100 % +1\n🐝", parent_id="m1", trap="x", edited=True)
    answer = await akismet.check(case)
    (asked,) = akismet_server.of("comment-check")
    assert asked.fields == {**answer.sent, "api_key": akismet_server.key}
    assert asked.fields["comment_content"] == case.text
    assert asked.fields["recheck_reason"] == "edit"
    assert asked.headers["content-type"] == "application/x-www-form-urlencoded"


async def test_the_request_bears_our_name_and_their_host(
    akismet: Akismet, akismet_server: AkismetServer
) -> None:
    await akismet.check(reply())
    (asked,) = akismet_server.asked
    assert asked.headers["user-agent"].startswith("moderation/")
    assert "akismet.py/" in asked.headers["user-agent"]
    assert asked.headers["host"] == f"127.0.0.1:{akismet_server.port}"
    assert asked.headers["accept-encoding"] == "identity"


async def test_the_proxy_of_the_environment_is_not_used(
    akismet: Akismet, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    assert (await akismet.check(reply())).verdict is Said.HAM


@pytest.mark.parametrize(
    ("given", "verdict"),
    [
        pytest.param(Reply("true\n"), Said.SPAM, id="true and a newline"),
        pytest.param(Reply("\r\n false \t"), Said.HAM, id="false in white space"),
    ],
)
async def test_white_space_around_the_body_is_trimmed(
    akismet: Akismet, akismet_server: AkismetServer, given: Reply, verdict: Said
) -> None:
    akismet_server.script("comment-check", given)
    assert (await akismet.check(reply())).verdict is verdict


@pytest.mark.parametrize("name", ["X-akismet-pro-tip", "x-akismet-pro-tip", "X-AKISMET-PRO-TIP"])
@pytest.mark.parametrize("value", ["discard", "Discard", "DISCARD "])
async def test_discard_is_understood_in_any_case(
    akismet: Akismet, akismet_server: AkismetServer, name: str, value: str
) -> None:
    akismet_server.script("comment-check", Reply("true", headers=((name, value),)))
    answer = await akismet.check(reply())
    assert (answer.verdict, answer.pro_tip) == (Said.SPAM, "discard")
    assert answer.because == "Akismet says this is spam of the worst kind."


async def test_an_alert_beside_a_good_verdict_is_kept(
    akismet: Akismet, akismet_server: AkismetServer
) -> None:
    headers = (("X-Akismet-Alert-Code", "10005"), ("X-AKISMET-ALERT-MSG", "Your key is public."))
    akismet_server.script("comment-check", Reply("false", headers=headers))
    answer = await akismet.check(reply())
    assert answer.verdict is Said.HAM
    assert answer.alert == akismet.alert == Alert("10005", "Your key is public.")
    assert (await akismet.check(reply())).alert is None
    assert akismet.alert is None


async def test_an_unfinished_answer_names_when_to_ask_again(
    akismet: Akismet, akismet_server: AkismetServer
) -> None:
    akismet_server.script(
        "comment-check", Reply("false", headers=(("X-akismet-recheck-after", "90"),))
    )
    answer = await akismet.check(reply())
    assert (answer.recheck_after, answer.again) == (90, True)
    assert answer.because == "Akismet wants to be asked again in 90 seconds."


FAULTS = {
    "garbage": (Reply("<html>Welcome to the hotel</html>"), GARBLED),
    "an empty body": (Reply(""), GARBLED),
    "another case": (Reply("True"), GARBLED),
    "both words": (Reply("true false"), GARBLED),
    "help": (
        Reply("no", headers=(("X-akismet-debug-help", "Which blog?"),)),
        "Akismet could not use the question: Which blog?",
    ),
    "an error header beside a verdict": (
        Reply("false", headers=(("X-akismet-error", "suspended"),)),
        "Akismet reports trouble with the account: suspended",
    ),
    "500": (Reply("true", 500), "Akismet answered with status 500."),
    "404": (Reply("false", 404), "Akismet answered with status 404."),
    "202": (Reply("false", 202), "Akismet answered with status 202."),
    "a redirect": (
        Reply("", 302, (("Location", "http://127.0.0.1:1/1.1/comment-check"),)),
        "Akismet answered with status 302.",
    ),
    "a hang": (Reply(hang=True), SILENT),
    "a drip": (Reply(drip=True), SILENT),
    "no HTTP": (Reply(raw=b"\x00\xff garbage\r\n\r\n"), UNREACHED),
    "a hung up line": (Reply(raw=b""), UNREACHED),
    "half an answer": (
        Reply(raw=b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nfal"),
        UNREACHED,
    ),
    "a flood of bytes": (Reply("x" * 100_000), UNREACHED),
    "a compressed bomb": (
        Reply(
            raw=b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nConnection: close\r\n\r\n"
            + gzip.compress(b" " * 10_000_000)
        ),
        UNREACHED,
    ),
}


@pytest.mark.parametrize(("given", "because"), FAULTS.values(), ids=FAULTS.keys())
async def test_whatever_is_no_clear_answer_is_unknown(
    hurried: Akismet, akismet_server: AkismetServer, given: Reply, because: str
) -> None:
    akismet_server.script("comment-check", given)
    answer = await hurried.check(reply())
    assert (answer.verdict, answer.because, answer.again) == (Said.UNKNOWN, because, True)
    assert answer.sent["comment_author"] == "Ada"
    assert (await hurried.check(reply())).verdict is Said.HAM  # the next is asked as ever


async def test_a_redirect_is_not_followed(akismet: Akismet, akismet_server: AkismetServer) -> None:
    to_itself = (("Location", f"{akismet_server.url}/1.1/comment-check"),)
    akismet_server.script("comment-check", Reply("", 307, to_itself))
    assert (await akismet.check(reply())).verdict is Said.UNKNOWN
    assert len(akismet_server.asked) == 1


async def test_a_refused_connection_is_unknown_and_asked_again_later(
    akismet: Akismet, akismet_server: AkismetServer
) -> None:
    port = akismet_server.port
    await akismet_server.stop()
    assert (await akismet.check(reply())).because == UNREACHED
    await akismet_server.start(port)
    assert (await akismet.check(reply())).verdict is Said.HAM


async def test_a_server_without_tls_is_not_asked_in_the_clear(
    akismet_server: AkismetServer, clock: TurnedClock
) -> None:
    url = akismet_server.url.replace("http://", "https://")
    akismet = Akismet(AkismetSettings(akismet_server.key, url, 1.5), clock)
    assert (await akismet.check(reply())).because == UNREACHED
    assert not akismet_server.asked
    await akismet.aclose()


async def test_a_wrong_key_rests_the_line_for_six_hours(
    akismet_server: AkismetServer, clock: TurnedClock
) -> None:
    akismet = Akismet(AkismetSettings("wrong-key", akismet_server.url), clock)
    first = await akismet.check(reply())
    assert first.verdict is Said.UNKNOWN
    assert first.because == ('Akismet refused the key. It says: Empty or unknown "api_key" value')
    assert akismet.paused_until == NOW + timedelta(hours=6)
    assert akismet.trouble == "Akismet refused the key."
    second = await akismet.check(reply())
    assert (second.verdict, second.retry_after) == (Said.UNKNOWN, 6 * 3600)
    assert len(akismet_server.asked) == 1
    clock.turn(6 * 3600)
    assert akismet.trouble == ""
    await akismet.check(reply())
    assert len(akismet_server.asked) == 2
    await akismet.aclose()


@pytest.mark.parametrize("status", [429, 500, 503])
@pytest.mark.parametrize("wait", ["600", "Sun, 22 Nov 2026 07:40:00 GMT"])
async def test_retry_after_is_respected_by_every_check(
    akismet: Akismet, akismet_server: AkismetServer, clock: TurnedClock, status: int, wait: str
) -> None:
    akismet_server.script("comment-check", Reply("", status, (("Retry-After", wait),)))
    answer = await akismet.check(reply())
    assert (answer.verdict, answer.retry_after) == (Said.UNKNOWN, 600)
    clock.turn(599)
    waiting = await akismet.check(reply())
    assert (waiting.because, waiting.retry_after) == ("Akismet asked us to wait.", 1)
    assert len(akismet_server.asked) == 1
    clock.turn(1)
    assert (await akismet.check(reply())).verdict is Said.HAM


async def test_a_line_that_is_dead_is_rested(
    akismet: Akismet, akismet_server: AkismetServer, clock: TurnedClock
) -> None:
    akismet_server.script("comment-check", *[Reply("", 502)] * 6)
    answers = [await akismet.check(reply()) for _ in range(7)]
    assert len(akismet_server.asked) == 5
    assert {answer.verdict for answer in answers} == {Said.UNKNOWN}
    assert answers[-1].because == "Akismet did not answer several times in a row."
    clock.turn(30)
    await akismet.check(reply())
    clock.turn(30)
    assert (await akismet.check(reply())).verdict is Said.HAM
