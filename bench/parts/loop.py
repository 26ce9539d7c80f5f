"""The longest that the event loop was blocked while threads are read, written to, and looked at."""

import json
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace

from bench.asked import ask, once
from bench.ground import Ground
from bench.inside import WATCH
from bench.load import Load, Unmeasurable, begun, read
from bench.owner import signed_in
from bench.replies import pings, reply, thread
from bench.rows import Goal, Row
from bench.servers import Ours, Server, ours

NAME = "loop"
TELLS = "the longest block of the event loop under mixed load"
GOAL = Goal(at_most=20.0)
SPACED = 1_000_000  # numbers between the loads, so that no two send the same


def measure(ground: Ground) -> Sequence[Row]:
    """Readers, compressed and not, writers, pings and an owner at once; the longest of a round."""
    plan = ground.plan
    how = Ours(ground.own(), hold="none", features=("watched",))
    blocked: list[float] = []
    worked: list[float] = []
    with ours(how, plan.cores, plan.folder) as service:
        loads = _mixture(service)
        for number, load in enumerate(loads):
            once(replace(load, first=number * SPACED))
        for number in range(plan.rounds):
            _longest(service)
            _ask_all(ground, loads, (number + 1) * len(loads) * SPACED)
            longest = _longest(service)
            blocked.append(longest["seconds"] * 1000)
            worked.append(longest["processor"] * 1000)
    what = "longest block of the event loop"
    return [
        Row(NAME, what, "time", "", tuple(blocked), GOAL, unit="ms"),
        Row(NAME, what, "processor", "", tuple(worked), Goal(), unit="ms"),
    ]


def _mixture(service: Server) -> Sequence[Load]:
    packed = {"Accept-Encoding": "gzip, deflate, br"}
    return [
        Load(service.base + thread("thread-50"), connections=4),
        Load(service.base + thread("thread-1000"), headers=packed, connections=4),
        reply(service.base, 4, "thread-50"),
        reply(service.base, 4),
        replace(pings(service.base, 2)["webmention"], connections=2),
        Load(f"{service.base}/dashboard", headers=signed_in(service), connections=1),
    ]


def _ask_all(ground: Ground, loads: Sequence[Load], first: int) -> None:
    with ExitStack() as stack:
        asking = []
        for number, load in enumerate(loads):
            numbered = replace(load, first=first + number * SPACED, seconds=ground.plan.seconds)
            asking.append(stack.enter_context(begun(numbered, ground.plan.cores.load)))
        for one in asking:
            if not read(one).requests:
                raise Unmeasurable("a part of the load was not answered")


def _longest(service: Server) -> dict[str, float]:
    """Seconds since this was asked last."""
    found: dict[str, float] = json.loads(ask(service.base, WATCH).body)
    return found
