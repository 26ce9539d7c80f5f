"""Asking as fast as answers come: by `wrk` where it is installed, else by a client of our own.

Both keep a number of connections busy, each asking again when it was answered (a closed loop), on
the load's core. The client of our own costs several times what wrk does: then the rate says more
of the client than of a fast server, and the processor's time a request is the figure to read.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from bench.processes import ROOT, on

SCRIPT = Path(__file__).with_name("wrk.lua")
PATIENCE = 40  # seconds for one answer
LONGEST = 180  # seconds for all of a load: it has happened that wrk did not end
MARK = "FIGURES "


class Unmeasurable(Exception):
    """A figure cannot be had here; `str()` says why in words for the report."""


@dataclass(frozen=True, slots=True)
class Load:
    """What is asked, how often at once, and for how long."""

    url: str
    method: str = "GET"
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str | None = None
    targets: Sequence[str] = ()  # paths, each asked for in turn, instead of the URL's
    texts: Sequence[str] = ()  # lines for {text}
    first: int = 0  # {n} counts from here
    connections: int = 16
    seconds: float = 3.0
    by_ours: bool = False  # asked by `bench.client`, whose times are of good answers alone


@dataclass(frozen=True, slots=True)
class Answered:
    """How a load was answered."""

    requests: int
    seconds: float
    bytes: int
    refused: int  # answers of 400 and above
    broken: int  # connections that were, or that never came about
    p50: float  # milliseconds, as p99 and most
    p99: float
    most: float

    @property
    def rate(self) -> float:
        """Answers a second."""
        return self.requests / self.seconds if self.seconds else 0.0


def generator() -> str:
    """What asks on this machine, by name."""
    return "wrk" if _wrk() else "bench.client"


def ask(load: Load, cores: frozenset[int]) -> Answered:
    """Load a server and return how it answered. Raises Unmeasurable where it refused any."""
    answered = attempt(load, cores)
    if answered.refused or answered.broken or not answered.requests:
        raise Unmeasurable(
            f"{load.method} {_path(load)}: {answered.refused} refused and {answered.broken} broken"
            f" of {answered.requests}"
        )
    return answered


def attempt(load: Load, cores: frozenset[int]) -> Answered:
    """Load a server and return how it answered, refusals and all."""
    with begun(load, cores) as asking:
        return read(asking)


@contextmanager
def begun(load: Load, cores: frozenset[int]) -> Iterator["subprocess.Popen[str]"]:
    """Begin to load a server, beside what is done inside the block; `read` waits for the end."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        with on(cores):
            process = subprocess.Popen(  # noqa: S603 wrk, or our own module
                _command(load),
                cwd=ROOT,
                env=_environ(load, folder),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            )
        try:
            yield process
        finally:
            process.kill()
            process.communicate()


def read(process: "subprocess.Popen[str]") -> Answered:
    """Wait for the end of a load. Raises Unmeasurable where no figures came of it."""
    try:
        out, errors = process.communicate(timeout=LONGEST)
    except subprocess.TimeoutExpired:
        raise Unmeasurable("the load generator did not end") from None
    line = next((line for line in out.splitlines() if line.startswith(MARK)), None)
    if line is None:
        raise Unmeasurable(f"the load generator said nothing: {(out + errors).strip()[-300:]}")
    found = json.loads(line.removeprefix(MARK))
    return Answered(
        requests=found["requests"],
        seconds=found["microseconds"] / 1e6,
        bytes=found["bytes"],
        refused=found["refused"],
        broken=found["broken"],
        p50=found["p50"] / 1000,
        p99=found["p99"] / 1000,
        most=found["most"] / 1000,
    )


def at(load: Load, base: str) -> Load:
    """The same load for another server: what stands after the host stays."""
    return replace(load, url=base + _path(load))


def _path(load: Load) -> str:
    return "/" + load.url.split("/", 3)[3]


def _command(load: Load) -> list[str]:
    url = load.url.replace("{", "").replace("}", "")  # what varies is told in BENCH_TARGETS
    wrk = None if load.by_ours else _wrk()
    if wrk is None:
        words = [str(load.connections), str(load.seconds), url]
        return [sys.executable, "-m", "bench.client", *words]
    connections = ["-t", "1", "-c", str(load.connections)]
    waiting = ["-d", f"{max(1, round(load.seconds))}s", "--timeout", f"{PATIENCE}s"]
    return [wrk, *connections, *waiting, "-s", str(SCRIPT), url]


def _environ(load: Load, folder: Path) -> dict[str, str]:
    """What both generators are told, in words that wrk's script can read."""
    environ = dict(os.environ, BENCH_METHOD=load.method, BENCH_FIRST=str(load.first))
    environ["BENCH_HEADERS"] = "\n".join(f"{name}: {v}" for name, v in load.headers.items())
    if load.body is not None:
        environ["BENCH_BODY"] = load.body
    targets = load.targets or ([_path(load)] if "{" in load.url else [])
    for name, lines in (("BENCH_TARGETS", targets), ("BENCH_TEXTS", load.texts)):
        if lines:
            file = folder / name.lower()
            file.write_text("".join(f"{line}\n" for line in lines), "utf-8")
            environ[name] = str(file)
    return environ


def _wrk() -> str | None:
    return None if os.environ.get("BENCH_CLIENT") == "own" else shutil.which("wrk")
