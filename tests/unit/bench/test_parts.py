"""The parts of the benchmark are all in the table; sides are compared round by round."""

import json
from pathlib import Path

from bench import plan
from bench.load import Answered
from bench.replies import article, counts, texts, thread
from bench.rows import Goal
from bench.sides import Compared, Sample
from bench.table import PARTS


def test_every_part_is_in_the_table_by_its_modules_name() -> None:
    folder = Path(plan.__file__).parent / "parts"
    assert sorted(PARTS) == sorted(file.stem for file in folder.glob("*.py"))


def sample(rate: int, cost: float, p99: float) -> Sample:
    return Sample(Answered(rate * 2, 2.0, 0, 0, 0, 0.1, p99, 9.0), cost)


def test_more_is_better_of_rates_and_of_processor_and_less_of_waiting() -> None:
    both = Compared(
        ours=[sample(50, 40.0, 3.0), sample(60, 20.0, 2.0)],
        anchor=[sample(100, 20.0, 1.0), sample(100, 20.0, 4.0)],
    )
    rows = both.rows("hot", "a thread", "bare", rate=Goal(at_least=0.5), thrift=Goal(), p99=Goal())
    assert [(row.measure, row.rounds) for row in rows] == [
        ("rate", (0.5, 0.6)),
        ("processor", (0.5, 1.0)),
        ("p99", (3.0, 0.5)),
    ]
    assert [row.reached for row in rows] == [True, None, None]


def test_only_what_is_asked_for_becomes_a_row() -> None:
    both = Compared([sample(1, 1.0, 1.0)], [sample(1, 1.0, 1.0)])
    assert [row.measure for row in both.rows("hot", "a", "b", thrift=Goal())] == ["processor"]


def test_texts_can_stand_in_json_and_differ() -> None:
    assert len(set(texts())) == len(texts())
    for text in texts():
        assert json.loads(f'"{text}"')
        assert "{" not in text


def test_targets_name_their_articles() -> None:
    assert thread("x", "json") == "/thread.json?article=https%3A%2F%2Fblog.example%2Fx"
    asked = counts([article("x"), article("y")])
    assert asked.count("article=") == 2
