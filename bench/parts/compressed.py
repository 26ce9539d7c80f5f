"""Threads to who takes them compressed, beside a bare application that sends those bytes."""

from collections.abc import Sequence
from contextlib import ExitStack

from bench.ground import Ground
from bench.load import Unmeasurable
from bench.reads import Reads
from bench.replies import thread
from bench.rows import Goal, LeftOut, Row

NAME = "compressed"
TELLS = "threads by brotli and gzip"
ENCODINGS = {"br": "gzip, deflate, br", "gzip": "gzip"}  # and what asks for them, as browsers do
SIZES = (50, 1000)
GOAL = Goal(at_least=0.92)


def measure(ground: Ground) -> Sequence[Row | LeftOut]:
    """Two sizes by either encoding; one that the service does not send is left out."""
    found: list[Row | LeftOut] = []
    with ExitStack() as stack:
        reads = Reads(ground, stack)
        for encoding, accepted in ENCODINGS.items():
            for size in SIZES:
                what = f"thread of {size:,}, {encoding}"
                try:
                    found += _one(reads, size, encoding, accepted, what)
                except Unmeasurable as error:
                    found.append(LeftOut(NAME, what, str(error)))
    return found


def _one(reads: Reads, size: int, encoding: str, accepted: str, what: str) -> Sequence[Row]:
    target, headers = thread(f"thread-{size}"), {"Accept-Encoding": accepted}
    given = reads.ready(target, headers).header("content-encoding")
    if given != encoding:
        raise Unmeasurable(f"it is sent as {given or 'it is'}")
    anchor = f"bare, sending the {encoding} bytes"
    return reads.compare(target, headers).rows(NAME, what, anchor, rate=GOAL, thrift=GOAL)
