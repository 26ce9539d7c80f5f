"""How long the learned check takes to fold a journal from stored tokens, and its longest slice.

    python -m bench.spam_fold --dev DIR [--decisions 10000]

Figures are processor time, so that other work on the machine blurs them less. As in the service,
Python's collector of cycles is kept away meanwhile.
"""

import resource
import sys
import time
from itertools import cycle, islice
from pathlib import Path

import click

from bench.make_starter_model import read
from moderation.checks.learned._quiet import uncollected
from moderation.checks.learned.fold import Fold, Judgement
from moderation.checks.learned.mind import MANY


@click.command(help=__doc__)
@click.option("--dev", required=True, type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--decisions", default=10_000, help="Comments beyond those of DIR come again.")
def main(dev: Path, decisions: int) -> None:
    samples = read(dev)
    before = memory()
    fold = Fold()
    for at, sample in enumerate(islice(cycle(samples), decisions), 1):
        fold.add(Judgement(at, f"c{at}", sample.spam, sample.tokens))
    slices = []
    with uncollected(decisions > MANY):
        started = time.thread_time()
        for _ in fold.steps():
            slices.append(time.thread_time() - started)
            started = time.thread_time()
        slices.append(time.thread_time() - started)
    total = 0.0
    for took in slices:
        total += took
    click.echo(f"{decisions} decisions: {total:.2f} s, longest slice {1000 * max(slices):.1f} ms")
    click.echo(f"{len(fold.model)} tokens, {memory() - before:.0f} MB more")
    started = time.thread_time()
    data = fold.dump()
    click.echo(f"snapshot: {len(data)} bytes in {1000 * (time.thread_time() - started):.0f} ms")


def memory() -> float:
    """The most memory that was in use so far, in MB."""
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / (2**20 if sys.platform == "darwin" else 2**10)


if __name__ == "__main__":
    main()
