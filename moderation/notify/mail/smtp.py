"""Handing a letter to an SMTP server: one letter, one recipient, a connection for each."""

import re
from contextlib import suppress
from dataclasses import dataclass
from email.headerregistry import Address

import aiosmtplib
import anyio

from moderation.domain.clock import Clock
from moderation.notify._account import Account, Tls
from moderation.notify.contract import Letter, NotDelivered
from moderation.notify.mail.message import address, compose, header_text

_NOT_ABOUT_THE_RECIPIENT = frozenset({503, 530, 535, 538})  # log in first, wrong order


@dataclass(frozen=True, slots=True)
class Mail:
    """Hands letters to one SMTP server, a connection for each."""

    account: Account
    sender: Address
    clock: Clock
    step_seconds: float = 10.0  # for each command, and for connecting
    limit_seconds: float = 30.0  # for the whole letter
    name: str = "mail"

    @property
    def on(self) -> bool:
        return True

    async def deliver(self, letter: Letter) -> None:
        """Hand a letter over; raises `NotDelivered`.

        Final is what concerns this recipient: an address that is none, a 5xx answer to it.
        All else (the server away, busy, wrongly set up) may have passed by the next try.
        """
        to = address(letter.to)
        if to is None:
            raise NotDelivered("This is not an address mail can be sent to.", final=True)
        raw = compose(letter, sender=self.sender, to=to, now=self.clock.now())
        await self._visit(self.account, to, raw)

    async def greet(self) -> None:
        """Connect, sign in and leave; raises `NotDelivered`."""
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
