"""Reading beside eight writers whose replies are shown at once, to reading alone.

The thread that is written to is one of a thousand comments: its first page stays of one size
while it grows, so that the same bytes are read alone and beside. Every round has a store of its
own.
"""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from itertools import count

from bench.asked import once
from bench.ground import Ground
from bench.load import Answered, Load, Unmeasurable, ask, begun, read
from bench.replies import reply, thread
from bench.rows import Goal, Row, ratios
from bench.servers import Ours, Server, ours

NAME = "mixed"
TELLS = "reading beside eight writers, to reading alone"
CONNECTIONS = 8
WRITTEN = "thread-1000"
READ = {
    "the thread that is written to": (WRITTEN, Goal(at_least=0.5), Goal(at_most=5)),
    "another thread of 50": ("thread-50", Goal(), Goal()),
}
_numbers = count(1)


@dataclass(frozen=True, slots=True)
class Round:
    """Reading alone, and beside writers; what these came to."""

    alone: Answered
    beside: Answered
    written: Answered


def measure(ground: Ground) -> Iterator[Row]:
    """Both threads in each round, on one service each."""
    found: dict[str, list[Round]] = {what: [] for what in READ}
    for _ in range(ground.plan.rounds):
        for what, (name, _, _) in READ.items():
            found[what].append(_round(ground, thread(name)))
    for what, (_, rate, p99) in READ.items():
        yield from _rows(found[what], f"reading {what}", rate, p99)


def _round(ground: Ground, target: str) -> Round:
    plan = ground.plan
    with ours(Ours(ground.own(), hold="none"), plan.cores, plan.folder) as service:
        reading = Load(service.base + target, connections=CONNECTIONS, seconds=plan.seconds)
        once(reading)
        alone = ask(reading, plan.cores.load)
        beside, written = together(ground, service, reading)
        return Round(alone, beside, written)


def together(ground: Ground, service: Server, reading: Load) -> tuple[Answered, Answered]:
    """Read beside writers. Raises Unmeasurable where any was refused."""
    writing = replace(
        reply(service.base, CONNECTIONS, WRITTEN),
        first=next(_numbers) * 10_000_000,
        seconds=ground.plan.seconds,
    )
    once(writing)
    with ExitStack() as stack:
        loads = [
            stack.enter_context(begun(load, ground.plan.cores.load))
            for load in (reading, replace(writing, first=writing.first + 1))
        ]
        beside, written = (read(load) for load in loads)
    for one in (beside, written):
        if one.refused or one.broken or not one.requests:
            raise Unmeasurable(f"{one.refused} refused and {one.broken} broken of {one.requests}")
    return beside, written


def _rows(found: Sequence[Round], what: str, rate: Goal, p99: Goal) -> Iterator[Row]:
    rates = ratios([one.beside.rate for one in found], [one.alone.rate for one in found])
    waits = ratios([one.beside.p99 for one in found], [one.alone.p99 for one in found])
    middle = found[len(found) // 2]
    note = f"here {middle.beside.rate:,.0f}/s beside {middle.written.rate:,.0f} replies/s"
    note += f", {middle.alone.rate:,.0f}/s alone"
    yield Row(NAME, what, "rate", "reading alone", rates, rate, note=note)
    yield Row(NAME, what, "p99", "reading alone", waits, p99, note=note)
