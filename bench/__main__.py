"""The benchmark: ``python3 start.py bench [PARTS]``, or ``python -m bench`` in its environment."""

import os
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from types import FrameType

import click

from bench.document import FIGURES, Figures, Taken
from bench.ground import Ground, standing
from bench.load import Unmeasurable
from bench.machine import Machine, busy
from bench.plan import Plan
from bench.processes import ROOT, Cores
from bench.rows import LeftOut, Row, line
from bench.table import PARTS

NOTE = "Rate limits, mail, Akismet and the fetching of articles are off in every server."
BUSY = 0.5  # processes that want a core beside us


@click.command(
    epilog="\b\nParts:\n" + "\n".join(f"  {name:<12} {part.TELLS}" for name, part in PARTS.items())
)
@click.argument("parts", nargs=-1, type=click.Choice(list(PARTS)), metavar="[PARTS]…")
@click.option("--rounds", default=5, show_default=True, type=click.IntRange(1, 50))
@click.option("--seconds", default=2, show_default=True, type=click.IntRange(1, 60))
@click.option("--quick", is_flag=True, help="One short round on small stores: does all of it run?")
@click.option("--with-isso", is_flag=True, help="Install Isso where it is not, to compare with.")
@click.option(
    "--publish/--no-publish",
    default=None,
    help="Write docs/performance.*; by default where all is measured. Parts replace their own.",
)
@click.option("--json", "file", type=click.Path(path_type=Path), help="Write the figures there.")
def main(
    parts: Sequence[str],
    rounds: int,
    seconds: int,
    quick: bool,
    with_isso: bool,
    publish: bool | None,
    file: Path | None,
) -> None:
    """Measure the service beside what limits it and beside Isso, and print ratios.

    Each figure is the median over rounds in which all sides were asked in turn. Servers run on
    one core, what loads them on another. Without PARTS all are run.
    """
    signal.signal(signal.SIGTERM, _leave)
    machine = Machine.here()
    if publish is None:
        publish = not parts and not quick
    figures = Figures.read(FIGURES, machine) if publish else Figures(machine)
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        cores = Cores.here()
        plan = Plan(rounds, seconds, cores, Path(folder))
        if quick:
            plan = Plan(1, 1, cores, Path(folder), quick=True)
        os.sched_setaffinity(0, cores.load)  # what is asked by hand
        _greet(machine, plan)
        with standing(plan, install=with_isso) as ground:
            failed = []
            for name in parts or PARTS:
                failed += [] if _run(name, ground, figures) else [name]
                figures.parts = {
                    known: figures.parts[known] for known in PARTS if known in figures.parts
                }
                if publish:  # what was measured is kept, whatever happens to the next part
                    figures.publish()
    if file is not None:
        figures.write(file)
    _conclude(figures, failed)


def _run(name: str, ground: Ground, figures: Figures) -> bool:
    """Run one part and keep what it came to; whether nothing unforeseen happened."""
    part, plan, load = PARTS[name], ground.plan, busy()
    click.echo(f"{name}: {part.TELLS}")
    begun, good, anchor = time.monotonic(), True, ""
    rows: list[Row] = []
    left_out: list[LeftOut] = []
    try:
        for one in part.measure(ground):
            if isinstance(one, Row):
                rows.append(one)
                if one.anchor != anchor:
                    anchor = one.anchor
                    click.echo(f"  to {anchor}:" if anchor else "  by itself:")
                click.echo(f"    {line(one)}")
            else:
                left_out.append(one)
    except Unmeasurable as error:
        left_out.append(
            LeftOut(name, f"the rest of {part.TELLS}" if rows else part.TELLS, str(error))
        )
    except Exception as error:  # the others are still measured
        traceback.print_exc()
        left_out.append(LeftOut(name, part.TELLS, f"it failed: {type(error).__name__}"))
        good = False
    left_out = [replace(one, why=_placeless(one.why, plan)) for one in left_out]
    for lacking in left_out:
        click.echo(f"  left out: {lacking.what}: {lacking.why}")
    click.echo(f"  {time.monotonic() - begun:.0f} s")
    date = figures.machine.date
    figures.parts[name] = Taken(rows, left_out, date, plan.rounds, int(plan.seconds), load)
    return good


def _placeless(text: str, plan: Plan) -> str:
    """What is written down names no folder of the machine."""
    for folder in (plan.folder, ROOT, Path.home()):
        text = text.replace(str(folder), "…")
    return text


def _greet(machine: Machine, plan: Plan) -> None:
    click.echo(
        f"{machine.cores} cores of {machine.model}, Python {machine.python}; asked by"
        f" {machine.generator}; {plan.rounds} rounds of {plan.seconds:.0f} s. {NOTE}"
    )
    if machine.cores < 2:
        click.echo("There is one core for servers and load: rates mean nothing, ratios little.")
    if busy() > BUSY:
        click.echo(f"The machine does other work as well (load {busy():.1f}): expect wide spreads.")


def _conclude(figures: Figures, failed: Sequence[str]) -> None:
    judged = [row for row in figures.rows if row.reached is not None]
    reached = sum(row.reached is True for row in judged)
    click.echo(f"{reached} of {len(judged)} goals reached.")
    if failed:
        click.echo(f"Failed: {', '.join(failed)}.", err=True)
        sys.exit(1)


def _leave(number: int, frame: FrameType | None) -> None:
    """End by way of all blocks, so that no server is left behind."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    raise KeyboardInterrupt


if __name__ == "__main__":
    main()
