"""Threads that are ready, beside a bare ASGI application that sends the same bytes."""

from collections.abc import Sequence
from contextlib import ExitStack

from bench.ground import Ground
from bench.reads import BARE, Reads
from bench.replies import thread
from bench.rows import Goal, Row

NAME = "hot"
TELLS = "threads of 1, 50 and 1,000 comments that are ready"
SIZES = (1, 50, 1000)
PLAIN = "bare ASGI app under uvicorn as it comes"
GOAL, GOAL_P99 = Goal(at_least=0.92), Goal(at_most=1.3)


def measure(ground: Ground) -> Sequence[Row]:
    """Each thread in both formats; one of them also beside a server without our patience."""
    rows = list[Row]()
    with ExitStack() as stack:
        reads = Reads(ground, stack)
        for size in SIZES:
            for form in ("html", "json"):
                found = reads.compare(thread(f"thread-{size}", form))
                what = f"hot thread of {size:,}, {form.upper()}"
                rows += found.rows(NAME, what, BARE, rate=GOAL, thrift=GOAL, p99=GOAL_P99)
        found = reads.compare(thread("thread-50"), plain=True)
        rows += found.rows(NAME, "hot thread of 50, HTML", PLAIN, rate=Goal(), thrift=Goal())
    return rows
