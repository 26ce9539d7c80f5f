"""304 to who has the newest already, beside a bare application that sends nothing else."""

from collections.abc import Sequence
from contextlib import ExitStack

from bench.ground import Ground
from bench.reads import Reads
from bench.replies import thread
from bench.rows import Goal, Row

NAME = "notmodified"
TELLS = "304 to If-None-Match"
GOAL = Goal(at_least=0.95)


def measure(ground: Ground) -> Sequence[Row]:
    """A thread of fifty, which its reader has."""
    with ExitStack() as stack:
        reads, target = Reads(ground, stack), thread("thread-50")
        known = {"If-None-Match": reads.ready(target).header("etag")}
        found = reads.compare(target, known, status=304)
        return found.rows(NAME, "304, thread of 50", "bare 304", rate=GOAL, thrift=GOAL)
