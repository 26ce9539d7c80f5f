"""Asking at a steady rate, whether or not the answers keep up, and what the waiting came to."""

import asyncio
import math
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Waits:
    """How long answers took, in milliseconds, counted from when each was due to be asked for."""

    count: int
    failed: int  # no answer, or not the one that was wanted
    p50: float
    p99: float

    @classmethod
    def of(cls, seconds: Sequence[float], failed: int) -> "Waits":
        ordered = sorted(seconds)
        return cls(len(ordered) + failed, failed, at(ordered, 0.5), at(ordered, 0.99))


def at(ordered: Sequence[float], share: float) -> float:
    """The value that this share of an ordered list does not exceed, in milliseconds."""
    if not ordered:
        return math.nan
    return ordered[min(len(ordered) - 1, math.ceil(share * len(ordered)) - 1)] * 1000


async def steadily(ask: Callable[[int], Awaitable[bool]], rate: float, seconds: float) -> Waits:
    """Ask `rate` times a second; `ask` is told the number and says whether all was well.

    An open loop: a late answer holds back no later question, and lateness of our own
    counts as waiting, so that a server that stalls is not spared the crowd.
    """
    taken: list[float] = []
    failed = 0
    begun = time.perf_counter()

    async def one(number: int) -> None:
        nonlocal failed
        due = begun + number / rate
        try:
            good = await ask(number)
        except Exception:
            good = False
        if good:
            taken.append(time.perf_counter() - due)
        else:
            failed += 1

    tasks = []
    for number in range(max(1, round(rate * seconds))):
        await asyncio.sleep(max(0.0, begun + number / rate - time.perf_counter()))
        tasks.append(asyncio.create_task(one(number)))
    await asyncio.gather(*tasks)
    return Waits.of(taken, failed)
