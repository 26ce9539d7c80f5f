"""What the learned check would have decided by itself, at the thresholds it is shipped with.

    python -m bench.spam_policy --dev DIR [--woven]

Each source of DIR is one owner: every comment is scored, in order of date, by what was learnt of
those before it, then learnt as its owner decided. The starter model is made anew without the
source, so that nobody is measured on themselves. `--woven`: spam and ham each in their own order,
but mixed evenly, as if the spam had not come in waves long after most of the ham.
"""

import json
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import click

from bench.make_starter_model import made, read
from moderation.checks.learned import tokens
from moderation.checks.learned.model import Model, Weighing

SPAM_RULES = ((0.98, 10), (0.95, 10), (0.90, 10))  # probability from, decisions of each class
HAM_RULES = ((0.05, 25), (0.02, 25), (0.10, 25))  # probability up to, decisions of each class
WORST = 0.5  # the most that a paragraph may have where a comment is approved


@dataclass(frozen=True, slots=True)
class Scored:
    spam: bool
    weighing: Weighing
    link: bool
    least: int  # decisions of the rarer class before it


@click.command(help=__doc__)
@click.option("--dev", required=True, type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--woven", is_flag=True, help="Mix spam and ham evenly.")
def main(dev: Path, *, woven: bool) -> None:
    samples = read(dev)
    total: list[Scored] = []
    for source in sorted({sample.source for sample in samples}):
        starter = made([sample for sample in samples if sample.source != source])
        rows = decided(dev / f"{source}.jsonl")
        scored = list(owner(mixed(rows) if woven else rows, Model(starter)))
        report(source, scored)
        total += scored
    report("all", total)


Row = Mapping[str, str]


def decided(file: Path) -> list[Row]:
    """One owner's comments in order of date."""
    rows = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
    return sorted(rows, key=lambda row: (row["date"] or "0", row["author"]))


def mixed(rows: Sequence[Row]) -> list[Row]:
    """The same, spam and ham mixed evenly."""
    labels = [row["label"] for row in rows]
    random.Random(1).shuffle(labels)  # noqa: S311 no secret
    of = {label: iter([row for row in rows if row["label"] == label]) for label in set(labels)}
    return [next(of[label]) for label in labels]


def owner(rows: Sequence[Row], model: Model) -> Iterator[Scored]:
    """Score and learn one owner's comments one after the other."""
    for row in rows:
        fields = tokens.Fields(row["text"], row["author"], row["url"], row["email"])
        reading = tokens.read(fields)
        link = any(token.startswith("s:links=") for token in reading.tokens)
        weighing = model.weigh(reading.tokens, parts=reading.parts, reasons=0)
        yield Scored(row["label"] == "spam", weighing, link, min(model.spam, model.ham))
        model.learn(reading.tokens, spam=row["label"] == "spam")


def report(name: str, scored: Sequence[Scored]) -> None:
    spams = sum(one.spam for one in scored)
    hams = len(scored) - spams
    click.echo(f"{name}: {spams} spam, {hams} ham")
    for edge, least in SPAM_RULES:
        taken = [one for one in scored if one.weighing.probability >= edge and one.least >= least]
        caught = sum(one.spam for one in taken)
        click.echo(
            f"  spam at p >= {edge:.2f}, {least} of each: "
            f"{len(taken) - caught} of {hams} ham lost, {caught / spams:.1%} of spam taken"
        )
    for edge, least in HAM_RULES:
        fit = [one for one in scored if may_be_approved(one, least)]
        shown = [one for one in fit if approved(one, edge)]
        wrong = sum(one.spam for one in shown)
        right = len(shown) - wrong
        most = len(fit) - sum(one.spam for one in fit)
        click.echo(
            f"  approve at p <= {edge:.2f}, no link, {least} of each: "
            f"{wrong} of {spams} spam shown, {right / hams:.1%} of ham approved, "
            f"{right / most:.1%} of the {most} that could be"
        )


def may_be_approved(one: Scored, least: int) -> bool:
    return not one.link and one.least >= least


def approved(one: Scored, edge: float) -> bool:
    return one.weighing.probability <= edge and one.weighing.worst_part <= WORST


if __name__ == "__main__":
    main()
