"""`rule apply`: a rule put on what waits already, and how that is told."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from moderation.cli.frame import errand, json_option, program, settings_option, show
from moderation.cli.queue import ACTOR

if TYPE_CHECKING:
    from moderation.flow.apply import Applied, Waiting
    from moderation.house import House

WHO = ACTOR.name


@click.command(
    epilog="""\b
Examples:
  moderation rule apply m0mi9r6m3k2v7q1x8c5t --dry-run
  moderation rule apply m0mi9r6m3k2v7q1x8c5t
  moderation rule apply --all""",
)
@settings_option
@json_option
@click.argument("ident", metavar="[ID]", default="")
@click.option("--all", "every", is_flag=True, help="All rules in force.")
@click.option("--dry-run", is_flag=True, help="Say how many that would be.")
def apply(ident: str, every: bool, dry_run: bool, as_json: bool) -> None:
    """Put a rule on what waits: it is ruled on again, as if the rule had been there before.

    What a person has decided on is left alone. One undo, in the dashboard's log, takes it back.
    """

    if bool(ident) is every:
        raise click.UsageError("Name one rule, or say --all.")

    async def work(house: "House") -> "Applied | Waiting":
        if every and dry_run:
            return await house.rules.apply.waiting_for_all()
        if every:
            return await house.rules.apply.all_to_waiting(ACTOR)
        if dry_run:
            rule, _ = await house.rules.own.one(ident)
            return await house.rules.apply.waiting(rule)
        return await house.rules.apply.to_waiting(ident, ACTOR)

    found = errand(work)
    show(of_waiting_json(found), as_json, of_waiting_words(found, ident or "--all"))


def of_waiting_words(found: "Applied | Waiting", ident: str = "") -> Iterator[str]:
    """What waits and fits, or what became of it, in lines."""
    from moderation.flow.apply import Waiting

    if isinstance(found, Waiting):
        least = "" if found.whole else "at least "
        yield f"Of what waits it fits {least}{found.number:,}."
        if ident and found.number:
            yield f"To put it on them: {program()} rule apply {ident}"
        return
    yield f"{len(found.spam):,} became spam, {len(found.kept):,} wait on with the rule beside them."
    if found.decision_id:
        yield f"The decision is {found.decision_id}; the log of the dashboard can undo it."
    for comment_id, fault in found.refused:
        yield f"{comment_id}: left alone: {fault}"
    if found.left:
        yield f"{found.left:,} more fit it: {program()} rule apply {ident}"


def of_waiting_json(found: "Applied | Waiting") -> dict[str, object]:
    from moderation.flow.apply import Waiting

    if isinstance(found, Waiting):
        return {"waiting": {"fit": found.number, "exact": found.whole}}
    return {
        "applied": {
            "decision": found.decision_id or None,
            "spam": [comment.id for comment in found.spam],
            "held": [comment.id for comment in found.kept],
            "refused": [{"id": i, "code": f.code, "detail": str(f)} for i, f in found.refused],
            "left": found.left,
        }
    }
