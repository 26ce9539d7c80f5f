"""The picture of the figures: how far each is from its goal, on a scale of powers of ten.

SVG by hand: a dot is the median, a line the spread of the rounds, the upright the goal; to the
right of it is better. Colours follow the reader's light or dark.
"""

import math
from collections.abc import Iterator, Sequence
from html import escape

from bench.rows import Row, shown

WIDTH = 960
LINE = 22  # pixels a row
TOP, FOOT = 64, 34
LEFT, RIGHT = 500, 800  # of the scale
DECADES_WORSE = 1.0  # what is shown to the left of the goal
DECADES_BETTER = 3.0  # and to the right of it at the most
STYLE = """
text { font: 13px system-ui, sans-serif; fill: #1f2328; }
.page { fill: #ffffff; } .quiet { fill: #59636e; } .head { font-size: 16px; font-weight: 600; }
.grid { stroke: #d1d9e0; } .goal { stroke: #59636e; stroke-width: 2; }
.spread { stroke-width: 4; stroke-linecap: round; opacity: .35; }
.yes { fill: #0b6e4f; stroke: #0b6e4f; } .no { fill: #b35900; stroke: #b35900; }
text.yes, text.no { stroke: none; font-weight: 600; }
@media (prefers-color-scheme: dark) {
text { fill: #f0f6fc; } .page { fill: #0d1117; } .quiet { fill: #9198a1; }
.grid { stroke: #3d444d; } .goal { stroke: #9198a1; }
.yes { fill: #4fd1a1; stroke: #4fd1a1; } .no { fill: #ffa657; stroke: #ffa657; }
}
"""


def draw(rows: Sequence[Row]) -> str:
    """The picture of all rows that have a goal."""
    judged = [row for row in rows if row.reached is not None]
    height = TOP + LINE * len(judged) + FOOT
    best = max((_distance(row, one) for row in judged for one in row.rounds), default=0.0)
    scale = _Scale(max(1.0, min(DECADES_BETTER, math.ceil(best * 2) / 2)))
    body = [*_head(judged), *_grid(scale, height)]
    for number, row in enumerate(judged):
        body += _row(row, scale, TOP + LINE * number + LINE / 2)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img"'
        f' aria-labelledby="title"><title id="title">{escape(_summary(judged))}</title>'
        f"<style>{STYLE}</style>"
        f'<rect class="page" width="{WIDTH}" height="{height}" rx="6"/>{"".join(body)}</svg>\n'
    )


class _Scale:
    """Where a distance from the goal stands; what is farther off stands at the edge."""

    def __init__(self, best: float) -> None:
        self.best = best

    def at(self, distance: float) -> float:
        share = (distance + DECADES_WORSE) / (self.best + DECADES_WORSE)
        return LEFT + (RIGHT - LEFT) * max(0.0, min(1.0, share))


def _distance(row: Row, value: float) -> float:
    """How many powers of ten a value is better than the goal; negative where it is worse."""
    low, high = row.goal.at_least, row.goal.at_most
    if value <= 0:
        return DECADES_WORSE * (1 if low is None else -1)
    if low is not None:
        return math.log10(value / low)
    return math.log10(high / value) if high else 0.0


def _head(judged: Sequence[Row]) -> Iterator[str]:
    yield f'<text class="head" x="20" y="28">{escape(_summary(judged))}</text>'
    yield '<text class="quiet" x="20" y="48">dot: median of the rounds; line: their spread</text>'


def _summary(judged: Sequence[Row]) -> str:
    reached = sum(row.reached is True for row in judged)
    return f"{reached} of {len(judged)} goals reached"


def _grid(scale: _Scale, height: float) -> Iterator[str]:
    foot = height - FOOT
    for times in (step * 10.0**power for power in range(-1, 4) for step in (1, 3)):
        if math.log10(times) > scale.best:
            break
        x = scale.at(math.log10(times))
        kind, name = ("goal", "goal") if times == 1 else ("grid", f"{times:g} x")
        yield f'<line class="{kind}" x1="{x:.1f}" x2="{x:.1f}" y1="{TOP - 4}" y2="{foot}"/>'
        if math.log10(times).is_integer():  # names of all would run into each other
            at = f'x="{x:.1f}" y="{foot + 20}" text-anchor="middle"'
            yield f'<text class="quiet" {at}>{name}</text>'
    yield f'<text class="quiet" x="{RIGHT}" y="48" text-anchor="end">better →</text>'


def _row(row: Row, scale: _Scale, y: float) -> Iterator[str]:
    kind = "yes" if row.reached else "no"
    dots = [scale.at(_distance(row, one)) for one in row.rounds]
    middle = scale.at(_distance(row, row.median))
    title = f"{row.what}, {row.measure}"
    yield f'<text x="20" y="{y + 4:.0f}">{escape(title)}</text>'
    spread = f'x1="{min(dots):.1f}" x2="{max(dots):.1f}" y1="{y:.0f}" y2="{y:.0f}"'
    yield f'<line class="spread {kind}" {spread}/>'
    yield _mark(kind, middle, y)
    value = f"{shown(row.median)} {row.unit}".rstrip()
    yield f'<text class="{kind}" x="{RIGHT + 70}" y="{y + 4:.0f}" text-anchor="end">{value}</text>'
    yield f'<text class="quiet" x="{RIGHT + 84}" y="{y + 4:.0f}">{escape(str(row.goal))}</text>'


def _mark(kind: str, x: float, y: float) -> str:
    """A dot where the goal is reached, a diamond where not: told apart without colour too."""
    if kind == "yes":
        return f'<circle class="yes" cx="{x:.1f}" cy="{y:.0f}" r="5"/>'
    return f'<path class="no" d="M{x:.1f} {y - 6:.0f} l6 6 l-6 6 l-6 -6 z"/>'
