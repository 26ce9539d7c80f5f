"""Two processes of the service on PostgreSQL to one: replies, and threads that are not ready."""

import json
from collections.abc import Iterator
from dataclasses import replace

from bench.asked import ask
from bench.ground import Ground
from bench.load import Load
from bench.replies import reply, threads
from bench.rows import Goal, Row
from bench.servers import Ours, Server, ours
from bench.sides import Compared, Side, side_by_side

NAME = "workers"
TELLS = "two processes on PostgreSQL, to one"
WANTED = 4  # cores: two processes, PostgreSQL, and what asks
CONNECTIONS = 32
ANCHOR = "one process"


def measure(ground: Ground) -> Iterator[Row]:
    """Judged where there are cores for it; the processor's time is told anywhere."""
    plan = ground.plan
    cores = len(plan.cores.all)
    enough = cores >= WANTED
    goal = Goal(at_least=1.6) if enough else Goal()
    lack = "" if enough else f"not judged, {cores} cores do not allow it; "
    for what, features, load in (
        ("replies, 32 clients", (), _replies),
        ("cold threads", ("cold",), _threads),
    ):
        urls = [ground.own(engine="postgresql") for _ in range(2)]
        ways = [
            Ours(url, features=features, everywhere=True, workers=number)
            for number, url in enumerate(urls, 1)
        ]
        with (
            ours(ways[0], plan.cores, plan.folder) as one,
            ours(ways[1], plan.cores, plan.folder) as two,
        ):
            found = side_by_side(plan, {"one": Side(one, load(one)), "two": Side(two, load(two))})
        both = Compared(found["two"], found["one"])
        name = f"two workers, PostgreSQL, {what}"
        for row in both.rows(NAME, name, ANCHOR, rate=goal, thrift=Goal()):
            yield replace(row, note=lack + row.note)


def _replies(server: Server) -> Load:
    return reply(server.base, CONNECTIONS)


def _threads(server: Server) -> Load:
    """Each another one: who asks for one that is being made waits for it with the others."""
    known = json.loads(ask(server.base, "/counts.json?site=blog").body)
    return Load(f"{server.base}/", targets=threads(list(known)), connections=CONNECTIONS)
