"""What a measurement runs on: databases on disk, copied from filled ones, and hostile sources."""

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from urllib.parse import urlsplit

from tests.postgres import start
from tests.process import free_port

Databases = Callable[[str], str]  # makes one, empty or as another that nobody has open


@contextmanager
def databases(engine: str) -> Iterator[Databases]:
    """Give what makes databases on disk; they are gone afterwards."""
    if engine == "sqlite":
        with tempfile.TemporaryDirectory() as folder:
            numbers = count()

            def make(like: str) -> str:
                path = Path(folder) / f"{next(numbers)}.db"
                if like:
                    shutil.copyfile(like.removeprefix("sqlite:///"), path)
                return f"sqlite:///{path}"

            yield make
    else:
        with start(durable=True) as cluster:
            yield lambda like: cluster.make(urlsplit(like).path[1:]) if like else cluster.make()


@contextmanager
def hostile() -> Iterator[int]:
    """Run the server of the sources; its port."""
    port = free_port()
    command = [sys.executable, "-m", "bench.hostile", str(port)]
    process = subprocess.Popen(command)  # noqa: S603 our own module
    try:
        yield port
    finally:
        process.kill()
        process.wait()
