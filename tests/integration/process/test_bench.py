"""The benchmark runs: a tiny round of one part, in which nothing is judged."""

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.process import ROOT

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the benchmark needs Linux")


def test_a_part_is_measured_and_written_down(tmp_path: Path) -> None:
    file = tmp_path / "figures.json"
    command = [sys.executable, "-m", "bench", "notmodified", "--quick", "--json", str(file)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    document = json.loads(file.read_text("utf-8"))
    taken = document["parts"]["notmodified"]
    assert [row["measure"] for row in taken["rows"]] == ["rate", "processor"]
    assert all(len(row["rounds"]) == 1 and row["median"] > 0 for row in taken["rows"])
    assert document["machine"]["cores"] > 0
    assert str(ROOT) not in file.read_text("utf-8")
    assert "304, thread of 50" in done.stdout


def test_who_ends_it_ends_its_servers_too(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "bench", "hot"]
    environment = {"TMPDIR": str(tmp_path), "PATH": ""}
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)
    try:
        while not list(tmp_path.glob("*/ours-*.log")):
            assert process.poll() is None
            time.sleep(0.02)
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) != 0
    finally:
        process.kill()
        process.wait()
    assert list(tmp_path.iterdir()) == []  # what it made is gone
    assert str(tmp_path) not in running()


def running() -> str:
    """The command lines of all processes."""
    files = Path("/proc").glob("[0-9]*/cmdline")
    return "\n".join(_read(file) for file in files)


def _read(file: Path) -> str:
    try:
        return file.read_text("utf-8", "replace")
    except OSError:
        return ""
