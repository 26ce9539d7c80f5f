"""Letters handed to a real SMTP server; what is decided without: tests/unit/notify/test_mail."""

import socket
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import anyio
import pytest

from moderation.notify._account import Account, Tls
from moderation.notify.contract import Channel, Letter, NotDelivered
from moderation.notify.mail import make
from moderation.notify.mail.smtp import Mail
from moderation.settings import MailSettings
from tests.integration.mail.smtp_server import CERTIFICATE, DROP, HANG, SmtpServer, Stage

LETTER = Letter(
    id="m0letter1",
    to="ana@readers.example",
    subject="[Blog] A comment waits: “Shirts”",
    text="Hello.\n.\nA line with one dot stood above.\n",
    html="<p>Hello.</p>",
    headers=(("List-Unsubscribe", "<https://c.example/act/" + "x" * 200 + ">"),),
)
SENDER = "The Blög <mail@blog.example>"
SECRET = "pa/ss:wörd"


class Noon:
    """A clock that stands still."""

    def now(self) -> datetime:
        return datetime(2026, 11, 22, 12, 0, tzinfo=UTC)

    def monotonic(self) -> float:
        return 0.0


def mail(server: SmtpServer, account: Account | None = None) -> Mail:
    """The channel as `make` sets it up for this server, quick to lose patience."""
    made = make(MailSettings(url=server.url, sender=SENDER), clock=Noon())
    assert isinstance(made, Mail)
    return replace(made, account=account or made.account, step_seconds=0.5)


async def refusal(channel: Channel) -> NotDelivered:
    with pytest.raises(NotDelivered) as caught:
        await channel.deliver(LETTER)
    return caught.value


async def test_a_letter_arrives_whole(smtp: SmtpServer) -> None:
    await mail(smtp).deliver(LETTER)
    (got,) = smtp.received
    assert got.sender == "mail@blog.example"
    assert got.recipients == ("ana@readers.example",)
    assert got.message["From"] == "The Blög <mail@blog.example>"
    assert got.message["Subject"] == LETTER.subject
    assert got.message["Auto-Submitted"] == "auto-generated"
    assert got.message["List-Unsubscribe"] == LETTER.headers[0][1]
    assert got.message.get_content_type() == "multipart/alternative"
    assert got.text.splitlines() == LETTER.text.splitlines()
    assert got.html.strip() == LETTER.html
    assert got.raw.isascii()


async def test_the_date_is_the_clocks(smtp: SmtpServer) -> None:
    await mail(smtp).deliver(LETTER)
    date = parsedate_to_datetime(smtp.received[0].message["Date"])
    assert date == Noon().now()
    assert date.utcoffset() == timedelta(0)


async def test_the_same_letter_twice_has_one_message_id(smtp: SmtpServer) -> None:
    channel = mail(smtp)
    await channel.deliver(LETTER)
    await channel.deliver(LETTER)
    await channel.deliver(replace(LETTER, id="m0letter2"))
    first, again, other = (got.message["Message-ID"] for got in smtp.received)
    assert first == again == "<m0letter1@blog.example>"
    assert other != first


@pytest.mark.parametrize(
    ("stage", "answer", "final"),
    [
        pytest.param("RCPT", "550 5.1.1 <ana@readers.example> unknown", True, id="no such user"),
        pytest.param("RCPT", "450 4.2.1 Greylisted", False, id="recipient later"),
        pytest.param("RCPT", "530 5.7.0 Log in first", False, id="not about the recipient"),
        pytest.param("MAIL", "451 4.3.0 Try again later", False, id="sender later"),
        pytest.param("MAIL", "550 5.7.1 Not you", False, id="sender refused"),
        pytest.param("DATA", "452 4.3.1 Full", False, id="disk full"),
        pytest.param("DATA", "554 5.6.0 Refused", False, id="message refused"),
        pytest.param("EHLO", "421 4.3.2 Closing", False, id="closing"),
    ],
)
async def test_only_a_refused_recipient_is_final(
    smtp: SmtpServer, stage: Stage, answer: str, *, final: bool
) -> None:
    smtp.answer(stage, answer)
    refused = await refusal(mail(smtp))
    assert refused.final is final
    assert "ana@" not in refused.reason
    if stage != "EHLO":
        assert answer[:3] in refused.reason
    await mail(smtp).deliver(LETTER)  # the next try finds the server well
    assert len(smtp.received) == 1


