"""`rule lists`: lists of hosts from elsewhere, switched on and off, and fetched anew."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from moderation.cli.applying import of_waiting_json, of_waiting_words
from moderation.cli.frame import Problem, errand, json_option, settings_option, show, table
from moderation.cli.queue import ACTOR
from moderation.domain.clock import rfc3339
from moderation.domain.rule import ListName, Rule, What

if TYPE_CHECKING:
    from collections.abc import Sequence

    from moderation.flow.apply import Waiting
    from moderation.flow.shelf import OnShelf, Refreshed
    from moderation.house import House

WHO = ACTOR.name
NAME = click.Choice([name.value for name in ListName])


@click.group(invoke_without_command=True)
@settings_option
@json_option
@click.pass_context
def lists(context: click.Context, as_json: bool) -> None:
    """Show the lists of hosts from elsewhere, and which of them are on.

    None counts before you switch it on, and none is fetched before you say so.
    """
    if context.invoked_subcommand is not None:
        return

    async def work(house: "House") -> "Sequence[OnShelf]":
        return await house.rules.shelf.standing()

    found = errand(work)
    rows = [
        (one.listing.name, _does(one), f"{one.number:,}", _copy(one), one.listing.title)
        for one in found
    ]
    head = ("NAME", "DOES", "HOSTS", "COPY", "LIST")
    show({"lists": [_json(one) for one in found]}, as_json, table(head, rows, "No lists."))


@lists.command(
    epilog="""\b
Examples:
  moderation rule lists on disposable --hold
  moderation rule lists on referrers --spam --site blog""",
)
@settings_option
@json_option
@click.argument("name", type=NAME)
@click.option("--spam", "verdict", flag_value="spam", help="What stands on it is spam.")
@click.option("--hold", "verdict", flag_value="hold", help="What stands on it is held.")
@click.option("--site", default="", metavar="ID", help="On this site only.")
@click.option("--try", "only_try", is_flag=True, help="Keep nothing; say what it would catch.")
def on(name: str, verdict: str | None, site: str, only_try: bool, as_json: bool) -> None:
    """Switch a list on, or over from what it did; or try it on past comments."""
    from moderation.cli.rule import tried_json, tried_words
    from moderation.flow.owner_rules import Wish

    if verdict is None:
        raise click.UsageError("Say what becomes of it: --hold or --spam.")
    wish = Wish(What.LIST, name, verdict, site)

    async def work(house: "House") -> "tuple[Rule, Waiting, dict[str, object], list[str]]":
        made = house.rules.own.draft(wish, WHO)
        if only_try:
            tried = await house.rules.trial.of([made])
            waiting = await house.rules.apply.waiting(made)
            return made, waiting, tried_json(tried), [tried_words(tried)]
        made = await house.rules.own.add(made)
        told = [f"{made.id}: what stands on “{name}” is {_is(made)}"]
        return made, await house.rules.apply.waiting(made), {"id": made.id}, told

    made, waiting, data, told = errand(work)
    told += of_waiting_words(waiting, "" if only_try else made.id)
    show(data | of_waiting_json(waiting), as_json, told)


@lists.command(
    epilog="""\b
Examples:
  moderation rule lists off disposable""",
)
@settings_option
@click.argument("name", type=NAME)
def off(name: str) -> None:
    """Switch a list off, on every site; what it caught stays as it is."""

    async def work(house: "House") -> list[Rule]:
        live = (await house.rules.own.standing()).live
        about = [rule for rule in live if rule.what is What.LIST and rule.key == name]
        return [await house.rules.own.remove(rule.id, WHO) for rule in about]

    gone = errand(work)
    if not gone:
        raise Problem(f"The list “{name}” is not on, unless the settings file says so.")
    show(None, False, [f"The list “{name}” is off. It had {sum(r.hits for r in gone):,} hits."])


@lists.command(
    epilog="""\b
Examples:
  moderation rule lists refresh disposable
  moderation rule lists refresh referrers --from spammers.txt""",
)
@settings_option
@json_option
@click.argument("name", type=NAME)
@click.option("--from", "source", metavar="FILE_OR_URL", help="Else where it is published.")
@click.option("--force", is_flag=True, help="Even if it shrank by more than half.")
def refresh(name: str, source: str | None, force: bool, as_json: bool) -> None:
    """Fetch a newer copy of a list, and keep it whole or not at all.

    Every process of the service looks in it from the next comment on.
    """

    async def work(house: "House") -> "Refreshed":
        from moderation.flow.shelf import listing_of

        shelf = house.rules.shelf
        origin = source or listing_of(name).address
        fetched = origin.startswith(("http://", "https://"))
        data = await shelf.fetch(origin) if fetched else _file(origin)
        return await shelf.refresh(ListName(name), data, origin=origin, who=WHO, force=force)

    got = errand(work)
    data = {
        "number": got.number,
        "added": got.added,
        "removed": got.removed,
        "left_out": got.left_out,
    }
    told = f"{got.number:,} hosts: {got.added:,} added, {got.removed:,} removed."
    if got.left_out:
        told += f" Left out as no hosts, or hosts of everybody: {got.left_out:,} lines."
    show(data, as_json, [told])


def _file(name: str) -> bytes:
    from moderation.checks._shelf.lines import MOST_BYTES

    try:
        with Path(name).open("rb") as file:
            return file.read(MOST_BYTES + 1)
    except OSError as error:
        raise Problem(f"{name} cannot be read: {error.strerror}.") from None


def _is(rule: Rule) -> str:
    return "spam" if rule.verdict == "spam" else "held"


def _does(one: "OnShelf") -> str:
    said = [f"{rule.verdict}{f' on {rule.site}' if rule.site else ''}" for rule in one.rules]
    said += [f"{one.in_file} (settings file)"] if one.in_file else []
    return ", ".join(said) or "off"


def _copy(one: "OnShelf") -> str:
    if one.fetched is not None:
        return f"fetched {one.fetched.at:%Y-%m-%d}"
    return one.listing.made or "to be fetched"


def _json(one: "OnShelf") -> dict[str, object]:
    listing, fetched = one.listing, one.fetched
    return {
        "name": listing.name,
        "title": listing.title,
        "licence": listing.licence,
        "home": listing.home,
        "address": listing.address,
        "hosts": one.number,
        "shipped": listing.made or None,
        "fetched": None
        if fetched is None
        else {"at": rfc3339(fetched.at), "from": fetched.origin, "by": fetched.by},
        "on": [
            {"id": r.id, "verdict": r.verdict, "site": r.site or None, "hits": r.hits}
            for r in one.rules
        ],
        "in_settings": one.in_file,
    }
