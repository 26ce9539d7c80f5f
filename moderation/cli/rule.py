"""`rule`: the owner's rules, and lists of them from elsewhere."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from moderation.cli.applying import WHO, apply, of_waiting_json, of_waiting_words
from moderation.cli.frame import PARTLY, PROBLEM, errand, json_option, settings_option, show, table
from moderation.cli.queue import ACTOR
from moderation.cli.rule_lists import lists
from moderation.domain.clock import rfc3339
from moderation.domain.rule import TYPED, Rule

if TYPE_CHECKING:
    from moderation.flow.apply import Applied, Waiting
    from moderation.flow.owner_rules import Standing
    from moderation.flow.rule_lists import Line
    from moderation.flow.trial import Tried
    from moderation.house import House

FORMS = ("wordpress-moderation", "wordpress-disallowed", "lines", "rules")
WHATS = [what.value for what in TYPED]


@click.group()
def rule() -> None:
    """What is held, or is spam, because you say so."""


@rule.command(
    name="list",
    epilog="""\b
Examples:
  moderation rule list
  moderation rule list --json""",
)
@settings_option
@json_option
def list_rules(as_json: bool) -> None:
    """List the rules in force, with how often they fitted."""

    async def work(house: "House") -> "Standing":
        return await house.rules.own.standing()

    live = errand(work).live
    rows = [(r.id, r.verdict, r.what, f"{r.hits} hits", r.value) for r in live]
    head = ("ID", "DOES", "LOOKS FOR", "FITTED", "THIS")
    show({"rules": [_json(r) for r in live]}, as_json, table(head, rows, "No rules."))


@rule.command(
    epilog="""\b
Examples:
  moderation rule add phrase "cheap pills" --spam
  moderation rule add link spam.example --days 30 --note "the wave of May"
  moderation rule add email @spam.example --spam --apply-to-waiting
  moderation rule add network 192.0.2.0/24 --try""",
)
@settings_option
@json_option
@click.argument("what", metavar="WHAT", type=click.Choice(WHATS))
@click.argument("value")
@click.option("--spam", is_flag=True, help="What fits is spam; else it is held.")
@click.option("--site", default="", metavar="ID", help="On this site only.")
@click.option("--days", default="", metavar="N", help="Until it ends; else for good.")
@click.option("--note", default="", metavar="TEXT")
@click.option("--try", "only_try", is_flag=True, help="Keep nothing; say what it would catch.")
@click.option("--apply-to-waiting", "apply_too", is_flag=True, help="Put it on what waits, too.")
def add(
    what: str,
    value: str,
    spam: bool,
    site: str,
    days: str,
    note: str,
    only_try: bool,
    apply_too: bool,
    as_json: bool,
) -> None:
    """Make a rule, or try one on past comments.

    WHAT is phrase, link, website, network, email, name or script.
    """
    from moderation.flow.owner_rules import Wish

    wish = Wish(what, value, "spam" if spam else "hold", site, days, note)

    if only_try and apply_too:
        raise click.UsageError("--try keeps nothing, so that there is nothing to apply.")

    async def work(house: "House") -> "tuple[Rule, Tried | None, Applied | Waiting]":
        made = house.rules.own.draft(wish, WHO)
        if only_try:
            waiting = await house.rules.apply.waiting(made)
            return made, await house.rules.trial.of([made]), waiting
        made = await house.rules.own.add(made)
        if apply_too:
            return made, None, await house.rules.apply.to_waiting(made.id, ACTOR)
        return made, None, await house.rules.apply.waiting(made)

    made, tried, of_waiting = errand(work)
    if tried is not None:
        show(
            tried_json(tried) | of_waiting_json(of_waiting),
            as_json,
            [tried_words(tried), *of_waiting_words(of_waiting)],
        )
        return
    told = [f"{made.id}: {made.what} “{made.value}” {_does(made)}"]
    told += of_waiting_words(of_waiting, made.id)
    show(_json(made) | of_waiting_json(of_waiting), as_json, told)


@rule.command(
    epilog="""\b
