"""Threads that nobody has asked for since they changed: our cache is off, beside Isso's answer.

Isso has none: it reads and writes a thread anew for whoever asks.
"""

from collections.abc import Sequence

from bench import isso
from bench.ground import SMALL, Ground
from bench.load import Load
from bench.replies import thread
from bench.rows import Goal, Row, ratios
from bench.servers import Ours, ours
from bench.sides import Side, by_hand

NAME = "cold"
TELLS = "threads that are written anew for each reader, to Isso"
SIZES = (50, 1000)
GOAL = Goal(at_most=1 / 200)


def measure(ground: Ground) -> Sequence[Row]:
    """One reader; the figure is the processor's time for one answer. Less is better here."""
    plan, rows = ground.plan, list[Row]()
    with (
        ours(Ours(ground.store(), features=("cold",)), plan.cores, plan.folder) as service,
        ground.isso().serving(SMALL, plan.cores, plan.folder) as peer,
    ):
        for size in SIZES:
            name = f"thread-{size}"
            sides = {
                "ours": Side(service, Load(service.base + thread(name, "json"))),
                "isso": Side(peer, Load(peer.base + isso.thread(name))),
            }
            found = by_hand(plan, sides)
            cost = ratios(found["ours"], found["isso"])
            note = f"here {found['ours'][-1]:,.0f} and {found['isso'][-1]:,.0f} µs"
            what, anchor = f"cold thread of {size:,}, JSON", "Isso at 1k comments"
            rows.append(Row(NAME, what, "cost", anchor, cost, GOAL, note=note))
    return rows
