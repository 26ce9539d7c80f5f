"""submit-spam, submit-ham, verify-key and usage-limit against Akismet on loopback."""

import json
from datetime import timedelta

import pytest

from moderation.checks.akismet import AkismetFailed, AkismetUsage, Said
from moderation.checks.akismet.client import Akismet
from moderation.settings import AkismetSettings
from tests.integration.akismet.server import AkismetServer, Reply
from tests.unit.checks.cases import NOW, SITE, TurnedClock, reply


@pytest.mark.parametrize("spam", [True, False])
async def test_a_correction_sends_what_the_check_sent_and_the_guid(
    akismet: Akismet, akismet_server: AkismetServer, spam: bool
) -> None:
    answer = await akismet.check(reply(parent_id="m1", trap="x"))
    stored = json.loads(json.dumps(dict(answer.sent)))
    await akismet.submit(stored, spam=spam, guid=answer.guid)
    checked, corrected = akismet_server.asked
    assert corrected.call == ("submit-spam" if spam else "submit-ham")
    assert corrected.fields == {**checked.fields, "guid": answer.guid}


async def test_a_check_without_a_name_is_corrected_without_one(
    akismet: Akismet, akismet_server: AkismetServer
) -> None:
    await akismet.submit((await akismet.check(reply())).sent, spam=True)
    assert "guid" not in akismet_server.asked[-1].fields


@pytest.mark.parametrize(
    "given",
    [
        pytest.param(Reply("true"), id="a verdict"),
        pytest.param(Reply(""), id="nothing"),
        pytest.param(Reply("Invalid Key"), id="garbage"),
        pytest.param(Reply("invalid"), id="invalid"),
        pytest.param(Reply("Thanks for making the web a better place.", 500), id="thanks in pain"),
        pytest.param(Reply("Thanks for making the web a better place.", 202), id="thanks later"),
        pytest.param(Reply(raw=b""), id="a hung up line"),
        pytest.param(Reply(hang=True), id="a hang"),
    ],
)
async def test_anything_but_thanks_is_a_failure(
    hurried: Akismet, akismet_server: AkismetServer, given: Reply
) -> None:
    sent = (await hurried.check(reply())).sent
    akismet_server.script("submit-ham", given)
    with pytest.raises(AkismetFailed, match=r"^Akismet.*\.$"):
        await hurried.submit(sent, spam=False, guid="g")


async def test_thanks_in_white_space_are_thanks(
    akismet: Akismet, akismet_server: AkismetServer
) -> None:
    sent = (await akismet.check(reply())).sent
    akismet_server.script("submit-ham", Reply("Thanks for making the web a better place.\n"))
    await akismet.submit(sent, spam=False)


async def test_a_correction_waits_as_long_as_it_was_told(
    akismet: Akismet, akismet_server: AkismetServer, clock: TurnedClock
) -> None:
    sent = (await akismet.check(reply())).sent
    akismet_server.script("submit-spam", Reply("", 429, (("Retry-After", "60"),)))
    for _ in range(2):
        with pytest.raises(AkismetFailed) as failure:
            await akismet.submit(sent, spam=True)
        assert failure.value.retry_after == 60
    assert len(akismet_server.of("submit-spam")) == 1
    clock.turn(60)
    await akismet.submit(sent, spam=True)


async def test_values_no_check_has_sent_are_refused(
    akismet: Akismet, akismet_server: AkismetServer
) -> None:
    with pytest.raises(ValueError, match="sent at the check"):
        await akismet.submit({"comment_content": "x"}, spam=True)
    assert not akismet_server.asked


async def test_a_good_key_is_verified(akismet: Akismet, akismet_server: AkismetServer) -> None:
    assert await akismet.verify(SITE.url) is True
    (asked,) = akismet_server.asked
    assert asked.fields == {"key": akismet_server.key, "blog": SITE.url}


async def test_a_wrong_key_is_found_out(akismet_server: AkismetServer, clock: TurnedClock) -> None:
    akismet = Akismet(AkismetSettings("wrong-key", akismet_server.url), clock)
    assert await akismet.verify(SITE.url) is False
    assert akismet.paused_until == NOW + timedelta(hours=6)
    await akismet.aclose()


@pytest.mark.parametrize("given", [Reply("maybe"), Reply("valid", 500), Reply(raw=b"")])
async def test_no_answer_says_nothing_of_the_key(
    akismet: Akismet, akismet_server: AkismetServer, given: Reply
) -> None:
    akismet_server.script("verify-key", given)
    assert await akismet.verify(SITE.url) is None
    assert akismet.paused_until is None


async def test_verifying_asks_in_a_pause_and_a_good_key_ends_it(
    akismet: Akismet, akismet_server: AkismetServer
) -> None:
    akismet_server.script("comment-check", Reply("invalid"))
    await akismet.check(reply())
    assert akismet.paused_until is not None
    assert await akismet.verify(SITE.url) is True
    assert (await akismet.check(reply())).verdict is Said.HAM


@pytest.mark.parametrize(
    ("told", "usage"),
    [
        (
            {"limit": "none", "usage": 5, "percentage": "0.00", "throttled": False},
            AkismetUsage(None, 5, 0.0, False),
        ),
        (
            {"limit": 1000, "usage": 1501, "percentage": "150.10", "throttled": True},
            AkismetUsage(1000, 1501, 150.1, True),
        ),
    ],
)
async def test_usage_is_read(
    akismet: Akismet, akismet_server: AkismetServer, told: object, usage: AkismetUsage
) -> None:
    akismet_server.usage = told
    assert await akismet.usage(SITE.url) == usage


@pytest.mark.parametrize("body", ["", "[]", "invalid", '{"limit": "many"}', '{"usage": [1]}'])
async def test_usage_of_another_shape_is_a_failure(
    akismet: Akismet, akismet_server: AkismetServer, body: str
) -> None:
    akismet_server.script("usage-limit", Reply(body))
    with pytest.raises(AkismetFailed):
        await akismet.usage(SITE.url)