Examples:
  moderation rule remove m0mi9r6m3k2v7q1x8c5t""",
)
@settings_option
@click.argument("ids", metavar="ID...", nargs=-1, required=True)
def remove(ids: tuple[str, ...]) -> None:
    """Take rules out of force; they are kept in the dashboard with their hits."""

    async def work(house: "House") -> tuple[list[str], list[str]]:
        from moderation.domain.errors import Fault

        done, refused = [], []
        for ident in dict.fromkeys(ids):
            try:
                removed = await house.rules.own.remove(ident, WHO)
                done.append(f"{ident}: no rule any more about “{removed.value}”")
            except Fault as fault:
                refused.append(f"{ident}: {fault}")
        return done, refused

    done, refused = errand(work)
    show(None, False, [*done, *refused])
    if refused:
        raise click.exceptions.Exit(PARTLY if done else PROBLEM)


@rule.command(
    name="import",
    epilog="""\b
Examples:
  moderation rule import wordpress-disallowed keys.txt --dry-run
  moderation rule import lines hosts.txt --spam --site blog""",
)
@settings_option
@json_option
@click.argument("form", metavar="FORM", type=click.Choice(FORMS))
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--spam", is_flag=True, help="Of lines: what fits is spam; else it is held.")
@click.option("--site", default="", metavar="ID", help="On this site only.")
@click.option("--dry-run", is_flag=True, help="Say what each line becomes, keep nothing.")
def take_in(form: str, file: Path, spam: bool, site: str, dry_run: bool, as_json: bool) -> None:
    """Take in a list, one rule a line.

    FORM is wordpress-moderation, wordpress-disallowed, lines (of any other list), or rules,
    as `rule export` writes them.
    """
    text = file.read_text(encoding="utf-8-sig", errors="replace")

    async def work(house: "House") -> "tuple[list[Line], Tried | None, int]":
        from moderation.flow.rule_lists import Form, read_list

        verdict = "spam" if spam else "hold"
        lines = read_list(house.rules.own, Form(form), text, WHO, site=site, verdict=verdict)
        rules = [line.rule for line in lines if line.rule is not None]
        if dry_run:
            return lines, await house.rules.trial.of(rules), 0
        return lines, None, await house.rules.own.add_many(rules)

    lines, tried, added = errand(work)
    left_out = [line for line in lines if line.rule is None]
    told = [_line(line, tried) for line in (lines if dry_run else left_out)]
    if tried is not None:
        told.append(tried_words(tried))
    else:
        there = len(lines) - len(left_out) - added
        told.append(f"{added} new, {there} there already, {len(left_out)} left out.")
    data = {
        "added": added,
        "lines": [
            {"line": line.text, "rule": _json(line.rule) if line.rule else None, "says": line.says}
            for line in lines
        ],
        "tried": tried_json(tried) if tried is not None else None,
    }
    show(data, as_json, told)
    if left_out:
        raise click.exceptions.Exit(PARTLY if len(left_out) < len(lines) else PROBLEM)


@rule.command(
    epilog="""\b
Examples:
  moderation rule export > rules.txt""",
)
@settings_option
def export() -> None:
    """Print the rules in force, for `rule import rules`."""

    async def work(house: "House") -> str:
        from moderation.flow.rule_lists import write_list

        return write_list((await house.rules.own.standing()).live, house.clock.now())

    click.echo(errand(work), nl=False)


rule.add_command(apply)
rule.add_command(lists)


def _json(made: Rule) -> dict[str, object]:
    return {
        "id": made.id,
        "what": made.what,
        "value": made.value,
        "verdict": made.verdict,
        "site": made.site or None,
        "note": made.note,
        "made_by": made.made_by,
        "made_at": rfc3339(made.made_at),
        "expires_at": rfc3339(made.expires_at) if made.expires_at else None,
        "hits": made.hits,
        "hit_at": rfc3339(made.hit_at) if made.hit_at else None,
    }


def _does(made: Rule) -> str:
    return "is spam" if made.verdict == "spam" else "is held"


def _line(line: "Line", tried: "Tried | None") -> str:
    if line.rule is None:
        return f"line {line.number}: left out: {line.says}"
    caught = sum(tried.by_rule[line.rule.id].values()) if tried is not None else 0
    return (
        f"line {line.number}: {line.rule.what} “{line.rule.value}” {_does(line.rule)};"
        f" would have caught {caught}. {line.says}"
    )


def tried_json(tried: "Tried") -> dict[str, object]:
    by_status = {status.value: number for status, number in tried.by_status.items()}
    return {"looked_at": tried.looked_at, "caught": tried.number, "by_status": by_status}


def tried_words(tried: "Tried") -> str:
    parts = ", ".join(f"{number} {status}" for status, number in tried.by_status.items())
    return f"Of the last {tried.looked_at} comments caught: {tried.number}" + (
        f" ({parts})." if parts else "."
    )
