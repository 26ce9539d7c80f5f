"""Every line of the contract has a test that names it, or a reason."""

from pathlib import Path

from tests.conformance.count import covered, table
from tests.conformance.lines import LEFT_OUT, every_line


def test_every_line_is_covered_or_left_out_for_a_reason() -> None:
    accounted = {*covered(), *LEFT_OUT}
    assert [number for number in every_line() if number not in accounted] == [], table()


def test_every_number_named_is_one_of_the_contract() -> None:
    tests = covered()
    assert {n: tests[n] for n in tests if n not in every_line()} == {}
    assert LEFT_OUT.keys() - set(every_line()) == set()


def test_what_is_left_out_is_not_covered() -> None:
    assert {n: tests for n, tests in covered().items() if n in LEFT_OUT} == {}


def test_a_number_counts_at_the_head_of_a_docstring_alone(tmp_path: Path) -> None:
    (tmp_path / "test_it.py").write_text(
        'async def test_a():\n    """T-2, T-3: so it is."""\n'
        'class TestB:\n    def test_b(self):\n        """X-8: so."""\n'
        'def test_c():\n    """Unlike P-1: no head."""\n'
        'def test_d():\n    """P-2."""\n'
        'def other():\n    """P-3: no test."""\n'
        "def test_e():\n    pass\n",
        "utf-8",
    )
    assert covered(tmp_path) == {
        "T-2": ["test_it.py::test_a"],
        "T-3": ["test_it.py::test_a"],
        "X-8": ["test_it.py::test_b"],
    }
