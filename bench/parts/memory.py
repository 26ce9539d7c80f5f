"""What the service keeps in memory: at rest, and after sixty thousand threads were asked for."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from bench.ground import Ground
from bench.load import Load, attempt
from bench.replies import threads
from bench.rows import Goal, LeftOut, Row
from bench.servers import Ours, Server, ours
from moderation.flow.publish import CACHE_BYTES

NAME = "memory"
TELLS = "memory at rest, and after 60,000 threads"
THREADS = 60_000
CONNECTIONS = 16
SLICE = 5.0  # seconds of asking
SLICES = 60  # at the most
IDLE = 70.0  # MB, as all below
ROOM = 20.0 + 1.5 * CACHE_BYTES / 1e6


def measure(ground: Ground) -> Iterator[Row | LeftOut]:
    """PSS of all its processes: what they share counts once."""
    plan = ground.plan
    with ours(Ours(ground.store()), plan.cores, plan.folder) as service:
        idle = service.memory
    yield Row(NAME, "idle memory", "memory", "", (idle,), Goal(at_most=IDLE), unit="MB")
    how = Ours(ground.store(ground.large), features=("jobless",))  # see `growth`
    with ours(how, plan.cores, plan.folder) as service:
        idle = service.memory
        targets = threads(_articles(ground.file(ground.large)))
        touched = _touch(ground, service, targets)
        after = service.memory
    if touched < len(targets):
        yield LeftOut(NAME, f"memory after {len(targets):,} threads", f"{touched:,} were answered")
        return
    what = f"memory beyond idle after {touched:,} threads"
    note = f"here {idle:.0f} MB idle at {ground.large:,} comments, {after:.0f} MB after"
    goal = Goal(at_most=round(ROOM, 1))
    yield Row(NAME, what, "memory", "own memory at rest", (after - idle,), goal, "MB", note)


def _articles(file: Path) -> list[str]:
    """Addresses that have comments; the service would keep the answer to who asks it for them."""
    asked = "SELECT url FROM article WHERE site = 'blog' AND count > 0 LIMIT ?"
    with closing(sqlite3.connect(file)) as connection:
        return [url for (url,) in connection.execute(asked, (THREADS,))]


def _touch(ground: Ground, service: Server, targets: list[str]) -> int:
    """Ask for each thread once; how many were answered."""
    load = Load(f"{service.base}/", targets=targets, connections=CONNECTIONS)
    touched = 0
    for _ in range(SLICES):
        found = attempt(replace(load, first=touched, seconds=SLICE), ground.plan.cores.load)
        touched += found.requests - found.refused
        if touched >= len(targets) or not found.requests:
            break
    return min(touched, len(targets))
