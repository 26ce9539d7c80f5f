"""`token`: keys for programs that use the API."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from moderation.cli.frame import Problem, errand, json_option, settings_option, show, table
from moderation.domain.clock import rfc3339
from moderation.domain.ids import hash_secret, new_id, new_secret
from moderation.domain.moderator import Scope, Token

if TYPE_CHECKING:
    from moderation.house import House

PREFIX = "mod_"  # so that a leaked one is recognised for what it is
DEFAULT = (Scope.READ.value, Scope.MODERATE.value)
NAME_LIMIT = 60


@click.group()
def token() -> None:
    """Keys for programs that use the API."""


@token.command(
    epilog="""\b
Examples:
  moderation token create build --scope read
  moderation token create bot --scope read --scope moderate --site blog
  TOKEN=$(moderation token create script | tail -n 1)"""
)
@settings_option
@json_option
@click.argument("name")
@click.option(
    "--scope",
    "scopes",
    type=click.Choice([scope.value for scope in Scope]),
    multiple=True,
    help="May be repeated; without it: read and moderate.",
)
@click.option(
    "--site", "sites", multiple=True, metavar="ID", help="May be repeated; else all sites."
)
def create(name: str, scopes: Sequence[str], sites: Sequence[str], as_json: bool) -> None:
    """Make a token. It is shown this once, alone on the last line; only a hash is kept."""
    secret = PREFIX + new_secret()

    async def work(house: "House") -> Token:
        from moderation.store import tokens
        from moderation.text.clean import clean_text

        known = [site.id for site in house.settings.sites]
        for site in sites:
            if site not in known:
                raise click.BadParameter(f"{site!r} is no site; there is {', '.join(known)}.")
        plain = clean_text(name, lines=False)
        if not 1 <= len(plain) <= NAME_LIMIT:
            raise click.BadParameter(f"A name has 1 to {NAME_LIMIT} characters.")
        now = house.clock.now()
        granted = frozenset(Scope(scope) for scope in scopes or DEFAULT)
        new = Token(new_id(now), plain, granted, frozenset(sites), now)
        await house.store.write(tokens.add, new, hash_secret(secret))
        return new

    new = errand(work)
    lines = [f"Made the token “{new.name}” ({new.id}): {_says(new)}.", secret]
    show({"token": secret, **_json(new)}, as_json, lines)


@token.command(
    name="list",
    epilog="""\b
Examples:
  moderation token list
  moderation token list --json""",
)
@settings_option
@json_option
def list_tokens(as_json: bool) -> None:
    """List the tokens, revoked ones too; what they were is not kept."""
    found = errand(_everyone)
    rows = [
        (t.id, t.name, "revoked" if t.revoked_at else "", _used(t), _says(t).replace(" and ", ", "))
        for t in found
    ]
    head = ("ID", "NAME", "", "LAST USED", "MAY")
    show({"tokens": [_json(t) for t in found]}, as_json, table(head, rows, "There are no tokens."))


@token.command(
    epilog="""\b
Examples:
  moderation token revoke build
  moderation token revoke m0mi9r6m3k2v7q1x8c5t"""
)
@settings_option
@click.argument("name_or_id")
def revoke(name_or_id: str) -> None:
    """Revoke a token, by its name or its id; requests with it are refused from then on."""

    async def work(house: "House") -> Token:
        from moderation.store import tokens

        everyone = await _everyone(house)
        found = [t for t in everyone if name_or_id in (t.id, t.name) and t.revoked_at is None]
        if not found:
            raise Problem(f"There is no token “{name_or_id}” to revoke.")
        if len(found) > 1:
            ids = ", ".join(t.id for t in found)
            raise Problem(f"Several tokens have the name “{name_or_id}”; give an id: {ids}")
        await house.store.write(tokens.revoke, found[0].id, house.clock.now())
        return found[0]

    gone = errand(work)
    click.echo(f"Revoked the token “{gone.name}” ({gone.id}).")


async def _everyone(house: "House") -> Sequence[Token]:
    from moderation.store import tokens

    return await house.store.read(tokens.everyone)


def _json(found: Token) -> dict[str, object]:
    return {
        "id": found.id,
        "name": found.name,
        "scopes": _scopes(found),
        "sites": sorted(found.sites),
        "created_at": rfc3339(found.created_at),
        "used_at": rfc3339(found.used_at) if found.used_at else None,
        "revoked_at": rfc3339(found.revoked_at) if found.revoked_at else None,
    }


def _scopes(found: Token) -> list[str]:
    return [scope.value for scope in Scope if scope in found.scopes]


def _says(found: Token) -> str:
    where = ", ".join(sorted(found.sites)) or "all sites"
    return f"{' and '.join(_scopes(found))} on {where}"


def _used(found: Token) -> str:
    return f"{found.used_at:%Y-%m-%d %H:%M}" if found.used_at else "never"
