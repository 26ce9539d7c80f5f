"""The figures as they are kept, and the page they stand in."""

from dataclasses import replace
from pathlib import Path

import pytest

from bench.document import BEGIN, END, PAGE, Figures, Taken, between, table
from bench.machine import Machine
from bench.rows import Goal, LeftOut, Row

MACHINE = Machine(2, "a model", "Linux 6.1", "3.11.7", {"starlette": "1.0"}, "wrk", "2026-01-31")
ROW = Row("hot", "thread of 50", "rate", "bare", (0.9, 0.95, 0.97), Goal(at_least=0.92))
MEMORY = Row("memory", "idle", "memory", "", (61.0,), Goal(at_most=70.0), unit="MiB")
MISSING = LeftOut("post", "replies on PostgreSQL", "none is installed")


def figures() -> Figures:
    taken = {
        "hot": Taken([ROW], [], "2026-01-31", 3, 4, 0.1),
        "memory": Taken([MEMORY], [MISSING], "2026-01-31", 3, 4, 0.1),
    }
    return Figures(MACHINE, taken)


def test_what_was_kept_is_read_again(tmp_path: Path) -> None:
    figures().write(tmp_path / "figures.json")
    again = Figures.read(tmp_path / "figures.json", MACHINE)
    assert again.rows == [ROW, MEMORY]
    assert again.left_out == [replace(MISSING, part="memory")]


def test_a_part_takes_the_place_of_what_was_known_of_it() -> None:
    known = figures()
    known.put("hot", Taken([], [], "2026-02-01", 1, 1, 0.0), order=["memory", "hot"])
    assert list(known.parts) == ["memory", "hot"]
    assert known.rows == [MEMORY]


def test_figures_of_another_machine_are_not_kept_beside_ours(tmp_path: Path) -> None:
    figures().write(tmp_path / "figures.json")
    other = replace(MACHINE, model="another")
    assert Figures.read(tmp_path / "figures.json", other).parts == {}


@pytest.mark.parametrize("text", ["", "[]", '{"parts": {"hot": 1}, "machine": {}}'])
def test_a_file_that_cannot_be_read_holds_nothing(tmp_path: Path, text: str) -> None:
    (tmp_path / "figures.json").write_text(text)
    assert Figures.read(tmp_path / "figures.json", MACHINE).parts == {}


def test_the_table_has_every_row_its_goal_and_what_was_left_out() -> None:
    told = table(figures())
    assert "| thread of 50 | rate | bare | 0.95 | 0.90 … 0.97 | ≥ 0.92 | yes |" in told
    assert "| idle | memory |  | 61 MiB | 61 … 61 | ≤ 70 | yes |" in told
    assert "- replies on PostgreSQL: none is installed." in told
    assert "2 cores of a model" in told


def test_the_table_takes_the_place_of_the_one_before() -> None:
    page = f"Above.\n{BEGIN}\nold\n{END}\nBelow.\n"
    once = between(page, "new\n")
    assert once == f"Above.\n{BEGIN}\n\nnew\n\n{END}\nBelow.\n"
    assert between(once, "new\n") == once


def test_a_page_without_its_marks_is_left_as_it_is() -> None:
    with pytest.raises(ValueError, match="no place"):
        between(f"{END} {BEGIN}", "new")


def test_our_page_has_its_marks() -> None:
    assert "new" in between(PAGE.read_text("utf-8"), "new")
