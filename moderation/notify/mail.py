"""The channel for e-mail: one letter, one recipient, by SMTP, with headers nobody can add to."""

import hashlib
import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, EmailPolicy
from email.utils import format_datetime, parseaddr

import aiosmtplib
import anyio

from moderation.domain.clock import Clock, SystemClock
from moderation.notify._account import Account, Tls, account
from moderation.notify.contract import Letter, NotDelivered
from moderation.settings import MailSettings
from moderation.text.addresses import is_email
from moderation.text.clean import clean_text, cut
from moderation.text.hosts import normal_host

SUBJECT_LIMIT = 200  # characters: the fixed words, a site's name and a title of 80
HEADER_LIMIT = 900  # characters; RFC 5322 §2.1.1 ends a line at 998
PASSED_ON = ("List-Unsubscribe", "List-Unsubscribe-Post", "List-Id", "Reply-To")

# Read by machines: a fold or an encoded word inside a long address would break it.
_WHOLE = frozenset({*(name.lower() for name in PASSED_ON), "to", "message-id"})
_NOT_ABOUT_THE_RECIPIENT = frozenset({503, 530, 535, 538})  # log in first, wrong order


def address(text: str) -> str | None:
    """Return one address as it goes to the server, its domain in ASCII, or None.

    Nothing stays that the e-mail package could take for an encoded word.
    """
    if not is_email(text) or "=?" in text:
        return None
    local, _, domain = text.partition("@")
    return f"{local}@{normal_host(domain)}"


def header_text(value: str, limit: int) -> str:
    """Make text that stays inside one header, whatever it was.

    No line break or other control is left, and no ``=?``: the e-mail package decodes an
    encoded word it is given, line breaks and all.
    """
    line = clean_text(_sendable(value), lines=False)
    return cut(re.sub(r"=+\?", "?", line), limit)


class _Policy(EmailPolicy):
    """SMTP's line ends, ASCII only; addresses for machines are left in one piece."""

    def fold_binary(self, name: str, value: str) -> bytes:
        if name.lower() in _WHOLE:
            return f"{name}: {value}\r\n".encode("ascii")
        return super().fold_binary(name, value)


_POLICY = _Policy(linesep="\r\n", cte_type="7bit", max_line_length=78)


def compose(letter: Letter, *, sender: Address, to: str, now: datetime) -> bytes:
    """Write a letter as a message; `to` has been through `address`.

    Raises `NotDelivered`, finally, should the result hold another header than was meant.
    """
    try:
        message = _message(letter, sender=sender, to=to, now=now)
        raw = message.as_bytes(policy=_POLICY)
    except (ValueError, MessageError):
        raw = b""
    if not raw or _header_names(raw) != message.keys():
        raise NotDelivered("The letter's headers could not be written safely.", final=True)
    return raw


def _message(letter: Letter, *, sender: Address, to: str, now: datetime) -> EmailMessage:
    message = EmailMessage(policy=SMTP)
    message["Date"] = format_datetime(now)
    message["From"] = sender
    message["To"] = to
    message["Subject"] = header_text(letter.subject, SUBJECT_LIMIT)
    message["Message-ID"] = f"<{_token(letter.id)}@{sender.domain}>"
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834 §5
    message["X-Auto-Response-Suppress"] = "DR, OOF, AutoReply"
    for name, value in _passed_on(letter):
        message[name] = value
    message.set_content(_sendable(letter.text), cte="quoted-printable")
    if letter.html:
        message.add_alternative(_sendable(letter.html), subtype="html", cte="quoted-printable")
    return message


def _passed_on(letter: Letter) -> list[tuple[str, str]]:
    """Choose what is kept of a letter's own headers: known names, each once, plain values."""
    kept: dict[str, str] = {}
    known = {name.lower(): name for name in PASSED_ON}
    for name, value in letter.headers:
        proper = known.get(name.lower(), "")
        line = address(value) if proper == "Reply-To" else header_text(value, HEADER_LIMIT)
        if proper and line and line.isascii():
            kept.setdefault(proper, line)
    return list(kept.items())


def _token(letter_id: str) -> str:
    """Return the left side of the Message-ID: the same for the same letter."""
    if re.fullmatch(r"[A-Za-z0-9_-]{1,64}", letter_id):
        return letter_id
    return hashlib.sha256(letter_id.encode("utf-8", "replace")).hexdigest()[:40]


def _sendable(text: str) -> str:
    """Lone surrogates and NULs cannot travel."""
    return text.replace("\0", "").encode("utf-8", "replace").decode()


