"""How many comments ten articles have, beside a bare application that sends the same answer."""

import json
from collections.abc import Sequence
from contextlib import ExitStack

from bench.ground import Ground
from bench.reads import Reads
from bench.replies import counts
from bench.rows import Goal, Row

NAME = "counts"
TELLS = "the counts of ten articles"
NUMBER = 10
GOAL = Goal(at_least=0.7)


def measure(ground: Ground) -> Sequence[Row]:
    """Ten that have comments."""
    with ExitStack() as stack:
        reads = Reads(ground, stack)
        known = json.loads(reads.ready("/counts.json?site=blog").body)
        found = reads.compare(counts(list(known)[:NUMBER]))
        return found.rows(NAME, "counts of 10", "bare small answer", rate=GOAL, thrift=GOAL)
