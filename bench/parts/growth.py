"""What a million comments cost beside a thousand: threads, replies, queue, search, the start.

No jobs are done meanwhile: of a store that was filled by hand the old decisions would be learnt
first, for many minutes.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import urlencode

from bench.ground import SMALL, Ground
from bench.load import Load, Unmeasurable
from bench.owner import signed_in
from bench.replies import reply, thread
from bench.rows import Goal, LeftOut, Row, ratios
from bench.servers import Ours, Server, first_answer, ours
from bench.sides import Compared, Side, by_hand, side_by_side

NAME = "growth"
TELLS = "a million comments to a thousand: threads, replies, queue, search, start"
ANCHOR = "own store of 1k"
THREAD = thread("thread-50")
# Words that one comment in many has; all statuses, so that there is much to look through.
SEARCH = f"/dashboard?{urlencode({'status': 'all', 'q': 'garden bread'})}"
STARTS = 5
JOBLESS = "jobless"


@dataclass(frozen=True, slots=True)
class Both:
    """The same service on either store."""

    ground: Ground
    large: Server
    small: Server

    def rows(self, what: str, loads: Mapping[str, Load], goal: Goal) -> Sequence[Row | LeftOut]:
        """One kind of question, to both; the others are asked even where this is not answered."""
        large, small = Side(self.large, loads["large"]), Side(self.small, loads["small"])
        name = f"{what}, {self.ground.large:,} comments"
        try:
            found = side_by_side(self.ground.plan, {"large": large, "small": small})
        except Unmeasurable as error:
            return [LeftOut(NAME, name, str(error))]
        both = Compared(found["large"], found["small"])
        return both.rows(NAME, name, ANCHOR, rate=goal, thrift=Goal())

    def asking(
        self, target: str, connections: int, headers: Mapping[str, Mapping[str, str]] | None = None
    ) -> dict[str, Load]:
        """The same target of both, for readers each with their own headers."""
        return {
            name: Load(
                server.base + target, headers=(headers or {}).get(name, {}), connections=connections
            )
            for name, server in (("large", self.large), ("small", self.small))
        }


def measure(ground: Ground) -> Iterator[Row | LeftOut]:
    """Replies come last, since they make the stores grow."""
    stores = ground.store(ground.large), ground.own(SMALL)
    yield _starts(ground, *stores)
    with _both(ground, stores, "cold") as both:
        yield from both.rows("cold thread of 50", both.asking(THREAD, 1), Goal(at_least=0.9))
    with _both(ground, stores) as both:
        yield from both.rows("hot thread of 50", both.asking(THREAD, 16), Goal(at_least=0.95))
        owners = {"large": signed_in(both.large), "small": signed_in(both.small)}
        queue = both.asking("/dashboard", 4, owners)
        yield from both.rows("queue page", queue, Goal(at_least=0.8))
        yield _search(both, owners)
        replies = {"large": reply(both.large.base, 32), "small": reply(both.small.base, 32)}
        yield from both.rows("reply, 32 clients", replies, Goal(at_least=0.9))


@contextmanager
def _both(ground: Ground, stores: tuple[str, str], *features: str) -> Iterator[Both]:
    plan, (large, small) = ground.plan, stores
    with (
        ours(Ours(large, features=(JOBLESS, *features)), plan.cores, plan.folder) as of_large,
        ours(Ours(small, features=(JOBLESS, *features)), plan.cores, plan.folder) as of_small,
    ):
        yield Both(ground, of_large, of_small)


def _search(both: Both, owners: Mapping[str, Mapping[str, str]]) -> Row:
    """By one owner, however long it takes."""
    loads = both.asking(SEARCH, 1, owners)
    sides = {"large": Side(both.large, loads["large"]), "small": Side(both.small, loads["small"])}
    found = by_hand(both.ground.plan, sides)
    rounds = ratios(found["small"], found["large"])
    note = f"here {found['large'][-1]:,.0f} and {found['small'][-1]:,.0f} µs"
    what = f"search, {both.ground.large:,} comments"
    return Row(NAME, what, "processor", ANCHOR, rounds, Goal(at_least=0.5), note=note)


def _starts(ground: Ground, large: str, small: str) -> Row:
    """From the start of the process to a thread; the first of each is not counted."""
    plan = ground.plan
    took: dict[str, list[float]] = {large: [], small: []}
    for number in range(min(STARTS, plan.rounds) + 1):
        for url in took:
            how = Ours(url, features=(JOBLESS,))
            seconds = first_answer(how, THREAD, plan.cores, plan.folder)
            if number or plan.quick:
                took[url].append(seconds)
    rounds = ratios(took[large], took[small])
    note = f"here {took[large][-1]:.2f} s and {took[small][-1]:.2f} s"
    what = f"start to first answer, {ground.large:,} comments"
    return Row(NAME, what, "time", ANCHOR, rounds, Goal(at_most=1.1), note=note)
