"""Pings that are taken in, by each protocol, beside replies to the same service.

Their sources are not fetched meanwhile, since that work is not what is measured.
"""

from collections.abc import Sequence

from bench.ground import Ground
from bench.replies import pings, reply
from bench.rows import Goal, Row
from bench.servers import Ours, ours
from bench.sides import Compared, Side, side_by_side

NAME = "ping"
TELLS = "pings taken in, to replies"
CLIENTS = 16
GOAL = Goal(at_least=0.7)


def measure(ground: Ground) -> Sequence[Row]:
    """All protocols and replies in each round."""
    plan, rows = ground.plan, list[Row]()
    how = Ours(ground.own(), features=("jobless",))
    with ours(how, plan.cores, plan.folder) as service:
        sides = {name: Side(service, load) for name, load in pings(service.base, CLIENTS).items()}
        found = side_by_side(plan, {"reply": Side(service, reply(service.base, CLIENTS)), **sides})
    for name in sides:
        both = Compared(found[name], found["reply"])
        rows += both.rows(NAME, f"{name} accepted", "own POST /comments", rate=GOAL, thrift=Goal())
    return rows
