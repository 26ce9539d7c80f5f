"""How much is measured, where, and what all parts share: stores, servers of others, PostgreSQL."""

from dataclasses import dataclass
from pathlib import Path

from bench.processes import Cores


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is measured."""

    rounds: int
    seconds: float  # of each load
    cores: Cores
    folder: Path  # for what is made meanwhile; gone afterwards
    quick: bool = False  # to see that all of it runs: small stores, short loads
