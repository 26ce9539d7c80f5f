"""The key stays with us: in no log line, no text of an exception, no repr, no answer kept."""

import logging

import pytest

from moderation.checks.akismet import AkismetFailed
from moderation.checks.akismet.client import Akismet
from moderation.settings import AkismetSettings
from tests.integration.akismet.server import KEY, AkismetServer, Reply
from tests.unit.checks.cases import SITE, TurnedClock, reply

ECHOES = [
    Reply(f"The key {KEY} is on fire"),
    Reply("invalid", headers=(("X-akismet-debug-help", f"{KEY} is wrong"),)),
    Reply("false", headers=(("X-akismet-alert-msg", f"{KEY} is public"),)),
    Reply("false", headers=(("X-akismet-error", f"{KEY} is suspended"),)),
    Reply(f"{KEY}", 500),
]


@pytest.mark.parametrize("echo", ECHOES, ids=["body", "help", "alert", "error", "status"])
async def test_the_key_is_in_nothing_that_is_kept_or_logged(
    akismet: Akismet, akismet_server: AkismetServer, caplog: pytest.LogCaptureFixture, echo: Reply
) -> None:
    akismet_server.script("comment-check", echo)
    with caplog.at_level(logging.INFO):  # below it httpcore writes headers down as they come
        answer = await akismet.check(reply())
    assert caplog.records  # the HTTP client does log
    for text in (repr(answer), repr(akismet), akismet.trouble, repr(akismet.alert), caplog.text):
        assert KEY not in text


async def test_the_key_is_in_no_failure_nor_in_what_led_to_it(
    akismet: Akismet, akismet_server: AkismetServer
) -> None:
    akismet_server.script("submit-spam", Reply(f"no such key: {KEY}"))
    sent = (await akismet.check(reply())).sent
    with pytest.raises(AkismetFailed) as failure:
        await akismet.submit(sent, spam=True)
    trouble: BaseException | None = failure.value
    while trouble is not None:
        assert KEY not in f"{trouble}{trouble!r}"
        trouble = trouble.__cause__ or trouble.__context__


async def test_the_key_is_in_no_log_though_usage_asks_with_it_in_the_address(
    akismet: Akismet, akismet_server: AkismetServer, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        await akismet.usage(SITE.url)
    assert akismet_server.asked[0].fields["api_key"] == KEY
    assert "usage-limit" in caplog.text
    assert KEY not in caplog.text


def test_the_key_is_in_no_repr_of_the_settings() -> None:
    settings = AkismetSettings(KEY)
    assert KEY not in f"{settings!r}{Akismet(settings, TurnedClock())!r}"
