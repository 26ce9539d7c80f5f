"""The benchmark of what comes in runs: a tiny round of it, in which nothing is timed."""

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from bench import intake

WORDS = ["--quick", "--engine", "sqlite", "--clients", "4"]


@pytest.mark.skipif(shutil.which("wrk") is None, reason="wrk is not installed")
def test_a_tiny_round_takes_every_comment_and_every_ping(tmp_path: Path) -> None:
    file = tmp_path / "figures.json"
    doors = ["--door", "json", "--door", "webmention"]
    done = CliRunner().invoke(
        intake.main, [*WORDS, *doors, "--json", str(file)], catch_exceptions=False
    )
    assert done.exit_code == 0
    told = json.loads(file.read_text("utf-8"))
    kinds = [(door, kind) for door, by_kind in told.items() for kind in by_kind]
    assert kinds == [
        ("sqlite json", "here"),
        ("sqlite json", "without a store"),
        ("sqlite webmention", "here"),
    ]
    runs = [run for by_kind in told.values() for one in by_kind.values() for run in one["4"]]
    assert [run["bad"] for run in runs] == [0, 0, 0]
    assert all(run["rate"] > 0 for run in runs)
