"""The parts of the benchmark, in their order."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from bench.ground import Ground
from bench.parts import compressed, counts, hot, notmodified, post
from bench.rows import LeftOut, Row


class Part(Protocol):
    """What a module of bench/parts is."""

    NAME: str  # the module's
    TELLS: str  # what it measures, in a few words

    def measure(self, ground: Ground) -> Sequence[Row | LeftOut]:
        """Measure all of it. Raises Unmeasurable where nothing of it can be."""
        ...


_ALL: Sequence[Part] = (hot, notmodified, compressed, counts, post)
PARTS: Mapping[str, Part] = {part.NAME: part for part in _ALL}
