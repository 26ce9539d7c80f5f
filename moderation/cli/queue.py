"""`queue`: what waits for a moderator, and deciding on it."""

from collections.abc import Sequence
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING

import click

from moderation.cli.frame import PARTLY, PROBLEM, errand, json_option, settings_option, show, table
from moderation.domain.clock import rfc3339
from moderation.domain.comment import Kind, Status, Type, WaitingFor
from moderation.domain.decision import Action, Actor, Door

if TYPE_CHECKING:
    from moderation.flow.decide import Outcome
    from moderation.flow.see import Line
    from moderation.house import House
    from moderation.store.queue import Filter, Total

ACTOR = Actor("the command line", Door.CLI)
SHOWN = 60  # characters of a comment in the list
DAYS = ["%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]


def one_of(words: type[StrEnum]) -> click.Choice[str]:
    """Take one word of an enumeration."""
    return click.Choice([word.value for word in words])


@click.group()
def queue() -> None:
    """What waits for a moderator."""


@queue.command(
    name="list",
    epilog="""\b
Examples:
  moderation queue list
  moderation queue list --status spam --since 2026-11-01 --order newest
  moderation queue list --kind webmention --q garden --json""",
)
@settings_option
@json_option
@click.option("--status", type=one_of(Status), default="held", show_default=True)
@click.option("--waiting-for", type=one_of(WaitingFor), help="Of held ones; else moderator.")
@click.option("--kind", type=one_of(Kind))
@click.option("--type", "relation", type=one_of(Type))
@click.option("--site", metavar="ID")
@click.option("--article", metavar="URL")
@click.option(
    "--q", "words", default="", metavar="WORDS", help='All must occur; "a phrase" as it stands.'
)
@click.option("--since", type=click.DateTime(DAYS), help="UTC.")
@click.option("--until", type=click.DateTime(DAYS), help="UTC.")
@click.option("--order", type=click.Choice(["oldest", "newest", "priority"]), default="oldest")
@click.option("--limit", type=click.IntRange(1, 1000), default=50, show_default=True)
def list_queue(
    status: str,
    waiting_for: str | None,
    kind: str | None,
    relation: str | None,
    site: str | None,
    article: str | None,
    words: str,
    since: datetime | None,
    until: datetime | None,
    order: str,
    limit: int,
    as_json: bool,
) -> None:
    """List comments; without options those that wait for a moderator, oldest first."""
    if waiting_for is not None and status != Status.HELD:
        raise click.UsageError("--waiting-for is about held comments.")
    if status == Status.HELD and waiting_for is None:
        waiting_for = WaitingFor.MODERATOR

    async def work(house: "House") -> "tuple[Sequence[Line], Total]":
        from moderation.store.queue import Filter
        from moderation.text.terms import read

        sought = read(words)
        if words.strip() and not sought:
            raise click.UsageError("There is no letter, digit or picture in --q to search for.")
        wanted = Filter(
            status=Status(status),
            waiting_for=WaitingFor(waiting_for) if waiting_for else None,
            kind=Kind(kind) if kind else None,
            type=Type(relation) if relation else None,
            site=site,
            article_id=await _article_id(house, article) if article is not None else None,
            words=sought,
            since=since.replace(tzinfo=UTC) if since is not None else None,
            until=until.replace(tzinfo=UTC) if until is not None else None,
        )
        return await _page(house, wanted, order, limit)

    found, total = errand(work)
    _show(found, total, as_json)


async def _page(
    house: "House", wanted: "Filter", order: str, limit: int
) -> "tuple[Sequence[Line], Total]":
    lines: list[Line] = []
    after = None
    while True:
        listed = await house.see.page(wanted, order=order, after=after, limit=limit - len(lines))
        lines += listed.lines
        after = listed.stopped
        if after is None:  # what stopped short is gone on with until it has looked at everything
            return lines, await house.see.total(wanted)


async def _article_id(house: "House", address: str) -> str:
    from moderation.flow import places

    place = await places.locate(house.store, house.settings.sites, address)
    return place.article.id if place.article is not None else "-"  # no article has it: no row


def _show(found: "Sequence[Line]", total: "Total", as_json: bool) -> None:
    from moderation.text import markup

    rows = []
    for line in found:
        c = line.comment
        said = " ".join(markup.plain(c.html).split())
        words = said if len(said) <= SHOWN else said[: SHOWN - 1] + "…"
        rows.append((c.id, f"{c.received_at:%m-%d %H:%M}", c.kind, c.author.name, words))
    data = {"comments": [_json(line) for line in found], "total": total.number}
    data["total_exact"] = total.exact
    head = ("ID", "CAME", "KIND", "BY", "SAYS")
    show(data, as_json, table(head, rows, "Nothing."))
    if not as_json and total.number > len(found):
        least = "" if total.exact else "at least "
        click.echo(f"{len(found)} of {least}{total.number}; --limit shows more.")


def _json(line: "Line") -> dict[str, object]:
    """A comment as the API shows it."""
    c = line.comment
    return {
        "id": c.id,
        "anchor": c.anchor,
        "kind": c.kind,
        "via": list(c.via),
        "type": c.type,
        "status": c.status,
        "waiting_for": c.waiting_for,
        "version": c.version,
        "article": {"url": line.article.url, "title": line.article.title},
        "parent": c.parent_id,
        "author": {"name": c.author.name, "email": c.author.email, "url": c.author.url},
        "source": c.source,
        "text": c.text,
        "format": c.format,
        "html": c.html,
        "received_at": rfc3339(c.received_at),
        "published_at": rfc3339(c.published_at),
        "edited_at": rfc3339(c.edited_at) if c.edited_at else None,
        "ip": c.client.address,
        "opinions": [
            {"check": o.check, "verdict": o.verdict, "score": o.score, "because": o.because}
            for o in line.opinions
        ],
    }


def _verb(action: Action, says: str) -> click.Command:
    """Make the verb of a decision: they differ in what is done alone."""

    @click.command(
        name=action.value,
        help=says,
        epilog=f"""\b
Examples:
  moderation queue {action} m0mi9r6m3k2v7q1x8c5t
  moderation queue {action} ID ID ID --reason "as agreed\"""",
    )
    @settings_option
    @json_option
    @click.argument("ids", metavar="ID...", nargs=-1, required=True)
    @click.option("--reason", default="", help="Kept in the log.")
    def decide(ids: Sequence[str], reason: str, as_json: bool) -> None:
        outcome = errand(lambda house: _decide(house, ids, action, reason))
        _tell(outcome, as_json)

    return decide


async def _decide(house: "House", ids: Sequence[str], action: Action, reason: str) -> "Outcome":
    """Decide on comments as they stand now: whoever names one on the command line has seen it."""
    from moderation.flow.decide import Aim
    from moderation.store import comments

    unique = tuple(dict.fromkeys(ids))
    known = await house.store.read(comments.by_ids, unique)
    aims = [Aim(ident, known[ident].version if ident in known else None) for ident in unique]
    return await house.decide.many(aims, action, ACTOR, reason=reason)


def _tell(outcome: "Outcome", as_json: bool) -> None:
    data = {
        "decision": outcome.decision_id,
        "done": [{"id": c.id, "status": c.status, "version": c.version} for c in outcome.done],
        "refused": [
            {"id": ident, "code": fault.code, "message": str(fault)}
            for ident, fault in outcome.refused
        ],
    }
    lines = [f"{c.id} is {c.status}" for c in outcome.done]
    lines += [f"{ident} stays as it is: {fault}" for ident, fault in outcome.refused]
    show(data, as_json, lines)
    if outcome.refused:
        raise click.exceptions.Exit(PARTLY if outcome.done else PROBLEM)


queue.add_command(_verb(Action.APPROVE, "Approve comments: readers see them at once."))
queue.add_command(_verb(Action.HOLD, "Put approved comments back into the queue."))
queue.add_command(_verb(Action.SPAM, "Mark comments as spam; the spam checks learn from it."))
queue.add_command(_verb(Action.TRASH, "Put comments into the trash."))
