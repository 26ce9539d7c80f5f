"""Two servers or more asked in turn, round by round, so that what disturbs one disturbs all."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import count

from bench.asked import once, repeated
from bench.load import Answered, Load, ask
from bench.plan import Plan
from bench.rows import Goal, Row, ratios
from bench.servers import Server

WARM = 1.0  # seconds of load before anything counts
LEAST = 2  # answers of one round by hand
PAUSE = 0.1  # seconds between two, for what is still under way
FIRST = count(1)  # {n} of every load begins at another number


@dataclass(frozen=True, slots=True)
class Side:
    """A server and what it is asked."""

    server: Server
    load: Load


@dataclass(frozen=True, slots=True)
class Sample:
    """What one round of one side came to."""

    answered: Answered
    cost: float  # microseconds of processor for one answer

    @property
    def rate(self) -> float:
        return self.answered.rate

    @property
    def p99(self) -> float:
        return self.answered.p99


@dataclass(frozen=True, slots=True)
class Compared:
    """The rounds of two sides; ratios are made within a round."""

    ours: Sequence[Sample]
    anchor: Sequence[Sample]

    @property
    def rate(self) -> tuple[float, ...]:
        """Ours to the anchor's: higher is better."""
        return ratios([s.rate for s in self.ours], [s.rate for s in self.anchor])

    @property
    def thrift(self) -> tuple[float, ...]:
        """The anchor's processor time an answer to ours: higher is better, as with rates."""
        return ratios([s.cost for s in self.anchor], [s.cost for s in self.ours])

    @property
    def cost(self) -> tuple[float, ...]:
        """Our processor time an answer to the anchor's: lower is better."""
        return ratios([s.cost for s in self.ours], [s.cost for s in self.anchor])

    @property
    def p99(self) -> tuple[float, ...]:
        return ratios([s.p99 for s in self.ours], [s.p99 for s in self.anchor])

    @property
    def note(self) -> str:
        """What the figures were here, for who wants to know; of no use elsewhere."""
        ours, anchor = self.ours[len(self.ours) // 2], self.anchor[len(self.anchor) // 2]
        return (
            f"here {ours.rate:,.0f}/s and {anchor.rate:,.0f}/s,"
            f" {ours.cost:,.0f} and {anchor.cost:,.0f} µs"
        )

    def rows(
        self,
        part: str,
        what: str,
        anchor: str,
        *,
        rate: Goal | None = None,
        thrift: Goal | None = None,
        p99: Goal | None = None,
    ) -> list[Row]:
        """The rows of those measures that a goal is given for; `Goal()` informs."""
        asked = (("rate", self.rate, rate), ("processor", self.thrift, thrift))
        rows = [
            Row(part, what, name, anchor, rounds, goal, note=self.note)
            for name, rounds, goal in (*asked, ("p99", self.p99, p99))
            if goal is not None
        ]
        return rows


def side_by_side(plan: Plan, sides: Mapping[str, Side]) -> dict[str, list[Sample]]:
    """Ask all sides in each round, in an order that turns; once before, to warm them up.

    Raises Unmeasurable where one refuses.
    """
    names = list(sides)
    for side in sides.values():
        once(_numbered(side.load))
        if not plan.quick:
            ask(replace(_numbered(side.load), seconds=WARM), plan.cores.load)
    found: dict[str, list[Sample]] = {name: [] for name in names}
    for number in range(plan.rounds):
        turn = number % len(names)
        for name in names[turn:] + names[:turn]:
            found[name].append(sample(plan, sides[name]))
            time.sleep(PAUSE)
    return found


def sample(plan: Plan, side: Side) -> Sample:
    """Load one side once."""
    before = side.server.processor
    answered = ask(replace(_numbered(side.load), seconds=plan.seconds), plan.cores.load)
    used = side.server.processor - before
    return Sample(answered, used * 1e6 / answered.requests)


def by_hand(plan: Plan, sides: Mapping[str, Side]) -> dict[str, list[float]]:
    """Have one client ask all sides in each round: for what takes seconds to answer.

    Found are microseconds of processor for one answer. Raises Unmeasurable for a refusal.
    """
    found: dict[str, list[float]] = {name: [] for name in sides}
    for side in sides.values():
        once(side.load)
    for _ in range(plan.rounds):
        for name, side in sides.items():
            before = side.server.processor
            answers = repeated(side.load, plan.seconds, least=LEAST)
            found[name].append((side.server.processor - before) * 1e6 / answers)
            time.sleep(PAUSE)
    return found


def _numbered(load: Load) -> Load:
    return replace(load, first=next(FIRST) * 10_000_000)
