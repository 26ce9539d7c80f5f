"""Counts the lines of the contract that a test covers: ``python -m tests.conformance.count``.

A test covers a line by beginning its docstring with the number: ``X-8: …``, or with several:
``T-2, T-3: …``.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.conformance.lines import LEFT_OUT, LINES, every_line

FOLDER = Path(__file__).parent
HEAD = re.compile(r"((?:[A-Z]{1,2}-[0-9]+, )*[A-Z]{1,2}-[0-9]+): \S")


def covered(folder: Path = FOLDER) -> dict[str, list[str]]:
    """The tests that cover each number, as ``file.py::test``."""
    found: dict[str, list[str]] = {}
    for path in sorted(folder.rglob("test_*.py")):
        for name, docstring in tests_in(ast.parse(path.read_text("utf-8"))):
            if head := HEAD.match(docstring):
                for number in head[1].split(", "):
                    found.setdefault(number, []).append(f"{path.name}::{name}")
    return found


def tests_in(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """Every test of a module with its docstring, "" where it has none."""
    functions = (n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef))
    for function in functions:
        if function.name.startswith("test"):
            yield function.name, ast.get_docstring(function) or ""


def table() -> str:
    """Lines covered and lines there, letter by letter, and what is not covered."""
    tests = covered()
    rows = []
    for letter, last in LINES.items():
        numbers = [f"{letter}-{number}" for number in range(1, last + 1)]
        have = sum(number in tests for number in numbers)
        rest = sum(number in LEFT_OUT and number not in tests for number in numbers)
        rows.append((letter, have, last, rest, last - have - rest))
    rows.append(("all", *(sum(column) for column in list(zip(*rows, strict=True))[1:])))
    lines = [f"{'':4}covered / there  left out  open"]
    lines += [f"{a:>3} {b:7} / {c:<5}  {d:8}  {e:4}" for a, b, c, d, e in rows]
    for number in every_line():
        if number not in tests:
            lines.append(f"{number}: {LEFT_OUT.get(number, 'open')}")
    return "\n".join(lines)


if __name__ == "__main__":
    print(table())
