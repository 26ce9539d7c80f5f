"""A part is run and told: what it found stays, whatever happens to the rest of it."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from bench.ground import Ground
from bench.load import Unmeasurable
from bench.plan import Plan
from bench.processes import Cores
from bench.rows import Goal, LeftOut, Row
from bench.taking import has_failed, take

ROW = Row("some", "a thread", "rate", "bare", (1.0,), Goal(at_least=0.5))
LACKING = LeftOut("some", "replies", "there is no server")


@dataclass
class Some:
    """A part that finds a little, and then fails."""

    failure: Exception
    NAME: str = "some"
    TELLS: str = "threads and replies"

    def measure(self, ground: Ground) -> Iterator[Row | LeftOut]:
        yield ROW
        yield LACKING
        raise self.failure


@pytest.fixture
def ground(tmp_path: Path) -> Ground:
    none = frozenset[int]()
    return Ground(Plan(3, 2, Cores(none, none, none), tmp_path), ExitStack())


def test_what_cannot_be_measured_is_left_out_with_its_reason_and_without_a_folder(
    ground: Ground, capsys: pytest.CaptureFixture[str]
) -> None:
    why = Unmeasurable(f"{ground.plan.folder}/ours.log is empty")
    taken = take(Some(why), ground, "2026-01-31")
    assert taken.rows == [ROW]
    rest = LeftOut("some", "the rest of: threads and replies", "…/ours.log is empty")
    assert taken.left_out == [LACKING, rest]
    assert not has_failed(taken)
    assert (taken.rounds, taken.seconds, taken.date) == (3, 2, "2026-01-31")
    out = capsys.readouterr().out
    assert "a thread, rate" in out
    assert "left out: replies: there is no server" in out


def test_a_failure_nobody_foresaw_is_told_whole_and_the_others_go_on(
    ground: Ground, capsys: pytest.CaptureFixture[str]
) -> None:
    taken = take(Some(KeyError("x")), ground, "2026-01-31")
    assert taken.rows == [ROW]
    assert taken.left_out[-1].why == "it failed: KeyError"
    assert has_failed(taken)
    assert "Traceback" in capsys.readouterr().err
