"""The benchmark of pings runs: a tiny round of it, in which nothing is timed."""

import json
from pathlib import Path

from click.testing import CliRunner

from bench import pings
from bench.asking import DOORS
from bench.queued import SOURCES
from bench.steady import steadily


def test_a_tiny_round_answers_every_ping_and_every_reader(tmp_path: Path) -> None:
    file = tmp_path / "figures.json"
    done = CliRunner().invoke(
        pings.main, ["--quick", "--engine", "sqlite", "--json", str(file)], catch_exceptions=False
    )
    assert done.exit_code == 0
    (told,) = json.loads(file.read_text("utf-8"))
    names = [*DOORS, "thread, idle", "thread, working"]
    assert [(told[name]["failed"], told[name]["count"]) for name in names] == [
        *[(0, 10)] * len(DOORS),
        *[(0, 5)] * 2,
    ]
    assert set(told["fetched"]) == set(SOURCES)
    assert told["memory_mib"]["working"] > told["memory_mib"]["idle"] > 0


async def test_a_question_that_fails_or_raises_is_counted_and_not_timed() -> None:
    async def ask(number: int) -> bool:
        if number == 1:
            raise OSError
        return number != 2

    waits = await steadily(ask, 1000, 0.01)
    assert (waits.count, waits.failed) == (10, 2)
    assert 0 <= waits.p50 <= waits.p99
