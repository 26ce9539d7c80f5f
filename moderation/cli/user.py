"""`user`: the people who may moderate."""

import sys
from typing import TYPE_CHECKING

import click

from moderation.cli.frame import (
    MISUSE,
    errand,
    json_option,
    quiet_settings,
    settings_option,
    show,
    table,
)
from moderation.domain.clock import rfc3339
from moderation.domain.moderator import Moderator, Role

if TYPE_CHECKING:
    from moderation.house import House

ROLES = [role.value for role in Role]
role_option = click.option(
    "--role", type=click.Choice(ROLES), default=Role.MODERATOR.value, show_default=True
)
password_option = click.option(
    "--password-stdin", is_flag=True, help="Read the password from standard input; no terminal."
)


@click.group()
def user() -> None:
    """The people who may moderate."""


@user.command(
    epilog="""\b
Examples:
  moderation user add ana --email ana@blog.example --role owner
  pass show blog | moderation user add ana --email ana@blog.example --password-stdin"""
)
@settings_option
@click.argument("name")
@click.option("--email", required=True)
@password_option
@role_option
def add(name: str, email: str, password_stdin: bool, role: str) -> None:
    """Add somebody, with a password of 15 to 128 characters."""
    _check_email(email)
    password = _password(password_stdin)

    async def work(house: "House") -> Moderator:
        new = house.enter.draft(name, email, Role(role))
        await house.enter.add(new, password)
        return new

    new = errand(work)
    click.echo(f"Added {new.name}, {new.role}.")


@user.command(
    epilog="""\b
Examples:
  moderation user invite kofi --email kofi@blog.example
  moderation user invite mei --email mei@blog.example --role reader"""
)
@settings_option
@click.argument("name")
@click.option("--email", required=True)
@role_option
def invite(name: str, email: str, role: str) -> None:
    """Add somebody who chooses the password: prints the link, and mails it where mail is on."""
    from moderation.flow.enter import INVITE_TIME

    _check_email(email)

    async def work(house: "House") -> tuple[str, bool]:
        new = house.enter.draft(name, email, Role(role))
        secret = await house.enter.invite(new)
        link = f"{house.settings.server.public_url}/dashboard/setup/{secret}"
        expires = house.clock.now() + INVITE_TIME
        return link, await house.tell.invite(new, link, expires)

    link, mailed = errand(work)
    click.echo(f"Invited {name}{f'; mailed to {email}' if mailed else ''}.")
    click.echo("The link works once, for 7 days:")
    click.echo(link)


@user.command(
    epilog="""\b
Examples:
  moderation user passwd ana
  pass show blog | moderation user passwd ana --password-stdin"""
)
@settings_option
@click.argument("name")
@password_option
def passwd(name: str, password_stdin: bool) -> None:
    """Change a password; it ends all sessions of theirs."""
    password = _password(password_stdin)
    errand(lambda house: house.enter.set_password(name, password))
    click.echo(f"The password of {name} is changed.")


@user.command(
    epilog="""\b
Examples:
  moderation user disable kofi
  moderation user disable kofi --undo"""
)
@settings_option
@click.argument("name")
@click.option("--undo", is_flag=True, help="Let them in again.")
def disable(name: str, undo: bool) -> None:
    """Close an account, and end its sessions; what they decided stays."""
    errand(lambda house: house.enter.disable(name, disabled=not undo))
    click.echo(f"{name} may {'sign in again' if undo else 'not sign in any more'}.")


@user.command(
    name="list",
    epilog="""\b
Examples:
  moderation user list
  moderation user list --json""",
)
@settings_option
@json_option
def list_users(as_json: bool) -> None:
    """List everybody who has an account."""
    people = errand(lambda house: house.enter.everyone())
    data = {
        "users": [
            {
                "id": person.id,
                "name": person.name,
                "email": person.email,
                "role": person.role,
                "letters": person.letters_stopped_at is None,
                "disabled": person.disabled,
                "created_at": rfc3339(person.created_at),
            }
            for person in people
        ]
    }
    rows = [(p.name, p.role, "disabled" if p.disabled else "", p.email) for p in people]
    empty = "Nobody yet. Add the owner: moderation user add NAME --email ADDRESS --role owner"
    show(data, as_json, table(("NAME", "ROLE", "", "E-MAIL"), rows, empty))


def _check_email(email: str) -> None:
    from moderation.text.addresses import is_email

    if not is_email(email):
        raise click.BadParameter("is not an e-mail address.", param_hint="'--email'")


def _password(from_stdin: bool) -> str:
    """Read a password without its line break: from standard input, or twice from a terminal."""
    quiet_settings()  # what is wrong with them is told before anybody types
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    if not sys.stdin.isatty():
        click.echo("There is no terminal to ask for the password at: --password-stdin", err=True)
        raise click.exceptions.Exit(MISUSE)
    password: str = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    return password
