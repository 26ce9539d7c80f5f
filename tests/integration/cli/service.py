"""The command line as people run it: processes of its own, with settings of their own."""

import logging
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import chdir, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TypeVar

import httpx
from click.testing import CliRunner

from moderation.cli import command

PATIENCE = 30.0  # seconds; a machine may be busy

T = TypeVar("T")


def until(look: Callable[[], T | None], what: str) -> T:
    """Look until there is something to see."""
    give_up = time.monotonic() + PATIENCE
    while time.monotonic() < give_up:
        if found := look():
            return found
        time.sleep(0.02)
    raise AssertionError(f"waited in vain for {what}")


@dataclass
class Running:
    """A command that runs."""

    process: subprocess.Popen[str]
    out: Path
    err: Path

    @property
    def said(self) -> str:
        return self.out.read_text()

    @property
    def logged(self) -> str:
        return self.err.read_text()

    def says(self, words: str) -> str:
        """Wait until its output holds these words; the whole output."""

        def look() -> str | None:
            assert self.process.poll() is None or words in self.said, self.logged
            return self.said if words in self.said else None

        return until(look, words)

    @property
    def url(self) -> str:
        """Where it is reached, once it has said so."""
        return self.says("listens at").split("listens at", 1)[1].split()[0]

    def wait(self) -> int:
        return self.process.wait(PATIENCE)


@dataclass(frozen=True)
class Ended:
    """A command that has ended."""

    returncode: int
    stdout: str
    stderr: str


class Desk:
    """A folder with settings, and commands run in it."""

    def __init__(self, folder: Path, store_url: str = "sqlite:///moderation.db") -> None:
        self.folder = folder
        self.settings = folder / "settings.toml"
        self.store_url = store_url
        self.temporary = folder / "temporary"
        self.temporary.mkdir()
        self.write()
        self._count = 0

    def write(self, more: str = "", *, port: int = 0, workers: int = 1) -> None:
        """Write the settings: a port, the store, and `more` sections."""
        server = f"[server]\nport = {port}\nworkers = {workers}\n"
        limits = "[limits]\ncomments_per_minute = 0\n"
        store = f'[store]\nurl = "{self.store_url}"\n'
        self.settings.write_text(server + store + limits + more)

    def run(self, *arguments: str, typed: str = "") -> Ended:
        """Run a command to its end in the desk's folder, and in this process: to begin is slow."""
        ours = {name: None for name in os.environ if name not in environ(self.temporary)}
        root = logging.getLogger()
        handlers, level = root.handlers[:], root.level
        try:
            with chdir(self.folder):
                done = CliRunner().invoke(
                    command,
                    ["--settings", str(self.settings), *arguments],
                    input=typed,
                    env=ours,
                    prog_name="moderation",
                )
        finally:
            root.handlers[:] = handlers
            root.setLevel(level)
        if done.exception is not None and not isinstance(done.exception, SystemExit):
            raise done.exception
        return Ended(done.exit_code, done.stdout, done.stderr)

    def start(self, *arguments: str, typed: str = "") -> subprocess.CompletedProcess[str]:
        """Run a command to its end in a process of its own, in the desk's folder."""
        return subprocess.run(
            self._command(arguments),
            input=typed,
            cwd=self.folder,
            env=environ(self.temporary),
            capture_output=True,
            text=True,
            timeout=2 * PATIENCE,
        )

    @contextmanager
    def running(self, *arguments: str) -> Iterator[Running]:
        """Start a command that goes on; whatever is left of it is ended afterwards."""
        self._count += 1
        out, err = (self.folder / f"{kind}-{self._count}" for kind in ("out", "err"))
        with out.open("w") as said, err.open("w") as logged:
            process = self._start(arguments, said, logged)
        try:
            yield Running(process, out, err)
        finally:
            if process.poll() is None:
                process.kill()
            process.wait(PATIENCE)

    def _start(
        self, arguments: tuple[str, ...], said: IO[str], logged: IO[str]
    ) -> subprocess.Popen[str]:
        return subprocess.Popen(
            self._command(arguments),
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=logged,
            cwd=self.folder,
            env=environ(self.temporary),
            text=True,
        )

    def _command(self, arguments: tuple[str, ...]) -> list[str]:
        return [sys.executable, "-m", "moderation", *arguments]


def get(url: str, **asked: str) -> httpx.Response:
    """Ask a service that may still be starting."""
    return httpx.get(url, params=asked, timeout=PATIENCE)


def environ(temporary: Path) -> dict[str, str]:
    """The environment without what would be taken for settings, with a place for passing things."""
    ours = ("MODERATION", "AKISMET")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    return kept | {"TMPDIR": str(temporary)}
