"""Installs other people's senders of pings: ``python -m tests.senders``; ``--missing`` tells.

Into folders of their own beside the environment's packages, by locks with hashes and without
their installers' scripts. What cannot be installed here is left out: tests that need it are
skipped and told of.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from tests.senders import HERE, NODE, PLACE, PYTHON, ROOT

LOCK = ROOT / "requirements" / "senders.txt"


def into_python(folder: Path) -> Sequence[str]:
    """The command that installs the Python senders."""
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--require-hashes"]
    return [*pip, "--only-binary=:all:", "--target", str(folder), "--requirement", str(LOCK)]


def into_node(folder: Path) -> Sequence[str]:
    """The command that installs those for Node.js; raises FileNotFoundError without npm."""
    npm = shutil.which("npm")
    if npm is None or shutil.which("node") is None:
        raise FileNotFoundError("there is no node with npm")
    for name in ("package.json", "package-lock.json"):
        shutil.copy(HERE / name, folder / name)
    quiet = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    return [npm, "ci", *quiet, "--prefix", str(folder)]


def install(place: Path, lock: Path, command: Callable[[Path], Sequence[str]]) -> None:
    """Have what a lock names in a folder; it stands there whole or not at all.

    Raises OSError and TimeoutExpired where it cannot be installed.
    """
    wanted = hashlib.sha256(lock.read_bytes() + sys.version.encode()).hexdigest()
    mark = place / ".made"
    if mark.exists() and mark.read_text() == wanted:
        return
    PLACE.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=PLACE) as folder:
        made = Path(folder) / place.name
        made.mkdir()
        done = subprocess.run(command(made), capture_output=True, text=True, timeout=300)
        if done.returncode:
            raise ChildProcessError(done.stderr.strip() or f"exit {done.returncode}")
        (made / ".made").write_text(wanted)
        shutil.rmtree(place, ignore_errors=True)
        os.replace(made, place)


def main(arguments: Sequence[str]) -> int:
    """Install what can be; with ``--missing`` say what could not and what would help."""
    if arguments == ["--missing"]:
        if not (PYTHON / ".made").exists():
            print("Not run: the senders of pings from PyPI, which could not be installed.")
        if not (NODE / ".made").exists():
            print(
                "Not run: the sender of pings for Node.js, for there is no node with npm, or it"
                " could not install it. On Debian: apt install npm"
            )
        return 0
    for place, lock, command in (
        (PYTHON, LOCK, into_python),
        (NODE, HERE / "package-lock.json", into_node),
    ):
        try:
            install(place, lock, command)
        except (OSError, subprocess.TimeoutExpired) as error:
            print(f"==> no senders of pings for {place.name}: {error}", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
