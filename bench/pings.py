"""How pings are answered, and what working them off costs readers, as ratios to an idle run.

    python -m bench.pings [--rounds 3] [--seconds 6] [--engine sqlite|postgresql] [--quick]

The service is a process of its own with one worker; all is on this machine. First each protocol
is pinged 200 times a second, beside the same number of questions that touch no store. Then a
thread of fifty comments is read a hundred times a second, with nothing else to do and while
10,000 pings are worked off whose sources are good, slow, silent, dripping, endless or made to
break parsers. Both runs of a round follow each other; ratios are made within a round. The
processor's time is the service's own, for all that it did meanwhile: of these figures it depends
least on what else the machine does.
"""

import asyncio
import json
import statistics
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import click

from bench.asking import DOORS, Pace, answered, asked, read
from bench.places import Databases, databases, hostile
from bench.queued import SOURCES, fill
from bench.steady import Waits
from bench.store_writes import ENGINES

SETTLE = 2.0  # seconds


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is measured."""

    rounds: int
    queued: int  # pings that wait
    pace: Pace


@dataclass(frozen=True, slots=True)
class Round:
    """What one round came to."""

    doors: Mapping[str, Waits]
    beside: Mapping[str, Waits]  # what needs no store, asked for just before each
    cost: Mapping[str, float]  # of a ping, in milliseconds of the processor
    idle: Waits
    working: Waits
    memory: tuple[int, int]  # MiB, idle and working
    fetched: Mapping[str, int]


def rounds_of(make: Databases, port: int, plan: Plan) -> Iterator[Round]:
    """Measure round after round; every run has a database and a process of its own."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        empty, full = make(""), make("")
        asyncio.run(fill(empty, folder, port, 0))
        asyncio.run(fill(full, folder, port, plan.queued))
        for _ in range(plan.rounds):
            doors = answered(make(empty), folder, port, plan.pace)
            told, beside, cost = asyncio.run(doors)
            quiet = read(make(empty), folder, port, plan.pace)
            idle, idle_memory = asyncio.run(quiet)
            before = asyncio.run(asked(port))
            busy = read(make(full), folder, port, plan.pace)
            working, memory = asyncio.run(busy)
            after = asyncio.run(asked(port))
            fetched = {kind: after.get(kind, 0) - before.get(kind, 0) for kind in SOURCES}
            yield Round(told, beside, cost, idle, working, (idle_memory, memory), fetched)


def report(engine: str, found: Sequence[Round]) -> dict[str, object]:
    """Print medians and spreads, and return them."""
    told: dict[str, object] = {"engine": engine, "rounds": len(found)}
    for name in DOORS:
        ratios = [one.doors[name].p99 / one.beside[name].p99 for one in found]
        told[name] = line(f"{engine} {name}", [one.doors[name] for one in found], ratios)
        cost = statistics.median(one.cost[name] for one in found)
        told[f"{name}, processor ms"] = cost
        click.echo(f"{'':<30} {cost:.1f} ms of the processor each")
    told["thread, idle"] = line(f"{engine} thread, idle", [one.idle for one in found], [1.0])
    ratios = [one.working.p99 / one.idle.p99 for one in found]
    working = [one.working for one in found]
    told["thread, working"] = line(f"{engine} thread, pings worked off", working, ratios)
    idle, busy = (max(one.memory[at] for one in found) for at in (0, 1))
    fetched = {kind: sum(one.fetched[kind] for one in found) for kind in SOURCES}
    click.echo(f"{'':<30} memory at the most: {idle} MiB idle, {busy} MiB at work")
    click.echo(f"{'':<30} fetched: {', '.join(f'{n} {kind}' for kind, n in fetched.items())}")
    return told | {"memory_mib": {"idle": idle, "working": busy}, "fetched": fetched}


def line(title: str, waits: Sequence[Waits], ratios: Sequence[float]) -> dict[str, object]:
    p50 = statistics.median(one.p50 for one in waits)
    p99 = statistics.median(one.p99 for one in waits)
    best = min(one.p99 for one in waits)
    failed, count = sum(one.failed for one in waits), sum(one.count for one in waits)
    ratio = {"median": statistics.median(ratios), "least": min(ratios), "most": max(ratios)}
    click.echo(
        f"{title:<30} p50 {p50:.1f} ms, p99 {p99:.1f} ms (the best round {best:.1f}); p99 to idle"
        f" x{ratio['median']:.2f} ({ratio['least']:.2f} to {ratio['most']:.2f});"
        f" {failed} of {count} failed"
    )
    return {"p50": p50, "p99": p99, "best": best, "ratio": ratio, "failed": failed, "count": count}


@click.command()
@click.option("--rounds", default=3, show_default=True)
@click.option("--seconds", default=6.0, show_default=True, help="of each measurement")
@click.option("--queued", default=10_000, show_default=True, help="pings that wait")
@click.option("--rate", default=200.0, show_default=True, help="pings a second")
@click.option("--engine", type=click.Choice(ENGINES), multiple=True, default=ENGINES)
@click.option("--quick", is_flag=True, help="One tiny round, to see that all of it runs.")
@click.option("--json", "file", type=click.Path(path_type=Path), help="Write the figures there.")
def main(
    rounds: int,
    seconds: float,
    queued: int,
    rate: float,
    engine: tuple[str, ...],
    quick: bool,
    file: Path | None,
) -> None:
    """Print how long answers and threads took: medians of the rounds, ratios with their spread."""
    plan = Plan(rounds, queued, Pace(rate, seconds, SETTLE))
    if quick:
        plan = Plan(1, 50, Pace(20.0, 0.5, 0.0))
    told = []
    for name in engine:
        with databases(name) as make, hostile() as port:
            told.append(report(name, list(rounds_of(make, port, plan))))
    if file is not None:
        file.write_text(json.dumps(told, indent=2), "utf-8")


if __name__ == "__main__":
    main()
