"""Where the time of a service's event loop goes, function by function, once it is measured.

Profiling costs the service several times what it does itself, so no figure is made of such a run.
"""

import atexit
import cProfile
import os
import pstats
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

PLACE = "BENCH_PROFILE"  # names the folder, in the environment of a service that is profiled
BEGIN = "/bench/profile"  # GET begins
LINES = 25
Where = tuple[str, int, str]  # file, line, function


def begun_at_last() -> cProfile.Profile:
    """A profile that is begun by who has it, and written where `PLACE` says when all ends."""
    profile = cProfile.Profile(time.thread_time)  # waiting is not work

    def write() -> None:
        profile.disable()
        profile.dump_stats(Path(os.environ[PLACE]) / f"{os.getpid()}.pstats")

    atexit.register(write)
    return profile


def told(folder: Path) -> Iterator[str]:
    """The functions that took most by themselves, of each profile; each is told once."""
    for file in sorted(folder.glob("*.pstats")):
        try:
            stats: Mapping[Where, tuple[int, int, float, float, object]]
            stats = vars(pstats.Stats(str(file)))["stats"]
        except (EOFError, TypeError, ValueError):
            continue  # of a process that was killed meanwhile
        file.rename(file.with_suffix(".told"))
        total = sum(own for _, _, own, _, _ in stats.values()) or 1.0
        yield f"{total:.1f} s in {sum(calls for _, calls, *_ in stats.values()):,} calls:"
        most = sorted(stats.items(), key=lambda item: -item[1][2])[:LINES]
        for (path, line, name), (_, calls, own, below, _) in most:
            where = f"{'/'.join(Path(path).parts[-3:])}:{line} {name}" if line else name
            yield f"{own / total:6.1%}, {below / total:6.1%} with its calls {calls:>9,} x {where}"
