"""Other people's senders of pings: where they are installed, and how they are run."""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.postgres import REQUIRED

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
PLACE = Path(sys.prefix) / "senders"  # goes with the environment it was made by
PYTHON, NODE = PLACE / "python", PLACE / "node"
PATIENCE = 120  # seconds for a client from its start to its end; they give up by themselves


def need(folder: Path) -> None:
    """Skip a test whose sender is not installed; fail it where it is required."""
    name = {PYTHON: "senders", NODE: "node"}[folder]
    if (folder / ".made").exists() and (folder is PYTHON or shutil.which("node")):
        return
    if name in REQUIRED:
        pytest.fail(f"{name}: senders of pings are required here, and not installed")
    pytest.skip(f"{name}: no senders of pings; python3 start.py test installs them")


def by_python(client: str, source: str, target: str) -> dict[str, Any]:
    """Have a Python client ping; what it made of the answer. It sees no package but its own."""
    drive = [sys.executable, "-I", "-S", str(HERE / "drive.py"), str(PYTHON)]
    return _run([*drive, client, source, target])


def by_node(source: str) -> dict[str, Any]:
    """Have @remy/webmention ping whatever a page links to."""
    return _run(["node", str(HERE / "drive.cjs"), str(NODE), source])


def _run(command: list[str]) -> dict[str, Any]:
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=PATIENCE)
    assert done.returncode == 0, done.stderr
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return told
