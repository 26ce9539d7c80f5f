"""What is asked over the network: the mail server, Akismet; and the guard before all of it."""

from collections.abc import AsyncIterator

from moderation.cli.examining.finding import Finding, failed, ok, warning
from moderation.domain.ids import new_id
from moderation.flow.letters import Letters
from moderation.house import House
from moderation.notify import mail
from moderation.notify.contract import NotDelivered
from moderation.templating import environment

SECONDS = 15.0


async def look(house: House, send_to: str | None) -> AsyncIterator[Finding]:
    """Look at what is outside; `send_to` is sent a trial letter."""
    yield await _guard(house)
    yield await _mail(house, send_to)
    yield await _akismet(house)


async def _guard(house: House) -> Finding:
    try:
        await house.fetcher.self_test()
    except RuntimeError as error:
        return failed("guard", str(error), "Install the packages as locked; `serve` refuses.")
    return ok("guard", "outgoing connections to private addresses are refused")


async def _mail(house: House, send_to: str | None) -> Finding:
    settings = house.settings
    try:
        channel = mail.make(settings.mail, clock=house.clock)
    except ValueError as error:
        return failed("mail", str(error), "Mend [mail] in the settings.")
    if not channel.on or channel.account is None:
        if send_to is not None:
            return failed("mail", "it is off, so nothing was sent", "Set mail.url and mail.from.")
        return ok("mail", "off: no mail.url")
    server = f"{channel.account.host}:{channel.account.port}"
    cure = "Look at mail.url: host, port, user, password."
    try:
        if send_to is not None:
            letters = Letters(environment(), settings.server.public_url, settings.sites)
            ident = new_id(house.clock.now())
            await channel.deliver(letters.trial(send_to, letter_id=ident))
            return ok("mail", f"{server} took a letter to {send_to}")
        await channel.greet()
    except NotDelivered as error:
        return failed("mail", error.reason, cure)
    except (OSError, ValueError) as error:  # a time-out is an OSError
        return failed("mail", f"{server}: {error or type(error).__name__}", cure)
    return ok("mail", f"{server} lets us in; nothing was sent")


async def _akismet(house: House) -> Finding:
    if not house.settings.akismet.key:
        return ok("akismet", "off: no key")
    if house.akismet is None:
        return ok("akismet", "off by checks.off")
    good = await house.akismet.akismet.verify(house.settings.sites[0].url)
    if good is None:
        cure = "Nothing is lost: comments are held, and it is asked again. Look at akismet.url."
        return warning("akismet", "it did not answer", cure)
    if not good:
        return failed("akismet", "it refuses the key", "Set akismet.key; see your Akismet account.")
    return ok("akismet", "it takes the key")
