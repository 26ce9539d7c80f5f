"""The parts of the benchmark, in their order."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

from bench.ground import Ground
from bench.parts import (
    cold,
    compressed,
    counts,
    growth,
    hot,
    loop,
    memory,
    mixed,
    notmodified,
    overload,
    ping,
    post,
    workers,
)
from bench.rows import LeftOut, Row


class Part(Protocol):
    """What a module of bench/parts is."""

    NAME: str  # the module's
    TELLS: str  # what it measures, in a few words

    def measure(self, ground: Ground) -> Iterable[Row | LeftOut]:
        """Measure all of it. Raises Unmeasurable where nothing of it can be."""
        ...


_ALL: Sequence[Part] = (
    *(hot, notmodified, compressed, cold, counts),
    *(post, ping, growth, mixed, memory, loop, workers, overload),
)
PARTS: Mapping[str, Part] = {part.NAME: part for part in _ALL}
