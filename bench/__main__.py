"""The benchmark: ``python3 start.py bench [PARTS]``, or ``python -m bench`` in its environment."""

import os
import signal
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from types import FrameType

import click

from bench import profiles
from bench.document import FIGURES, Figures
from bench.ground import standing
from bench.machine import Machine, busy
from bench.plan import Plan
from bench.processes import Cores
from bench.table import PARTS
from bench.taking import has_failed, take

NOTE = "Rate limits, mail, Akismet and all fetching of pages are off in every server."
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
@click.option("--profile", is_flag=True, help="Tell where our time goes; the figures are void.")
@click.option("--json", "file", type=click.Path(path_type=Path), help="Write the figures there.")
def main(
    parts: Sequence[str],
    rounds: int,
    seconds: int,
    quick: bool,
    with_isso: bool,
    publish: bool | None,
    profile: bool,
    file: Path | None,
) -> None:
    """Measure the service beside what limits it and beside Isso, and print ratios.

    Each figure is the median over rounds in which all sides were asked in turn. Servers run on
    one core, what loads them on another. Without PARTS all are run.
    """
    if not hasattr(os, "sched_setaffinity"):
        raise click.ClickException("It gives cores to processes and reads /proc: it needs Linux.")
    if profile and publish:
        raise click.UsageError("The figures of a profiled run are void.")
    publish = not (parts or quick or profile) if publish is None else publish
    signal.signal(signal.SIGTERM, _leave)
    machine = Machine.here()
    figures = Figures.read(FIGURES, machine) if publish else Figures(machine)
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        if profile:
            os.environ[profiles.PLACE] = folder
        plan = Plan(rounds, seconds, Cores.here(), Path(folder))
        plan = Plan(1, 1, plan.cores, plan.folder, quick=True) if quick else plan
        os.sched_setaffinity(0, plan.cores.load)  # what is asked by hand
        _greet(machine, plan)
        with standing(plan, install=with_isso) as ground:
            for name in parts or PARTS:
                figures.put(name, take(PARTS[name], ground, machine.date), order=list(PARTS))
                if publish:  # what was measured is kept, whatever happens to the next part
                    figures.publish()
    if file is not None:
        figures.write(file)
    _conclude(figures)


def _greet(machine: Machine, plan: Plan) -> None:
    click.echo(
        f"{machine.cores} cores of {machine.model}, Python {machine.python}; asked by"
        f" {machine.generator}; {plan.rounds} rounds of {plan.seconds:.0f} s. {NOTE}"
    )
    if machine.cores < 2:
        click.echo("There is one core for servers and load: rates mean nothing, ratios little.")
    if busy() > BUSY:
        click.echo(f"The machine does other work as well (load {busy():.1f}): expect wide spreads.")


def _conclude(figures: Figures) -> None:
    judged = [row for row in figures.rows if row.reached is not None]
    reached = sum(row.reached is True for row in judged)
    click.echo(f"{reached} of {len(judged)} goals reached.")
    if failed := [name for name, taken in figures.parts.items() if has_failed(taken)]:
        click.echo(f"Failed: {', '.join(failed)}.", err=True)
        sys.exit(1)


def _leave(number: int, frame: FrameType | None) -> None:
    """End by way of all blocks, so that no server is left behind."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    raise KeyboardInterrupt


if __name__ == "__main__":
    main()
