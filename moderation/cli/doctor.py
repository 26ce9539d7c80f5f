"""`doctor`: looks at everything the service stands on, and says what would help."""

from typing import TYPE_CHECKING

import click

from moderation.cli.frame import PROBLEM, json_option, settings_file, settings_option, show

if TYPE_CHECKING:
    from moderation.cli.examining.finding import Finding
    from moderation.settings import Settings


@click.command(
    epilog="""\b
Examples:
  moderation doctor
  moderation doctor --mail me@blog.example
  moderation doctor --article https://blog.example/bees/
  moderation doctor --json"""
)
@settings_option
@json_option
@click.option("--mail", metavar="ADDRESS", help="Send a trial letter there.")
@click.option(
    "--article", metavar="URL", help="Read this article as senders of pings do; nothing else."
)
def doctor(mail: str | None, article: str | None, as_json: bool) -> None:
    """Examine the settings, the machine, the store and the services around; each with its cure.

    Nothing is sent but what --mail asks for. The service may run meanwhile.

    With --article only that page is looked at: which of our doors each of the known senders
    of pingbacks, trackbacks and webmentions would find on it, and what would help.
    """
    if mail is not None and article is not None:
        raise click.UsageError("--mail and --article are two errands.")
    import asyncio
    import logging
    import os

    from moderation import logs
    from moderation.cli.examining import finding
    from moderation.settings import SettingsFaults, load, secrets_of

    found: list[Finding] = []
    try:
        loaded = load(settings_file(), os.environ)
    except SettingsFaults as faults:
        for fault in faults.faults:
            says = " ".join(part for part in (fault.where, fault.subject, fault.message) if part)
            found.append(finding.failed("settings", says, "Mend it; the rest was not looked at."))
    else:
        settings = loaded.settings
        logs.set_up(level=logging.CRITICAL, secrets=secrets_of(settings))
        found.append(finding.ok("settings", str(settings.path or "the defaults")))
        for text in loaded.warnings:
            found.append(finding.warning("settings", text, "See docs/settings.md."))
        found += asyncio.run(_examine(settings, mail, article))
    _print(found, as_json)


async def _examine(settings: "Settings", mail: str | None, article: str | None) -> "list[Finding]":
    from moderation.cli.examining import data, machine, page, services
    from moderation.cli.frame import open_rooms
    from moderation.domain.errors import Busy
    from moderation.store.engine import Away, StoreUnusable

    found = [] if article is not None else [*machine.look(settings), data.release()]
    try:
        async with open_rooms(settings) as house:
            if article is not None:
                return [each async for each in page.look(house, article)]
            found += [each async for each in data.look(house)]
            found += [each async for each in services.look(house, mail)]
    except (StoreUnusable, Away, Busy) as error:
        found.append(data.unusable(error))
    return found


def _print(found: "list[Finding]", as_json: bool) -> None:
    from moderation.cli.examining.finding import State

    wrong = sum(each.state is State.FAILED for each in found)
    doubtful = sum(each.state is State.WARNING for each in found)
    lines = []
    width = max(11, *(len(each.what) for each in found))
    for each in found:
        lines.append(f"{each.state:<8} {each.what:<{width}} {each.says}")
        if each.cure:
            lines.append(f"{'':<{width + 9}} → {each.cure}")
    lines.append("")
    if wrong or doubtful:
        lines.append(f"{wrong} failed, {doubtful} with a warning, of {len(found)}.")
    else:
        lines.append(f"All {len(found)} are fine.")
    data = {
        "healthy": not wrong,
        "findings": [
            {"what": f.what, "state": f.state, "says": f.says, "cure": f.cure} for f in found
        ],
    }
    show(data, as_json, lines)
    if wrong:
        raise click.exceptions.Exit(PROBLEM)
