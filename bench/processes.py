"""Processes that are measured: started on one core, what they cost, and that none outlives us."""

import os
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LEAVING = 10.0  # seconds for a server that was asked to stop
TICK = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Cores:
    """Who runs where: the server under test alone, what loads it beside it."""

    server: frozenset[int]
    load: frozenset[int]
    all: frozenset[int]  # that we may use

    @property
    def all_but_load(self) -> frozenset[int]:
        """For servers of several processes; the load's too where there are no more than two."""
        return self.all - self.load if len(self.all) > 2 else self.all

    @classmethod
    def here(cls) -> "Cores":
        """The first core for the server and the last for the load; they are one where one is."""
        ours = sorted(os.sched_getaffinity(0))
        return cls(frozenset(ours[:1]), frozenset(ours[-1:]), frozenset(ours))


@contextmanager
def on(cores: frozenset[int]) -> Iterator[None]:
    """Have what is started inside run on these cores; a child keeps what it was born with."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, cores)
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


@contextmanager
def started(
    command: Sequence[str], cores: frozenset[int], log: Path, environ: Mapping[str, str]
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a command until the end of the block; it and its children are gone afterwards."""
    with log.open("ab") as out, on(cores):
        process = subprocess.Popen(  # noqa: S603 commands of our own
            list(command),
            cwd=ROOT,
            env=dict(environ),
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            start_new_session=True,  # an interrupt is ours to pass on
        )
    try:
        yield process
    finally:
        end(process)


def end(process: subprocess.Popen[bytes]) -> None:
    """Ask a process to leave; kill it and all of its children where it does not."""
    family = tree(process.pid)
    process.terminate()
    try:
        process.wait(LEAVING)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    for pid in family[1:]:
        _kill(pid, process.pid)


def _kill(pid: int, session: int) -> None:
    """Kill a child that stayed, unless its number is somebody else's by now."""
    try:
        if os.getsid(pid) == session:
            os.kill(pid, 9)
    except OSError:
        return


def tree(pid: int) -> list[int]:
    """A process and all that descend from it."""
    found, walk = [], [pid]
    while walk:
        one = walk.pop()
        found.append(one)
        try:
            tasks = list(Path(f"/proc/{one}/task").iterdir())
            walk += [int(c) for t in tasks for c in (t / "children").read_text("utf-8").split()]
        except OSError:
            continue
    return found


def processor(pids: Sequence[int]) -> float:
    """Seconds of processor that these processes and all below them have used."""
    return sum(_ticks(one) for pid in pids for one in tree(pid)) / TICK


def _ticks(pid: int) -> int:
    try:
        stat = Path(f"/proc/{pid}/stat").read_text("utf-8")
    except OSError:
        return 0
    fields = stat.rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])


def memory(pids: Sequence[int]) -> float:
    """MB of these processes and all below them; what several share is counted once (PSS)."""
    kib = 0
    for pid in (one for top in pids for one in tree(top)):
        try:
            rollup = Path(f"/proc/{pid}/smaps_rollup").read_text("utf-8")
        except OSError:
            continue
        lines = (line.split() for line in rollup.splitlines())
        kib += sum(int(words[1]) for words in lines if words[0] == "Pss:")
    return kib * 1024 / 1e6


def quiet(pids: Sequence[int], *, within: float = 30.0) -> None:
    """Wait until they use less than a twentieth of a core: what a start leaves to do is done."""
    deadline = time.monotonic() + within
    while time.monotonic() < deadline:
        before = processor(pids)
        time.sleep(0.4)
        if processor(pids) - before < 0.02:
            return
