"""`akismet`: whether the key is good, and how much of the month's plan is used."""

from typing import TYPE_CHECKING, Any

import click

from moderation.cli.frame import PROBLEM, errand, json_option, settings_option, show
from moderation.domain.clock import rfc3339

if TYPE_CHECKING:
    from moderation.house import House
    from moderation.store.akismet_account import AkismetAccount

SENTENCES = {
    "good": "Akismet takes the key.",
    "refused": "Akismet refuses the key: set akismet.key, see your account there.",
    "silent": "Akismet did not answer. Nothing is lost: comments are held. See akismet.url.",
}
NO_KEY = "Akismet is off: there is no key. Set akismet.key."


@click.group()
def akismet() -> None:
    """The account at Akismet."""


@akismet.command(
    epilog="""\b
Examples:
  moderation akismet verify
  moderation akismet verify --json"""
)
@settings_option
@json_option
def verify(as_json: bool) -> None:
    """Ask Akismet now whether the key is good."""
    account = _look()
    lines = [SENTENCES[account.standing]]
    if account.alert:
        lines.append(f"It says of the account: {account.alert}")
    show(_data(account), as_json, lines)
    if account.standing != "good":
        raise click.exceptions.Exit(PROBLEM)


@akismet.command(
    epilog="""\b
Examples:
  moderation akismet usage
  moderation akismet usage --json"""
)
@settings_option
@json_option
def usage(as_json: bool) -> None:
    """Show how many of this month's calls are used."""
    account = _look()
    if account.standing != "good" or account.used is None:
        click.echo("Akismet did not say: try `moderation akismet verify`.", err=True)
        raise click.exceptions.Exit(PROBLEM)
    of = "without limit" if account.plan is None else f"of {account.plan}"
    lines = [f"{account.used} calls this month, {of} ({account.percentage:g} %)."]
    if account.throttled:
        lines.append("Akismet slows this account down.")
    if account.is_low:
        lines.append("Few are left: comments that other checks are sure of are not asked about.")
    show(_data(account), as_json, lines)


def _look() -> "AkismetAccount":
    async def work(house: "House") -> "AkismetAccount | None":
        return await house.account.look() if house.account is not None else None

    account = errand(work)
    if account is None:
        click.echo(NO_KEY, err=True)
        raise click.exceptions.Exit(PROBLEM)
    return account


def _data(account: "AkismetAccount") -> dict[str, Any]:
    return {
        "standing": account.standing,
        "standing_since": rfc3339(account.standing_since),
        "looked_at": rfc3339(account.looked_at),
        "alert": account.alert or None,
        "used": account.used,
        "limit": account.plan,
        "percentage": account.percentage,
        "throttled": account.throttled,
    }
