"""`learn`: what the learned check knows, learning it anew, and trying thresholds on the past."""

from typing import TYPE_CHECKING, Any

import click

from moderation.cli.frame import Problem, errand, json_option, settings_option, show, table

if TYPE_CHECKING:
    from moderation.flow.backtest import Tested
    from moderation.flow.relearn import Relearnt
    from moderation.flow.study import Known, Study
    from moderation.house import House

NAMED = 20  # comments that would have been wrong, by name
OFF = "The check is switched off: “learned” stands in `off` of [checks]."


@click.group()
def learn() -> None:
    """What the spam check has learnt from decisions."""


@learn.command(
    epilog="""\b
Examples:
  moderation learn status
  moderation learn status --site blog --json"""
)
@settings_option
@json_option
@click.option("--site", default="", metavar="ID", help="Whose settings, and model, are meant.")
def status(site: str, as_json: bool) -> None:
    """Tell how many decisions were learnt, what it knows best, and what it may do."""

    async def work(house: "House") -> "tuple[Known, Any, dict[str, Any]]":
        study = _study(house, site)
        policy = await study.policy(site)
        spam, fine = await study.strongest(site, most=5)
        tokens = {"spam": [r.token for r in spam], "fine": [r.token for r in fine]}
        return await study.known(site), policy, tokens

    known, policy, tokens = errand(work)
    data = {
        "spam": known.spam,
        "approved": known.ham,
        "needed": known.needed,
        "speaks": known.speaks,
        "spam_at": policy.spam_at,
        "approve": policy.approve,
        "lines": known.lines,
        "kept": known.kept,
        "features": known.features,
        "strongest": tokens,
    }
    lines = [
        f"{known.spam} decisions for spam and {known.ham} for approved are learnt.",
        f"It calls spam what is spam with a probability of {policy.spam_at:g} or more."
        if known.speaks
        else f"It says nothing by itself before there are {known.needed} of each.",
        "It may speak for comments." if policy.approve else "It speaks for no comment.",
        f"The journal has {known.lines} lines; a model is kept up to line {known.kept}.",
    ]
    if tokens["spam"]:
        lines.append(f"It knows best, for spam: {', '.join(tokens['spam'])}")
    if tokens["fine"]:
        lines.append(f"against it: {', '.join(tokens['fine'])}")
    show(data, as_json, lines)


@learn.command(
    epilog="""\b
Examples:
  moderation learn rebuild"""
)
@settings_option
@json_option
def rebuild(as_json: bool) -> None:
    """Read what is there anew: old tokens, decisions of the log, and the model.

    A running service may go on: it starts afresh before it looks at the next comment.
    """

    async def work(house: "House") -> "Relearnt":
        _study(house, "")
        return await house.learning.relearn.everything(anew=True)

    done = errand(work)
    data = {"adopted": done.adopted, "renewed": done.renewed, "rehearsed": done.rehearsed}
    lines = [
        f"{done.adopted} decisions were learnt from the log.",
        f"{done.renewed} had tokens of another release, which were made anew.",
        f"Of {done.rehearsed} it was found out what would have been thought of them.",
        "The model is folded anew.",
    ]
    show(data, as_json, lines)


@learn.command(
    epilog="""\b
Examples:
  moderation learn test
  moderation learn test --spam-at 0.95 --approve
  moderation learn test --without-starter --json"""
)
@settings_option
@json_option
@click.option("--site", default="", metavar="ID", help="Decisions on this site's comments alone.")
@click.option("--spam-at", type=click.FloatRange(0.5, 1), help="Else what is set.")
@click.option("--approve/--no-approve", default=None, help="Else what is set.")
@click.option("--without-starter", is_flag=True, help="As if the starter model were off.")
def test(
    site: str, spam_at: float | None, approve: bool | None, without_starter: bool, as_json: bool
) -> None:
    """Try thresholds on the last 1,000 decisions.

    Each comment is weighed by what had been decided before it, and by nothing later.
    """

    async def work(house: "House") -> "list[Tested]":
        from moderation.flow.backtest import STEPS, Policy, backtest

        study = _study(house, site)
        policy = await study.policy(site)
        asked = Policy(
            policy.spam_at if spam_at is None else spam_at,
            policy.approve if approve is None else approve,
        )
        _, (spam, ham) = await study.past(site)
        past = await study.rehearsed(site, with_starter=not without_starter)
        others = [Policy(at, asked.approve) for at in STEPS if at != asked.spam_at]
        policies = [asked, *others]
        return [backtest(past, each, spam=spam, ham=ham) for each in policies]

    found = errand(work)
    show({"tested": [_json(each) for each in found]}, as_json, _lines(found))


def _study(house: "House", site: str) -> "Study":
    """The study. Raises Problem where the check is off, or there is no such site."""
    if site and site not in {known.id for known in house.settings.sites}:
        raise Problem(f"There is no site “{site}”.")
    if not house.learning.study.on:
        raise Problem(OFF)
    return house.learning.study


def _json(tested: "Tested") -> dict[str, object]:
    return {
        "spam_at": tested.policy.spam_at,
        "approve": tested.policy.approve,
        "decisions": tested.decisions,
        "spam": tested.spam,
        "approved": tested.ham,
        "spam_taken": len(tested.taken),
        "approved_lost": [one.comment_id for one in tested.lost],
        "approved_passed": len(tested.passed),
        "spam_let_in": [one.comment_id for one in tested.let_in],
    }


def _lines(found: "list[Tested]") -> list[str]:
    asked = found[0]
    rows = [
        (
            f"{each.policy.spam_at:g}",
            f"{len(each.taken)} of {each.spam}",
            f"{len(each.lost)} of {each.ham}",
            f"{len(each.passed)} of {each.ham}",
            f"{len(each.let_in)} of {each.spam}",
        )
        for each in [asked, *sorted(found[1:], key=lambda one: one.policy.spam_at)]
    ]
    head = ("SPAM_AT", "SPAM TAKEN", "APPROVED LOST", "APPROVED BY ITSELF", "SPAM LET IN")
    lines = [f"Of the last {asked.decisions} decisions, {len(asked.wrong)} would have been wrong."]
    lines += table(head, rows, "Nothing.")
    lines += [f"wrong: {one.comment_id}" for one in asked.wrong[:NAMED]]
    return lines