@pytest.mark.parametrize("stage", ["EHLO", "MAIL", "RCPT", "DATA"])
@pytest.mark.parametrize("trouble", [HANG, DROP])
async def test_a_server_that_hangs_or_hangs_up_may_be_better_later(
    smtp: SmtpServer, stage: Stage, trouble: str
) -> None:
    smtp.answer(stage, trouble)
    refused = await refusal(mail(smtp))
    assert refused.final is False
    assert smtp.received == ()


async def test_the_whole_letter_has_a_limit_too(smtp: SmtpServer) -> None:
    smtp.answer("DATA", HANG)
    patient = replace(mail(smtp), step_seconds=60.0, limit_seconds=0.2)
    with anyio.fail_after(10):
        refused = await refusal(patient)
    assert refused.reason == "The mail server did not answer in time."


async def test_a_server_that_is_away_may_be_back_later() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound, never listening
        url = f"smtp://127.0.0.1:{taken.getsockname()[1]}"
        refused = await refusal(make(MailSettings(url=url, sender=SENDER)))
    assert refused.final is False


async def test_without_starttls_a_letter_that_needs_it_is_not_sent(smtp: SmtpServer) -> None:
    account = Account("127.0.0.1", smtp.port, Tls.REQUIRED)
    refused = await refusal(mail(smtp, account))
    assert "STARTTLS" in refused.reason
    assert refused.final is False
    assert smtp.received == ()


@pytest.mark.parametrize(
    ("tls", "protected"), [(Tls.OFFERED, True), (Tls.REQUIRED, True), (Tls.OFF, False)]
)
async def test_starttls_is_used_as_decided(tls: Tls, *, protected: bool) -> None:
    with SmtpServer(starttls=True) as smtp:
        account = Account("127.0.0.1", smtp.port, tls, verify=False)
        await mail(smtp, account).deliver(LETTER)
        assert smtp.received[0].tls is protected


async def test_smtps_speaks_tls_from_the_first_byte() -> None:
    with SmtpServer(wrapped=True) as smtp:
        await mail(smtp).deliver(LETTER)
        assert smtp.received[0].tls


@pytest.mark.parametrize("wrapped", [True, False])
async def test_a_certificate_nobody_vouches_for_is_refused(*, wrapped: bool) -> None:
    with SmtpServer(starttls=not wrapped, wrapped=wrapped) as smtp:
        tls = Tls.WRAPPED if wrapped else Tls.REQUIRED
        account = Account("127.0.0.1", smtp.port, tls, verify=True)
        refused = await refusal(mail(smtp, account))
        assert "certificate" in refused.reason
        assert refused.final is False
        assert smtp.received == ()


@pytest.mark.parametrize("wrapped", [True, False])
async def test_a_certificate_of_a_trusted_authority_is_taken(
    monkeypatch: pytest.MonkeyPatch, *, wrapped: bool
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))
    with SmtpServer(starttls=not wrapped, wrapped=wrapped) as smtp:
        tls = Tls.WRAPPED if wrapped else Tls.REQUIRED
        account = Account("localhost", smtp.port, tls, verify=True)
        await mail(smtp, account).deliver(LETTER)
        assert smtp.received[0].tls


async def test_name_and_password_are_given_when_set() -> None:
    with SmtpServer(password=SECRET) as smtp:
        url = f"smtp://me%40blog.example:pa%2Fss%3Aw%C3%B6rd@127.0.0.1:{smtp.port}"
        await make(MailSettings(url=url)).deliver(LETTER)
        (got,) = smtp.received
        assert got.user == "me@blog.example"
        assert got.sender == "me@blog.example"  # no sender set: the account's own address


async def test_a_wrong_password_is_told_without_telling_it(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level("DEBUG")
    with SmtpServer(password="another") as smtp:
        account = Account("127.0.0.1", smtp.port, Tls.OFF, user="me", password=SECRET)
        channel = mail(smtp, account)
        refused = await refusal(channel)
    assert "password (535)" in refused.reason
    assert refused.final is False
    assert refused.__cause__ is None
    assert refused.__suppress_context__
    assert SECRET not in f"{channel!r} {refused!r} {caplog.text}"


async def test_mail_that_is_off_delivers_nothing() -> None:
    refused = await refusal(make(MailSettings()))
    assert refused.final is False
