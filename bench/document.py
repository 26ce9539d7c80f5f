"""The figures as they are kept: a file of them, a table in docs/performance.md, a picture."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench import picture
from bench.machine import Machine
from bench.rows import LeftOut, Row, shown

DOCS = Path(__file__).resolve().parent.parent / "docs"
FIGURES = DOCS / "performance.json"
PAGE = DOCS / "performance.md"
PICTURE = DOCS / "pictures" / "performance.svg"
BEGIN, END = "<!-- figures: python3 start.py bench -->", "<!-- end of figures -->"


@dataclass(frozen=True, slots=True)
class Taken:
    """What one part came to, and how it was taken."""

    rows: Sequence[Row]
    left_out: Sequence[LeftOut]
    date: str
    rounds: int
    seconds: int
    load: float  # what else the machine did when it began

    def document(self) -> dict[str, Any]:
        return {
            "date": self.date,
            "rounds": self.rounds,
            "seconds": self.seconds,
            "load": self.load,
            "rows": [row.document() for row in self.rows],
            "left_out": [{"what": one.what, "why": one.why} for one in self.left_out],
        }

    @classmethod
    def of(cls, name: str, document: Mapping[str, Any]) -> "Taken":
        return cls(
            rows=[Row.of(row) for row in document["rows"]],
            left_out=[LeftOut(name, one["what"], one["why"]) for one in document["left_out"]],
            date=document["date"],
            rounds=document["rounds"],
            seconds=document["seconds"],
            load=document["load"],
        )


@dataclass
class Figures:
    """Everything that is known of one machine, part by part."""

    machine: Machine
    parts: dict[str, Taken] = field(default_factory=dict)

    @classmethod
    def read(cls, file: Path, machine: Machine) -> "Figures":
        """What was kept; nothing where it was taken on another machine or cannot be read."""
        try:
            document = json.loads(file.read_text("utf-8"))
            parts = {name: Taken.of(name, one) for name, one in document["parts"].items()}
            same = all(document["machine"][key] == getattr(machine, key) for key in SAME)
        except (OSError, KeyError, TypeError, ValueError):
            return cls(machine)
        return cls(machine, parts if same else {})

    def put(self, name: str, taken: Taken, *, order: Sequence[str]) -> None:
        """Put a part in the place of what was known of it; what is not in `order` goes."""
        parts = self.parts | {name: taken}
        self.parts = {known: parts[known] for known in order if known in parts}

    @property
    def rows(self) -> list[Row]:
        return [row for taken in self.parts.values() for row in taken.rows]

    @property
    def left_out(self) -> list[LeftOut]:
        return [one for taken in self.parts.values() for one in taken.left_out]

    def write(self, file: Path) -> None:
        document = {
            "machine": self.machine.document(),
            "parts": {name: taken.document() for name, taken in self.parts.items()},
        }
        text = json.dumps(document, indent=1, ensure_ascii=False)
        file.write_text(f"{text}\n", "utf-8")

    def publish(self) -> None:
        """Write the figures, the picture, and the table into the page."""
        self.write(FIGURES)
        PICTURE.write_text(picture.draw(self.rows), "utf-8")
        PAGE.write_text(between(PAGE.read_text("utf-8"), table(self)), "utf-8")


SAME = ("cores", "model", "python")  # what must be equal for figures to stand side by side


def between(page: str, text: str) -> str:
    """The page with what stands between the two marks replaced. Raises ValueError without them."""
    head, begin, rest = page.partition(BEGIN)
    _, end, tail = rest.partition(END)
    if not begin or not end:
        raise ValueError("the page has no place for figures")
    return f"{head}{BEGIN}\n\n{text}\n{END}{tail}"


def table(figures: Figures) -> str:
    """All rows as Markdown, with what they were taken on."""
    return "\n".join([*_taken_on(figures), "", *_lines(figures.rows), *_missing(figures)]) + "\n"


def _taken_on(figures: Figures) -> Iterator[str]:
    machine = figures.machine
    dates = sorted({taken.date for taken in figures.parts.values()})
    rounds = sorted({taken.rounds for taken in figures.parts.values()})
    libraries = ", ".join(f"{name} {number}" for name, number in machine.libraries.items())
    yield (
        f"{machine.cores} cores of {machine.model}, {machine.kernel}, Python {machine.python},"
        f" asked by {machine.generator}; {_either(rounds)} rounds, {_either(dates)}. {libraries}."
    )


def _either(values: Sequence[object]) -> str:
    return " or ".join(str(value) for value in values)


def _lines(rows: Sequence[Row]) -> Iterator[str]:
    yield "| what | measure | to | median | rounds | goal | reached |"
    yield "|---|---|---|--:|---|--:|---|"
    for row in rows:
        value = f"{shown(row.median)} {row.unit}".rstrip()
        cells = [row.what, row.measure, row.anchor, value]
        cells += [f"{shown(row.least)} … {shown(row.most)}", str(row.goal), row.verdict]
        yield f"| {' | '.join(cells)} |"


def _missing(figures: Figures) -> Iterator[str]:
    if figures.left_out:
        yield ""
        yield "Not measured here:"
        yield ""
    for one in figures.left_out:
        yield f"- {one.what}: {one.why}."
