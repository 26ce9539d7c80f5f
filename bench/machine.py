"""What figures were taken on, as far as it matters to them; nothing that names the machine."""

import os
import platform
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from bench.load import generator

LIBRARIES = ("starlette", "uvicorn", "httptools", "uvloop", "databases", "sqlalchemy", "aiosqlite")
MORE = ("asyncpg", "msgspec", "orjson", "brotli", "nh3", "markdown-it-py")


@dataclass(frozen=True, slots=True)
class Machine:
    """One machine at one time."""

    cores: int
    model: str
    kernel: str
    python: str
    libraries: dict[str, str]
    generator: str  # what asked
    date: str

    @classmethod
    def here(cls) -> "Machine":
        return cls(
            cores=len(os.sched_getaffinity(0)),
            model=_model(),
            kernel=f"{platform.system()} {'.'.join(platform.release().split('.')[:2])}",
            python=platform.python_version(),
            libraries=_versions((*LIBRARIES, *MORE)),
            generator=generator(),
            date=datetime.now(UTC).strftime("%Y-%m-%d"),
        )

    def document(self) -> dict[str, object]:
        return asdict(self)


def busy() -> float:
    """Processes that wanted a core in the minute before, ours among them."""
    return round(os.getloadavg()[0], 1)


def _model() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    except OSError:
        return platform.machine()
    named = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(named, platform.machine())


def _versions(names: Sequence[str]) -> dict[str, str]:
    found = {}
    for name in names:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found
