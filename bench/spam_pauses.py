"""How long the learned check holds up whatever else its process does, while it folds much.

    python -m bench.spam_pauses --dev DIR [--decisions 10000] [--rounds 5]

An event loop that has nothing else to do wakes up every millisecond. Told is the longest time
between two awakenings, and how much processor time the check's own threads had in it: what the
loop waits for because the machine is busy elsewhere is not in that. The least of some rounds
is told too, which is nearest to what the check alone is to blame for.
"""

import asyncio
import gc
import threading
import time
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass, field
from itertools import cycle, islice
from pathlib import Path

import click

from bench.make_starter_model import Sample, read
from moderation.checks.learned import starter
from moderation.checks.learned.mind import Mind
from moderation.domain.lesson import Evidence, Lesson, Teaching

READ = 200  # lines at once, as the service reads them


class Journal:
    """Lessons in memory, given out as the store gives them."""

    def __init__(self, samples: Sequence[Sample], number: int) -> None:
        self._lessons = [
            Lesson(
                at,
                "blog",
                f"c{at}",
                Teaching.SPAM if one.spam else Teaching.HAM,
                None,
                True,
                Evidence(1, one.tokens),
            )
            for at, one in enumerate(islice(cycle(samples), number), 1)
        ]
        self.model: tuple[int, str, bytes] | None = None

    async def since(self, after: int) -> Sequence[Lesson]:
        return self._lessons[after : after + READ]

    async def standing(self, after: int) -> Sequence[Lesson]:
        return self._lessons[after : after + READ]

    async def lines(self, numbers: Collection[int]) -> Sequence[Lesson]:
        return [lesson for lesson in self._lessons if lesson.sequence in numbers]

    async def last(self) -> int:
        return len(self._lessons)

    async def kept(self, scope: str) -> tuple[int, str, bytes] | None:
        return self.model


@dataclass
class Ticker:
    """Wakes up again and again, and notes for how long it could not."""

    worst: float = 0.0  # seconds between two awakenings
    worst_work: float = 0.0  # seconds of processor time that other threads had between two
    total_work: float = 0.0
    _on: bool = field(default=True)

    async def tick(self) -> None:
        before, work = time.perf_counter(), _others()
        while self._on:
            await asyncio.sleep(0.001)
            now, worked = time.perf_counter(), _others()
            self.worst = max(self.worst, now - before)
            self.worst_work = max(self.worst_work, worked - work)
            self.total_work += worked - work
            before, work = now, worked

    def stop(self) -> None:
        self._on = False


def _others() -> float:
    """Processor time of the process but of the thread that asks."""
    return time.process_time() - time.thread_time()


async def watched(work: Callable[[], Awaitable[object]]) -> Ticker:
    ticker = Ticker()
    ticking = asyncio.create_task(ticker.tick())
    await asyncio.sleep(0.01)
    await work()
    ticker.stop()
    await ticking
    return ticker


@click.command(help=__doc__)
@click.option("--dev", required=True, type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--decisions", default=10_000, help="Comments beyond those of DIR come again.")
@click.option("--rounds", default=5)
def main(dev: Path, decisions: int, rounds: int) -> None:
    journal = Journal(read(dev), decisions)
    gc.collect()
    found: dict[str, list[Ticker]] = {"fold": [], "keep": [], "load": []}
    for _ in range(rounds):
        asyncio.run(one_round(journal, found))
    for name, tickers in found.items():
        works = sorted(1000 * one.worst_work for one in tickers)
        lags = sorted(1000 * one.worst for one in tickers)
        click.echo(
            f"{name}: held for {works[0]:.1f}-{works[-1]:.1f} ms of processor time, the loop"
            f" slept {lags[0]:.1f}-{lags[-1]:.1f} ms at most;"
            f" {min(one.total_work for one in tickers):.2f} s in all"
        )
    click.echo(f"{threading.active_count()} threads")


async def one_round(journal: Journal, found: dict[str, list[Ticker]]) -> None:
    journal.model = None
    mind = Mind(journal, "", "bench", starter.weights)
    starter.weights.cache_clear()
    found["fold"].append(await watched(lambda: mind.model(patience=None)))
    kept: list[tuple[int, bytes]] = []

    async def keep() -> None:
        kept.append(await mind.kept())

    found["keep"].append(await watched(keep))
    journal.model = (kept[0][0], "bench", kept[0][1])
    starter.weights.cache_clear()
    again = Mind(journal, "", "bench", starter.weights)
    found["load"].append(await watched(lambda: again.model(patience=None)))


if __name__ == "__main__":
    main()
