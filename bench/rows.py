"""What a measurement says: one figure a round, their median and spread, and the goal they meet."""

import math
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

NO_GOAL = ""  # a row that is told for comparison only


@dataclass(frozen=True, slots=True)
class Goal:
    """A bound on the median; without one the row informs and is not judged."""

    at_least: float | None = None
    at_most: float | None = None

    def reached(self, value: float) -> bool | None:
        """Whether a median meets it; None where nothing is asked, or nothing was measured."""
        if math.isnan(value) or (self.at_least is None and self.at_most is None):
            return None
        low = -math.inf if self.at_least is None else self.at_least
        high = math.inf if self.at_most is None else self.at_most
        return low <= value <= high

    def __str__(self) -> str:
        if self.at_least is not None:
            return f"≥ {shown(self.at_least)}"
        return NO_GOAL if self.at_most is None else f"≤ {shown(self.at_most)}"


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table."""

    part: str  # the module of bench/parts that measured it
    what: str
    measure: str  # "rate", "processor", "p99", "memory", …
    anchor: str  # what it is compared with; "" for a figure that stands alone
    rounds: tuple[float, ...]
    goal: Goal = Goal()
    unit: str = ""  # none for a ratio, else MB or ms
    note: str = ""  # what a reader has to know of this line alone

    @property
    def median(self) -> float:
        return statistics.median(self.rounds) if self.rounds else math.nan

    @property
    def least(self) -> float:
        return min(self.rounds, default=math.nan)

    @property
    def most(self) -> float:
        return max(self.rounds, default=math.nan)

    @property
    def reached(self) -> bool | None:
        return self.goal.reached(self.median)

    @property
    def verdict(self) -> str:
        return {True: "yes", False: "no", None: "-"}[self.reached]

    def document(self) -> Mapping[str, object]:
        """As it is written down; `of` reads it again."""
        return {
            "part": self.part,
            "what": self.what,
            "measure": self.measure,
            "anchor": self.anchor,
            "median": _rounded(self.median) if self.rounds else None,
            "rounds": [_rounded(one) for one in self.rounds],
            "at_least": self.goal.at_least,
            "at_most": self.goal.at_most,
            "reached": self.reached,
            "unit": self.unit,
            "note": self.note,
        }

    @classmethod
    def of(cls, document: Mapping[str, object]) -> "Row":
        """Read what `document` wrote. Raises KeyError, TypeError or ValueError for other things."""
        rounds = document["rounds"]
        if not isinstance(rounds, Sequence):
            raise TypeError("rounds are a list")
        return cls(
            part=str(document["part"]),
            what=str(document["what"]),
            measure=str(document["measure"]),
            anchor=str(document["anchor"]),
            rounds=tuple(float(one) for one in rounds),
            goal=Goal(_number(document["at_least"]), _number(document["at_most"])),
            unit=str(document["unit"]),
            note=str(document["note"]),
        )


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A part, or a piece of one, that could not be measured here: why, and never a guess."""

    part: str
    what: str
    why: str


def line(row: Row) -> str:
    """One row as a line of a terminal; its anchor stands above it."""
    judged = {True: "reached", False: "NOT REACHED", None: ""}[row.reached]
    spread = f"[{shown(row.least)} .. {shown(row.most)}]"
    value, goal = f"{shown(row.median)} {row.unit}".rstrip(), f"{row.goal} {judged}".strip()
    head = f"{row.what}, {row.measure}"
    return f"{head:<58} {value:>9} {spread:<18} {goal:<19} {row.note}".rstrip()


def ratios(ours: Sequence[float], anchor: Sequence[float]) -> tuple[float, ...]:
    """Ours to the anchor's, round by round; a round in which the anchor gave nothing is none."""
    return tuple(a / b for a, b in zip(ours, anchor, strict=True) if b)


def shown(value: float) -> str:
    """Write a figure with as many digits as it is good for: 0.0042, 0.93, 1.3, 41, 12,300."""
    if math.isnan(value):
        return "-"
    size = abs(value)
    if size >= 1000:
        return f"{value:,.0f}"
    if size >= 20:
        return f"{value:.0f}"
    if size >= 2:
        return f"{value:.1f}".removesuffix(".0")
    if size >= 0.1 or not size:
        return f"{value:.2f}"
    return f"{value:.2g}"


def _rounded(value: float) -> float:
    """No more digits than mean anything."""
    return float(f"{value:.5g}")


def _number(value: object) -> float | None:
    if value is None:
        return None
    if not isinstance(value, int | float):
        raise TypeError("a bound is a number")
    return float(value)