def _header_names(raw: bytes) -> list[str]:
    head = raw.partition(b"\r\n\r\n")[0]
    lines = re.split(rb"\r\n|\r|\n", head)  # as a careless server would
    starts = (line for line in lines if not line.startswith((b" ", b"\t")))
    return [line.partition(b":")[0].decode("ascii", "replace") for line in starts]


@dataclass(frozen=True, slots=True)
class Mail:
    """Hands letters to one SMTP server, a connection for each."""

    account: Account | None  # None: switched off
    sender: Address
    clock: Clock
    step_seconds: float = 10.0  # for each command, and for connecting
    limit_seconds: float = 30.0  # for the whole letter
    name: str = "mail"

    @property
    def on(self) -> bool:
        return self.account is not None

    async def deliver(self, letter: Letter) -> None:
        """Hand a letter over; raises `NotDelivered`.

        Final is what concerns this recipient: an address that is none, a 5xx answer to it.
        All else (the server away, busy, wrongly set up) may have passed by the next try.
        """
        if self.account is None:
            raise NotDelivered("Mail is switched off: no mail.url is set.")
        to = address(letter.to)
        if to is None:
            raise NotDelivered("This is not an address mail can be sent to.", final=True)
        raw = compose(letter, sender=self.sender, to=to, now=self.clock.now())
        await self._visit(self.account, to, raw)

    async def greet(self) -> None:
        """Connect, sign in and leave; raises `NotDelivered`."""
        if self.account is not None:
            await self._visit(self.account)

    async def _visit(self, account: Account, to: str = "", raw: bytes = b"") -> None:
        client = self._client(account)
        try:
            with anyio.fail_after(self.limit_seconds):
                await client.connect()
                if to:
                    await client.sendmail(self.sender.addr_spec, [to], raw)
        except (aiosmtplib.SMTPException, OSError, ValueError) as error:
            raise _not_delivered(error) from None
        finally:
            await _part(client)

    def _client(self, account: Account) -> aiosmtplib.SMTP:
        wanted = {Tls.REQUIRED: True, Tls.OFFERED: None}
        return aiosmtplib.SMTP(
            hostname=account.host,
            port=account.port,
            username=account.user or None,
            password=account.password or None,
            local_hostname=self.sender.domain,  # else it looks this machine's name up
            timeout=self.step_seconds,
            use_tls=account.tls is Tls.WRAPPED,
            start_tls=wanted.get(account.tls, False),
            validate_certs=account.verify,
        )


async def _part(client: aiosmtplib.SMTP) -> None:
    """Say goodbye, but don't wait long for the answer: the letter's fate is decided."""
    with suppress(aiosmtplib.SMTPException, OSError), anyio.move_on_after(1.0):
        await client.quit()
    client.close()


def _not_delivered(error: Exception) -> NotDelivered:
    """Word a failure for the owner, without addresses, names or passwords."""
    match error:
        case aiosmtplib.SMTPRecipientsRefused():
            answer = error.recipients[0]
            final = 500 <= answer.code < 600 and answer.code not in _NOT_ABOUT_THE_RECIPIENT
            return NotDelivered(
                f"The mail server refused the recipient: {_said(answer)}", final=final
            )
        case aiosmtplib.SMTPAuthenticationError():
            return NotDelivered(f"The mail server refused the name or password ({error.code}).")
        case aiosmtplib.SMTPResponseException():
            return NotDelivered(f"The mail server said no: {_said(error)}")
        case TimeoutError():
            return NotDelivered("The mail server did not answer in time.")
        case aiosmtplib.SMTPException() | OSError():
            return NotDelivered(f"The mail server could not be used: {_quiet(str(error))}")
    return NotDelivered(f"The letter could not be sent ({type(error).__name__}).")


def _said(answer: aiosmtplib.SMTPResponseException) -> str:
    return f"{answer.code} {_quiet(answer.message)}".rstrip()


def _quiet(text: str) -> str:
    return re.sub(r"[^\s<>]*@[^\s<>]*", "…", header_text(text, 200))


def make(settings: MailSettings, *, clock: Clock | None = None) -> Mail:
    """Make the channel; off without a `mail.url`. Raises ValueError naming the wrong setting."""
    if not settings.url:
        return Mail(None, Address(), clock or SystemClock())
    host = account(settings.url)
    name, plain = parseaddr(settings.sender or host.user)
    found = address(plain)
    if found is None:
        raise ValueError('mail.from must be an address, like "Blog <blog@blog.example>"')
    sender = Address(display_name=header_text(name, 80), addr_spec=found)
    return Mail(host, sender, clock or SystemClock())
