"""What taking in a comment or a ping costs, and how many are taken in a second: `run`.

    python -m bench.intake [--engine sqlite|postgresql] [--door form|json|webmention|…]
        [--clients 32] [--clients 4] [--rounds 5] [--seconds 5] [--against TREE] [--quick]

One `serve` process on one processor, wrk with unique texts on another. No limits of how much
comes, all local checks on, the learned one with some hundred decisions; every post is on disk
(synchronous=FULL) before it is answered. Beside it the same doors without a store
(`bench.inside`), and with `--against` the same of another checkout: rounds alternate, the
ratios are made within a round. Above all look at the processor's time per post, which depends
least on what else the machine does. Pings are measured without jobs: their sources would be
fetched meanwhile.
"""

import asyncio
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import click

from bench.intake_fill import SETTINGS, fill, form_token, vocabulary
from bench.places import databases
from bench.store_writes import ENGINES
from tests import wire
from tests.process import free_port

HERE = Path(__file__).resolve().parent
REPLIES = ("form", "json")
DOORS = (*REPLIES, "webmention", "pingback", "trackback")
ARTICLES = 50
WARM = 1.0  # seconds before each measurement


@dataclass(frozen=True, slots=True)
class Kind:
    """What is run: which checkout, and with what put inside."""

    name: str
    tree: Path
    inside: tuple[str, ...] = ()  # of bench.inside


@dataclass(frozen=True, slots=True)
class Figures:
    """What one run came to."""

    rate: float  # posts a second
    cpu: float  # milliseconds of the server's processor for each
    p50: float  # milliseconds
    p99: float
    bad: int  # answers that were none or no success


@dataclass(frozen=True, slots=True)
class Plan:
    """How it is measured."""

    door: str
    clients: Sequence[int]
    rounds: int
    seconds: float


def run(
    engine: str,
    door: str,
    *,
    clients: Sequence[int] = (32, 4),
    rounds: int = 5,
    seconds: float = 5.0,
    against: Path | None = None,
    hold: str = "first-time",
) -> dict[str, dict[str, list[Figures]]]:
    """Measure a door; for each kind of server and number of clients a figure of each round."""
    more = ("jobless",) if door not in REPLIES else ()
    kinds = [Kind("here", HERE.parent, more)]
    if door in REPLIES:
        kinds.append(Kind("without a store", HERE.parent, ("jobless", "storeless")))
    if against is not None:
        kinds.append(Kind("there", against, more))
    plan = Plan(door, clients, rounds, seconds)
    found: dict[str, dict[str, list[Figures]]] = {kind.name: {} for kind in kinds}
    with tempfile.TemporaryDirectory() as name, databases(engine) as make:
        folder = Path(name)
        (folder / "words").write_text("\n".join(vocabulary()), "utf-8")
        full = make("")
        asyncio.run(fill(full, folder, ARTICLES, hold))
        for number in range(rounds):
            for kind in kinds:
                for count in clients:
                    figures = asyncio.run(_one(make(full), folder, kind, plan, count, hold, number))
                    found[kind.name].setdefault(f"{count}", []).append(figures)
    return found


async def _one(
    url: str, folder: Path, kind: Kind, plan: Plan, clients: int, hold: str, number: int
) -> Figures:
    port = free_port()
    file = folder / "settings.toml"
    file.write_text(f'[store]\nurl = "{url}"\n{SETTINGS.format(hold=hold)}', "utf-8")
    script = [sys.executable, str(HERE / "inside.py"), "serve", "--settings", str(file)]
    command = [*pinned(0), *script, "--port", str(port)]
    found_in = os.pathsep.join([str(kind.tree), str(HERE.parent)])
    environ = {**os.environ, "PYTHONPATH": found_in, "BENCH_INSIDE": " ".join(kind.inside)}
    with (folder / "log").open("ab") as log:
        process = subprocess.Popen(  # noqa: ASYNC220, S603 quick, and our own module
            command, cwd=kind.tree, env=environ, stdout=log, stderr=log
        )
    try:
        await _ready(port, process, folder)
        token = await form_token(port)
        await asyncio.sleep(0 if plan.seconds < 1 else 3)  # a form is filled in for that long
        await load(
            port, folder, plan.door, clients, WARM * min(1, plan.seconds), f"{number}7", token
        )
        before = processor(process.pid)
        told = await load(port, folder, plan.door, clients, plan.seconds, f"{number}9", token)
        used = processor(process.pid) - before
    finally:
        process.kill()
        process.wait()
    posts = max(1, told["requests"])
    rate = told["requests"] / told["seconds"]
    return Figures(rate, used / posts * 1000, told["p50"], told["p99"], told["bad"])


