"""The channel for e-mail. Where no mail.url is set nothing is loaded for it."""

from typing import Protocol

from moderation.domain.clock import Clock, SystemClock
from moderation.notify._account import Account, account
from moderation.notify.contract import Channel, Letter, NotDelivered
from moderation.settings import MailSettings


class Post(Channel, Protocol):
    """A channel, and whether its server can be spoken to at all."""

    @property
    def account(self) -> Account | None:
        """Where the server is; None where mail is switched off."""
        ...

    async def greet(self) -> None:
        """Connect, sign in and leave; raises `NotDelivered`."""
        ...


class Off:
    """Delivers nothing."""

    name = "mail"
    on = False
    account: Account | None = None

    async def deliver(self, letter: Letter) -> None:
        """Raises `NotDelivered`."""
        raise NotDelivered("Mail is switched off: no mail.url is set.")

    async def greet(self) -> None: ...


def make(settings: MailSettings, *, clock: Clock | None = None) -> Post:
    """Make the channel; off without a `mail.url`. Raises ValueError naming the wrong setting."""
    if not settings.url:
        return Off()
    from moderation.notify.mail.message import mailbox
    from moderation.notify.mail.smtp import Mail

    host = account(settings.url)
    return Mail(host, mailbox(settings.sender or host.user), clock or SystemClock())
