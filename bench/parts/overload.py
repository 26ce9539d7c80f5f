"""Ten times as many replies as the service can take in: what it still takes, keeps, and recovers.

A crowd sends as fast as it is answered, refusals too, which makes several times what can be
taken; the note says how many. Beside it a few ask like everybody else, and what they wait for an
acceptance is what is told.
"""

import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from http.client import HTTPException
from itertools import count

from bench.asked import once
from bench.ground import Ground
from bench.load import Answered, Load, Unmeasurable, ask, begun, read
from bench.replies import reply
from bench.rows import Goal, Row
from bench.servers import Ours, Server, ours

NAME = "overload"
TELLS = "replies beyond what can be taken in: goodput, waiting, memory, recovery"
CLIENTS = 32  # who fill the service
CROWD = 900
FEW = 32
WARM = 1  # second, that does not count
FLOOD = 5  # seconds, at the least
LONGEST = 30.0  # seconds in which it must be itself again to be measured at all
IN_A_ROW = 10  # quick answers that make it itself
FACTOR, LEAST_QUICK = 4, 0.05  # an answer is quick within so many times the usual, or seconds
_numbers = count(1)


@dataclass(frozen=True, slots=True)
class Round:
    """What one flood came to."""

    capacity: float  # replies a second
    offered: float  # of all, a second
    accepted: float
    p99: float  # milliseconds, of what was accepted
    memory: float  # MB beyond what it had before, at the most
    recovery: float  # seconds until it answered as before


def measure(ground: Ground) -> Iterator[Row]:
    """One flood a round, on one service."""
    plan = ground.plan
    with ours(Ours(ground.own()), plan.cores, plan.folder) as service:
        asking = reply(service.base, CLIENTS)
        ask(_new(asking, CLIENTS, WARM), plan.cores.load)
        rounds = [_flood(ground, service, asking) for _ in range(plan.rounds)]
    offered = sorted(one.offered / one.capacity for one in rounds)
    what, middle = "replies under overload", offered[len(offered) // 2]
    goodput = tuple(one.accepted / one.capacity for one in rounds)
    note = f"offered {middle:.0f} times what it can take"
    yield Row(NAME, what, "goodput", "own capacity", goodput, Goal(at_least=0.7), note=note)
    for measure_, unit, goal, values in (
        ("p99", "ms", 1500.0, [one.p99 for one in rounds]),
        ("memory", "MB", 150.0, [one.memory for one in rounds]),
        ("recovery", "s", 5.0, [one.recovery for one in rounds]),
    ):
        yield Row(NAME, what, measure_, "", tuple(values), Goal(at_most=goal), unit, note)


def _flood(ground: Ground, service: Server, asking: Load) -> Round:
    plan = ground.plan
    usual = ask(_new(asking, CLIENTS, plan.seconds), plan.cores.load)
    alone = _quick(asking)
    before, most = service.memory, 0.0
    seconds = max(plan.seconds, FLOOD)
    crowd = _new(asking, CROWD, seconds)
    few = replace(_new(asking, FEW, seconds), by_ours=True)
    with ExitStack() as stack:
        loads = [stack.enter_context(begun(load, plan.cores.load)) for load in (crowd, few)]
        while any(load.poll() is None for load in loads):
            most = max(most, service.memory)
            time.sleep(0.2)
        many, some = (read(load) for load in loads)
    ended = time.monotonic()
    if not some.requests - some.refused:
        raise Unmeasurable("nothing was accepted from those who asked beside the crowd")
    _recovered(asking, max(FACTOR * alone, LEAST_QUICK))
    recovery = time.monotonic() - ended
    accepted = sum(_good(one) for one in (many, some))
    offered = many.rate + some.rate
    return Round(usual.rate, offered, accepted, some.p99, most - before, recovery)


def _good(answered: Answered) -> float:
    """Acceptances a second."""
    return (answered.requests - answered.refused) / answered.seconds


def _new(asking: Load, connections: int, seconds: float) -> Load:
    """The same with numbers that were not used yet."""
    first = next(_numbers) * 10_000_000
    return replace(asking, connections=connections, first=first, seconds=seconds)


def _quick(asking: Load) -> float:
    """Seconds that one reply takes. Raises Unmeasurable where it is refused."""
    load = _new(asking, 1, 0)
    begun_at = time.monotonic()
    once(load)
    return time.monotonic() - begun_at


def _recovered(asking: Load, quick: float) -> None:
    """Wait until some replies in a row are quick. Raises Unmeasurable where that never is."""
    deadline, row = time.monotonic() + LONGEST, 0
    while row < IN_A_ROW:
        try:
            row = row + 1 if _quick(asking) <= quick else 0
        except (OSError, HTTPException, Unmeasurable):
            row = 0
        if time.monotonic() > deadline:
            raise Unmeasurable(f"it was not itself again within {LONGEST:.0f} s")