async def _ready(port: int, process: "subprocess.Popen[bytes]", folder: Path) -> None:
    for _ in range(600):
        if process.poll() is not None:
            break
        try:
            if (await wire.get(port, "/readyz")).status == 200:
                return
        except (OSError, wire.Broken):
            pass
        await asyncio.sleep(0.1)
    raise click.ClickException(f"It does not start: {(folder / 'log').read_text('utf-8')[-2000:]}")


async def load(
    port: int, folder: Path, door: str, clients: int, seconds: float, seed: str, token: str
) -> Mapping[str, Any]:
    """Post for some seconds with wrk; its figures."""
    environ = {
        **os.environ,
        "INTAKE_DOOR": door,
        "INTAKE_WORDS": str(folder / "words"),
        "INTAKE_TOKEN": token,
        "INTAKE_SEED": seed,
        "INTAKE_ARTICLES": str(ARTICLES),
    }
    wrk = ["wrk", "-t", "1", "-c", str(clients), "-d", f"{max(1, round(seconds))}s"]
    command = [*pinned(1), *wrk, "--timeout", "30s", "-s", str(HERE / "intake.lua")]
    process = await asyncio.create_subprocess_exec(
        *command, f"http://127.0.0.1:{port}/", env=environ, stdout=subprocess.PIPE
    )
    told, _ = await process.communicate()
    line = next(line for line in told.decode().splitlines() if line.startswith("FIGURES "))
    figures: Mapping[str, Any] = json.loads(line.removeprefix("FIGURES "))
    return figures


def pinned(to: int) -> list[str]:
    """What keeps a command on one processor, where there are several."""
    several = (os.cpu_count() or 1) > 1 and shutil.which("taskset") is not None
    return ["taskset", "-c", str(to)] if several else []


def processor(pid: int) -> float:
    """Seconds of the processor that a process has used, its children aside."""
    fields = Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def report(title: str, found: Mapping[str, Mapping[str, Sequence[Figures]]]) -> None:
    """Print the medians of the rounds, and the ratios within a round with their spread."""
    for name, by_clients in found.items():
        for clients, rounds in by_clients.items():
            rate, cpu, p99 = (
                statistics.median(getattr(one, what) for one in rounds)
                for what in ("rate", "cpu", "p99")
            )
            bad = sum(one.bad for one in rounds)
            click.echo(
                f"{title:<20} {name:<16} {clients:>3} clients: {cpu:.3f} ms of the processor,"
                f" {rate:,.0f} a second, p99 {p99:.1f} ms, {bad} bad{_beside(name, clients, found)}"
            )


def _beside(name: str, clients: str, found: Mapping[str, Mapping[str, Sequence[Figures]]]) -> str:
    if name == "here":
        return ""
    pairs = list(zip(found["here"][clients], found[name][clients], strict=True))
    told = []
    for what, ratios in (
        ("rate", [here.rate / max(other.rate, 0.001) for here, other in pairs]),
        ("cpu", [other.cpu / max(here.cpu, 0.001) for here, other in pairs]),
    ):
        told.append(
            f"here by {what} x{statistics.median(ratios):.2f} ({min(ratios):.2f}"
            f" to {max(ratios):.2f})"
        )
    return "; " + ", ".join(told)


@click.command()
@click.option("--engine", type=click.Choice(ENGINES), multiple=True, default=ENGINES)
@click.option("--door", type=click.Choice(DOORS), multiple=True, default=("form", "json"))
@click.option("--clients", type=int, multiple=True, default=(32, 4), show_default=True)
@click.option("--rounds", default=5, show_default=True)
@click.option("--seconds", default=5.0, show_default=True, help="of each measurement")
@click.option("--hold", default="first-time", show_default=True, help="moderation.hold")
@click.option("--against", type=click.Path(path_type=Path), help="Another checkout.")
@click.option("--quick", is_flag=True, help="One tiny round, to see that all of it runs.")
@click.option("--json", "file", type=click.Path(path_type=Path), help="Write the figures there.")
def main(
    engine: tuple[str, ...],
    door: tuple[str, ...],
    clients: tuple[int, ...],
    rounds: int,
    seconds: float,
    hold: str,
    against: Path | None,
    quick: bool,
    file: Path | None,
) -> None:
    """Print what a post costs the server: medians of the rounds, ratios with their spread."""
    if quick:
        rounds, seconds = 1, 0.5
    told = {}
    for name in engine:
        for each in door:
            found = run(
                name,
                each,
                clients=clients,
                rounds=rounds,
                seconds=seconds,
                against=against and against.resolve(),
                hold=hold,
            )
            report(f"{name} {each}", found)
            told[f"{name} {each}"] = {
                kind: {count: [asdict(one) for one in figures] for count, figures in by.items()}
                for kind, by in found.items()
            }
    if file is not None:
        file.write_text(json.dumps(told, indent=2), "utf-8")


if __name__ == "__main__":
    main()
